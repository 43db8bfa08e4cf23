using System.Collections.Immutable;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;
using static EquityPlatform.Interventions.Tests.Examples;

namespace EquityPlatform.Interventions.Tests.Decisions;

public sealed class AuthorityTests
{
    static Actor Of(string role, params string[] schools) => new($"demo:{role}", ImmutableHashSet.Create(role), schools.ToImmutableHashSet());

    [Theory]
    [InlineData("district-leader", null, "district", "refine replace scale stop")]
    [InlineData("district-leader", null, School, "refine replace scale stop")]
    [InlineData("principal", School, School, "refine replace")]
    [InlineData("principal", School, "district", "")]
    [InlineData("principal", School, "255901107", "")]
    [InlineData("principal", null, School, "")] // a principal of no school has no school of their own
    [InlineData("educator", School, School, "")]
    [InlineData("equity-analyst", null, "district", "")]
    [InlineData("community-member", null, "district", "")]
    [InlineData("auditor", null, "district", "")]
    [InlineData("data-steward", null, "district", "")]
    [InlineData("service", null, "district", "")]
    public void Decision_rights_by_role_and_place(string role, string? own, string school, string expected)
    {
        var by = own is null ? Of(role) : Of(role, own);
        string.Join(' ', DecisionKinds.All.Where(kind => Authority.Held(by, kind, school, Today) is not null)).ShouldBe(expected);
    }

    [Fact] public void An_account_confined_to_a_school_never_acts_outside_it() => Authority.Held(Of(Roles.DistrictLeader, School), "scale", "district", Today).ShouldBeNull();

    [Fact]
    public void The_map_of_the_day_decides()
    {
        Authority.Map before = new(1, DateOnly.MinValue, [new("stop", Roles.Principal, Authority.OwnSchool)]), after = new(2, new(2027, 7, 1), [new("stop", Roles.DistrictLeader, Authority.Anywhere)]);
        Authority.Held(Principal, "stop", School, Authority.On(new(2027, 6, 30), [before, after])).ShouldBe(new Right(Roles.Principal, 1));
        Authority.Held(Principal, "stop", School, Authority.On(new(2027, 7, 2), [before, after])).ShouldBeNull();
    }

    [Fact] public void A_right_names_its_role_and_map() => Authority.Held(Leader, "scale", "district", Today).ShouldBe(new Right(Roles.DistrictLeader, 1));
}
