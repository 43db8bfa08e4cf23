using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Indicators.Tests.Service;

public sealed class AccessTests(IndicatorsHost host) : IClassFixture<IndicatorsHost>, IAsyncLifetime
{
    const string Tenant = "access";
    const string Values = "values?indicator=chronic-absence&schoolYear=2026";
    const string Gaps = "gaps?indicator=chronic-absence&schoolYear=2026&dimension=englishLearner&school=A";
    const string Lineage = "lineage?indicator=chronic-absence&schoolYear=2026&dimension=all&group=all&school=A&purpose=test";

    public Task InitializeAsync() => host.ApplyAsync(Tenant, TestFeed.Small().Events);

    public Task DisposeAsync() => Task.CompletedTask;

    public static TheoryData<string, string, int> Matrix()
    {
        string[] readers = [Roles.DistrictLeader, Roles.EquityAnalyst, Roles.Principal, Roles.Educator, Roles.Auditor, Roles.DataSteward, Roles.Service];
        string[] tracers = [Roles.EquityAnalyst, Roles.Auditor, Roles.DataSteward, Roles.PrivacyOfficer, Roles.Service];
        var matrix = new TheoryData<string, string, int>();
        foreach (var role in Roles.All)
        {
            foreach (var route in new[] { "indicators", "schools", "school-years", "attention", Values, Gaps })
                matrix.Add(role, route, readers.Contains(role) ? 200 : 403);
            matrix.Add(role, Lineage, tracers.Contains(role) ? 200 : 403);
        }
        return matrix;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Each_role_reaches_what_it_may(string role, string route, int status)
    {
        var schools = role is Roles.Principal or Roles.Educator ? new[] { "A" } : [];
        using var answer = await host.Client(role, Tenant, schools).GetAsync(new Uri(route, UriKind.Relative));
        ((int)answer.StatusCode).ShouldBe(status);
        if (status == 403)
            (await IndicatorsHost.ProblemAsync(answer)).Code.ShouldBe("auth.role");
    }

    [Fact]
    public async Task Without_a_token_nothing_is_answered()
    {
        using var answer = await host.Client(null, Tenant).GetAsync(new Uri(Values, UriKind.Relative));
        (await IndicatorsHost.ProblemAsync(answer)).ShouldBe((401, "auth.required"));
    }

    [Fact]
    public async Task A_principal_sees_the_own_school_and_the_district_only()
    {
        var client = host.Client(Roles.Principal, Tenant, "B");
        var values = await client.GetFromJsonAsync<IndicatorValues>(Values);
        values!.Cells.Select(c => c.School).Distinct().ShouldBe(["district", "B"]);
        using var other = await client.GetAsync(new Uri($"{Values}&school=A", UriKind.Relative));
        (await IndicatorsHost.ProblemAsync(other)).ShouldBe((403, "school.forbidden"));
        using var gap = await client.GetAsync(new Uri(Gaps, UriKind.Relative));
        (await IndicatorsHost.ProblemAsync(gap)).ShouldBe((403, "school.forbidden"));
        using var frozen = await client.PostAsJsonAsync("snapshots", new FreezeEvidence(Guid.NewGuid(), "chronic-absence", 2026, "A", "all", "all"));
        (await IndicatorsHost.ProblemAsync(frozen)).ShouldBe((403, "school.forbidden"));
    }

    [Fact]
    public async Task A_principal_without_a_school_sees_the_district_only() =>
        (await host.Client(Roles.Principal, Tenant).GetFromJsonAsync<IndicatorValues>(Values))!.Cells.Select(c => c.School).Distinct().ShouldBe(["district"]);

    [Fact]
    public async Task An_auditor_confined_to_a_school_traces_that_school_only()
    {
        using var answer = await host.Client(Roles.Auditor, Tenant, "B").GetAsync(new Uri(Lineage, UriKind.Relative));
        (await IndicatorsHost.ProblemAsync(answer)).ShouldBe((403, "school.forbidden"));
    }

    [Theory]
    [InlineData("values?indicator=nope&schoolYear=2026", 404, "indicator.unknown")]
    [InlineData("values?schoolYear=2026", 422, "parameter.missing")]
    [InlineData("values?indicator=enrollment", 422, "parameter.missing")]
    [InlineData("values?indicator=enrollment&schoolYear=1999", 404, "school-year.unknown")]
    [InlineData("values?indicator=enrollment&schoolYear=99999", 404, "school-year.unknown")]
    [InlineData("values?indicator=enrollment&schoolYear=2026&dimension=shoeSize", 422, "dimension.unknown")]
    [InlineData("values?indicator=enrollment&schoolYear=2026&school=nope", 404, "school.unknown")]
    [InlineData("gaps?indicator=chronic-absence&schoolYear=2026&dimension=gender&school=A&reference=nope", 422, "reference.unknown")]
    [InlineData("gaps?indicator=chronic-absence&schoolYear=2026&dimension=gender", 422, "parameter.missing")]
    [InlineData("gaps?indicator=enrollment&schoolYear=2026&dimension=gender&school=A", 422, "gap.no-comparison")]
    [InlineData("lineage?indicator=enrollment&schoolYear=2026&dimension=gender&group=nope&school=A&purpose=p", 422, "group.unknown")]
    [InlineData("lineage?indicator=enrollment&schoolYear=2026&dimension=gender&group=male&school=nope&purpose=p", 404, "school.unknown")]
    [InlineData("lineage?indicator=enrollment&schoolYear=1999&dimension=gender&group=male&school=A&purpose=p", 404, "school-year.unknown")]
    [InlineData("snapshots/00000000-0000-0000-0000-000000000001", 404, "snapshot.unknown")]
    public async Task A_question_that_names_nothing_is_told_what_is_wrong(string route, int status, string code)
    {
        using var answer = await host.Client(Roles.EquityAnalyst, Tenant).GetAsync(new Uri(route, UriKind.Relative));
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await IndicatorsHost.ProblemAsync(answer)).ShouldBe((status, code));
    }
}
