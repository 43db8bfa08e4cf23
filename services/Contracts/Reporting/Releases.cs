using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Contracts.Reporting;

/// <summary>Body of <c>POST /releases</c>: publish the tables of one school year. The client makes the id; the same id again is a repeat.</summary>
public sealed record ReleaseRequest(Guid ReleaseId, int SchoolYear);

/// <summary>States of a release: <c>requested</c> and <c>running</c> (a job works on it), <c>published</c> (frozen, public), <c>failed</c> (with a reason).</summary>
public static class ReleaseState
{
    public const string Requested = "requested";
    public const string Running = "running";
    public const string Published = "published";
    public const string Failed = "failed";
}

/// <summary>A release as <c>GET /releases</c> and <c>GET /releases/{id}</c> show it.</summary>
/// <param name="State">One of <see cref="ReleaseState"/>.</param>
/// <param name="Progress">0 to 100.</param>
/// <param name="ReasonCode">Why it failed, or what it waits for, as a stable code, e.g. <c>indicators.unavailable</c>; null if all is well.</param>
/// <param name="Reason">The same as a sentence.</param>
/// <param name="Manifest">What was frozen; null until published.</param>
public sealed record ReleaseSummary(Guid ReleaseId, string Tenant, int SchoolYear, string State, int Progress, string? ReasonCode, string? Reason,
    DateTimeOffset RequestedAt, ReleaseManifest? Manifest);

/// <summary>What a published release stands on, and what proves it: event positions, definitions, SHA-256 of each file.</summary>
/// <param name="Positions">Vector of event positions {service: position} that every number was computed at.</param>
/// <param name="DataAsOf">When the last feed that the numbers include was applied.</param>
/// <param name="Derived">What was derived rather than given: <c>calendar</c>, <c>schoolEnrollment</c>, <c>attendanceCoverage</c>.</param>
/// <param name="Definitions">Definition, version and source of each indicator.</param>
/// <param name="Schools">Schools of the release in file order; the code <c>district</c> comes first.</param>
/// <param name="MergedRaceGroups">Race and ethnicity groups too small for the district, published together as group <see cref="ReleasedGroups.Merged"/>; empty if none.</param>
/// <param name="Rules">The disclosure rules applied, e.g. <c>minimumGroup=10</c>, <c>minimumCount=3</c>.</param>
/// <param name="Cells">Number of cells by state.</param>
public sealed record ReleaseManifest(DateTimeOffset PublishedAt, IReadOnlyDictionary<string, long> Positions, DateTimeOffset? DataAsOf, IReadOnlyList<string> Derived,
    IReadOnlyList<IndicatorDefinition> Definitions, IReadOnlyList<ReleasedSchool> Schools, IReadOnlyList<string> MergedRaceGroups,
    IReadOnlyDictionary<string, int> Rules, IReadOnlyDictionary<string, int> Cells, IReadOnlyList<ReleaseFile> Files);

/// <summary>A school of a release; <c>district</c> is the whole district.</summary>
public sealed record ReleasedSchool(string School, string Name);

/// <summary>A frozen file of a release, byte for byte.</summary>
/// <param name="Name"><c>data.json</c> or <c>data.csv</c>: also the last segment of its address.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record ReleaseFile(string Name, string MediaType, long Bytes, string Sha256);

/// <summary>Group codes that exist in releases only.</summary>
public static class ReleasedGroups
{
    /// <summary>Race and ethnicity groups too small for the district, counted together; the manifest lists which.</summary>
    public const string Merged = "merged";
}

/// <summary>
/// One released cell. <see cref="State"/> is one of <see cref="ValueState"/>; <c>suppressed</c> means hidden, for whatever
/// reason, and then every number and the receipt are null.
/// </summary>
/// <param name="School">Org id of the school, or <c>district</c>.</param>
/// <param name="Students">Students behind the denominator.</param>
/// <param name="Rate">Numerator over denominator, 0..1.</param>
/// <param name="Low">Lower end of the 95 % interval, null where none applies.</param>
/// <param name="High">Upper end of the 95 % interval, null where none applies.</param>
/// <param name="Receipt">Code of the number's receipt: <c>GET /receipts/{code}</c>; null unless the state is value or zero.</param>
public sealed record ReleasedCell(string Indicator, int Version, string School, string Dimension, string Group, string State,
    long? Numerator, long? Denominator, int? Students, double? Rate, double? Low, double? High, string? Receipt);

/// <summary>Cells of one indicator at one school, as <c>GET /releases/{id}/tables?indicator=&amp;school=</c> gives them.</summary>
public sealed record ReleasedTable(string Indicator, int Version, string Unit, string School, string SchoolName, IReadOnlyList<ReleasedCell> Cells);

/// <summary>Tables of a release, indicator by indicator, the district first and then schools in order.</summary>
public sealed record ReleasedTables(Guid ReleaseId, string Tenant, int SchoolYear, IReadOnlyList<string> MergedRaceGroups, IReadOnlyList<string> Derived, IReadOnlyList<ReleasedTable> Tables);

/// <summary>The whole of <c>data.json</c>; <c>data.csv</c> holds the same cells.</summary>
/// <param name="Format">Name and version of this file format, <c>equity-release/1</c>.</param>
public sealed record ReleaseData(string Format, Guid ReleaseId, string Tenant, int SchoolYear, IReadOnlyDictionary<string, long> Positions, DateTimeOffset? DataAsOf, IReadOnlyList<string> Derived,
    IReadOnlyList<IndicatorDefinition> Definitions, IReadOnlyList<ReleasedSchool> Schools, IReadOnlyList<string> MergedRaceGroups,
    IReadOnlyDictionary<string, int> Rules, IReadOnlyList<ReleasedCell> Cells);

/// <summary>Published on the bus and in the pull feed when a release is out.</summary>
public sealed record ReleasePublished(Guid ReleaseId, int SchoolYear, ReleaseManifest Manifest)
{
    public const string Type = "release-published/1";
}
