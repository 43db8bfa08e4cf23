using EquityPlatform.Contracts;

namespace EquityPlatform.Web;

/// <summary>A role account of the demo district. Accounts are offices, not people.</summary>
internal sealed record DemoAccount(string Role, string Name, IReadOnlyList<string> Schools)
{
    public string User => "demo:" + Role;
}

internal static class DemoAccounts
{
    public const string Tenant = "grand-bend";

    private const string HighSchool = "255901001";

    public static readonly IReadOnlyList<DemoAccount> All =
    [
        new(Roles.DistrictLeader, "Superintendent, Grand Bend", []),
        new(Roles.EquityAnalyst, "Equity analyst, Grand Bend", []),
        new(Roles.Principal, "Principal, Grand Bend High School", [HighSchool]),
        new(Roles.Educator, "Teacher, Grand Bend High School", [HighSchool]),
        new(Roles.DataSteward, "Data steward, Grand Bend", []),
        new(Roles.PrivacyOfficer, "Privacy officer, Grand Bend", []),
        new(Roles.Auditor, "State auditor", []),
        new(Roles.CommunityMember, "Family member, Grand Bend", []),
        new(Roles.Operator, "System operator", []),
    ];
}
