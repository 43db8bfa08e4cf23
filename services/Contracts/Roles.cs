namespace EquityPlatform.Contracts;

/// <summary>Role names as they stand in the token claim <c>role</c>.</summary>
public static class Roles
{
    public const string DistrictLeader = "district-leader";
    public const string EquityAnalyst = "equity-analyst";
    public const string Principal = "principal";
    public const string Educator = "educator";
    public const string CommunityMember = "community-member";
    public const string Auditor = "auditor";
    public const string Integrator = "integrator";
    public const string DataSteward = "data-steward";
    public const string PrivacyOfficer = "privacy-officer";
    public const string Operator = "operator";
    public const string Service = "service";

    public static readonly IReadOnlyList<string> All =
        [DistrictLeader, EquityAnalyst, Principal, Educator, CommunityMember, Auditor, Integrator, DataSteward, PrivacyOfficer, Operator, Service];
}
