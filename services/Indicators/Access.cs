using EquityPlatform.Contracts;
using EquityPlatform.Hosting;
using EquityPlatform.Indicators.Cube;

namespace EquityPlatform.Indicators;

/// <summary>Who may see which numbers. Unpublished numbers are not for community members: they read releases.</summary>
internal static class Access
{
    static readonly string[] WholeDistrict = [Roles.DistrictLeader, Roles.EquityAnalyst, Roles.Auditor, Roles.DataSteward, Roles.Service];

    /// <summary>Roles that read aggregates.</summary>
    public static readonly string[] Readers = [.. WholeDistrict, Roles.Principal, Roles.Educator];

    /// <summary>Roles that may freeze evidence for a decision.</summary>
    public static readonly string[] Freezers = [Roles.DistrictLeader, Roles.EquityAnalyst, Roles.DataSteward, Roles.Principal, Roles.Educator, Roles.Service];

    /// <summary>Roles that may follow a number down to students' rows.</summary>
    public static readonly string[] Tracers = [Roles.EquityAnalyst, Roles.DataSteward, Roles.PrivacyOfficer, Roles.Auditor, Roles.Service];

    /// <summary>Principals and educators see their own school and the district; others everything, unless their token names schools.</summary>
    public static bool MayRead(Caller caller, string school) =>
        school == YearCalculation.District
        || caller.Schools.Contains(school)
        || (caller.Schools.Count == 0 && caller.Is(WholeDistrict));
}
