using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Contracts.Reporting;

/// <summary>Where a released number comes from; public, like the number itself.</summary>
/// <param name="Code">Short code, ten letters and digits; read without regard to case, spaces and hyphens.</param>
/// <param name="SchoolName">Name of the cell's school as released.</param>
/// <param name="MergedRaceGroups">The groups counted together, where the cell's group is <see cref="ReleasedGroups.Merged"/>; else empty.</param>
/// <param name="Positions">Vector of event positions {service: position} that the number was computed at.</param>
public sealed record NumberReceipt(string Code, Guid ReleaseId, string Tenant, int SchoolYear, DateTimeOffset PublishedAt, IndicatorDefinition Definition, ReleasedCell Cell,
    string SchoolName, IReadOnlyList<string> MergedRaceGroups, IReadOnlyDictionary<string, long> Positions, DateTimeOffset? DataAsOf, IReadOnlyList<string> Derived, IReadOnlyList<ReleaseFile> Files);

/// <summary>
/// The way back from a released number to rows, for roles that may see it; the exit was recorded as a disclosure first. The
/// rows are those of today: the data may have moved on since the release, and <see cref="Agrees"/> says whether it did.
/// </summary>
/// <param name="Numerator">Numerator as released (frozen).</param>
/// <param name="Denominator">Denominator as released (frozen).</param>
/// <param name="NumeratorNow">Numerator that today's rows give.</param>
/// <param name="DenominatorNow">Denominator that today's rows give.</param>
/// <param name="Agrees">True if both are as released.</param>
/// <param name="PositionsNow">Vector of event positions of the rows.</param>
/// <param name="Students">Each student of the denominator with the rows that say so.</param>
/// <param name="Shared">Rows behind every student's part: sessions, calendar days, coverage declarations.</param>
public sealed record ReceiptRows(string Code, ReleasedCell Cell, long? Numerator, long? Denominator, long? NumeratorNow, long? DenominatorNow, bool Agrees,
    IReadOnlyDictionary<string, long> Positions, IReadOnlyDictionary<string, long> PositionsNow, IReadOnlyList<StudentLineage> Students, IReadOnlyList<Bus.RowOrigin> Shared);
