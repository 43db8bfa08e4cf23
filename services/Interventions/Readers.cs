using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;

namespace EquityPlatform.Interventions;

/// <summary>
/// Who may read goals. They carry unpublished numbers of small groups, so the rule is that of the indicators: district roles see
/// every school; principals and educators see their own and the district; the community reads releases.
/// </summary>
internal static class Readers
{
    static readonly string[] Everywhere = [Roles.DistrictLeader, Roles.EquityAnalyst, Roles.Auditor, Roles.DataSteward, Roles.Service];
    public static readonly string[] All = [.. Everywhere, Roles.Principal, Roles.Educator];

    /// <summary>Schools whose goals the caller may read; null for all.</summary>
    public static IReadOnlyCollection<string>? Schools(Caller caller) =>
        caller.Is(Everywhere) && caller.Schools.Count == 0 ? null : [.. caller.Schools, District];

    public static bool MayRead(Caller caller, string school) => Schools(caller) is not { } schools || schools.Contains(school);

    public const string District = "district";

    public static readonly Refusal NoGoal = Refusal.Absent("goal.absent", "There is no goal with this id.");
    public static readonly Refusal OtherSchool = Refusal.Forbidden("goal.other-school", "This goal is about another school than yours.");
}
