using EquityPlatform.Contracts;

namespace EquityPlatform.Web;

/// <summary>A role account of a demo district. Accounts are offices, not people.</summary>
public sealed record DemoAccount(string Role, string Name, IReadOnlyList<string> Schools)
{
    public string User => "demo:" + Role;
}

/// <summary>A district to try the platform with: its tenant, and the school that the accounts of one school belong to.</summary>
public sealed record DemoDistrict(string Tenant, string Name, string School, string SchoolId)
{
    /// <summary>Section <c>Web:DemoDistrict</c> of the configuration names one by its tenant.</summary>
    public static IReadOnlyList<DemoDistrict> All { get; } =
    [
        new("grand-bend", "Grand Bend", "Grand Bend High School", "255901001"),
        new("riverbend", "Riverbend", "Larch Middle School", "riverbend-0016"),
    ];

    public static DemoDistrict Of(IConfiguration configuration) =>
        All.FirstOrDefault(d => d.Tenant == configuration["Web:DemoDistrict"]) ?? All[0];

    public IReadOnlyList<DemoAccount> Accounts { get; } =
    [
        new(Roles.DistrictLeader, $"Superintendent, {Name}", []),
        new(Roles.EquityAnalyst, $"Equity analyst, {Name}", []),
        new(Roles.Principal, $"Principal, {School}", [SchoolId]),
        new(Roles.Educator, $"Teacher, {School}", [SchoolId]),
        new(Roles.DataSteward, $"Data steward, {Name}", []),
        new(Roles.PrivacyOfficer, $"Privacy officer, {Name}", []),
        new(Roles.Auditor, "State auditor", []),
        new(Roles.CommunityMember, $"Family member, {Name}", []),
        new(Roles.Operator, "System operator", []),
    ];
}
