using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.Hosting;

namespace EquityPlatform.Interventions;

/// <summary>Who asks: account, roles, and the schools the account is confined to (none = not confined).</summary>
internal sealed record Actor(string User, IReadOnlySet<string> Roles, IReadOnlySet<string> Schools)
{
    public static Actor Of(Caller caller) => new(caller.User, caller.Roles, caller.Schools);
}

/// <summary>A right that was held: under which role, by which version of the map.</summary>
internal sealed record Right(string Role, int Version);

/// <summary>
/// Who may decide what. A table in code, versioned by the day it takes effect: an older day is always judged by the map of that
/// day, and each decision names the version it was taken under. A change adds a map, it never edits one.
/// </summary>
internal static class Authority
{
    public const string SetGoal = "set-goal";
    public const string OpenPlan = "open-plan";
    public const string Anywhere = "anywhere";
    public const string OwnSchool = "ownSchool";

    internal sealed record Map(int Version, DateOnly From, IReadOnlyList<AuthorityRule> Rules);

    static readonly IReadOnlyList<Map> Maps =
    [
        new(1, DateOnly.MinValue,
        [
            new(SetGoal, Roles.DistrictLeader, Anywhere),
            new(SetGoal, Roles.EquityAnalyst, Anywhere),
            new(SetGoal, Roles.Principal, OwnSchool),
            new(OpenPlan, Roles.DistrictLeader, Anywhere),
            new(OpenPlan, Roles.EquityAnalyst, Anywhere),
            new(OpenPlan, Roles.Principal, OwnSchool),
            new(DecisionKinds.Refine, Roles.DistrictLeader, Anywhere),
            new(DecisionKinds.Replace, Roles.DistrictLeader, Anywhere),
            new(DecisionKinds.Scale, Roles.DistrictLeader, Anywhere),
            new(DecisionKinds.Stop, Roles.DistrictLeader, Anywhere),
            new(DecisionKinds.Refine, Roles.Principal, OwnSchool),
            new(DecisionKinds.Replace, Roles.Principal, OwnSchool),
        ]),
    ];

    public static Map On(DateOnly day) => On(day, Maps);

    internal static Map On(DateOnly day, IReadOnlyList<Map> maps) => maps.Where(m => m.From <= day).MaxBy(m => m.From) ?? maps[0];

    /// <summary>The right to an act at a school (or <c>district</c>) on a day, null if not held.</summary>
    public static Right? Held(Actor by, string act, string school, DateOnly day) => Held(by, act, school, On(day));

    internal static Right? Held(Actor by, string act, string school, Map map) =>
        map.Rules.FirstOrDefault(rule => rule.Act == act && by.Roles.Contains(rule.Role) && Covers(rule, by, school)) is { } held
            ? new(held.Role, map.Version)
            : null;

    // an account confined to schools never acts outside them, whatever its role may do elsewhere
    static bool Covers(AuthorityRule rule, Actor by, string school) =>
        by.Schools.Contains(school) || (rule.Scope == Anywhere && by.Schools.Count == 0);
}
