using System.Globalization;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>
/// What the attendance of a feed covers. Rows outside the declared span are told of. Where no source has declared anything: the days from the first to the last
/// date seen, as exceptions unless there are rows of presence; marked as derived.
/// </summary>
internal sealed class AttendanceSpan
{
    (DateOnly From, DateOnly To, Place First)? seen;
    bool presence;

    /// <summary>What this feed declares, or an earlier one did; null if that was derived.</summary>
    public Coverage? Declared { get; private set; }

    public void Declare(Coverage coverage) => Declared = coverage with { Derived = false };

    /// <summary>What was declared before this feed.</summary>
    public void Recall(KnownRecords known)
    {
        if (Declarations.Recall(known) is { Derived: false } coverage)
            Declared ??= coverage;
    }

    public void Note(AttendanceDraft draft, IssueLog issues)
    {
        var date = draft.Presence.Date;
        if (Declared is { } span && (date < span.From || date > span.To))
            issues.Warn(draft.Place.File, draft.Place.Row, "date", "attendance.outside-coverage");
        presence |= draft.Presence.Category == SideFiles.Attendance.Present;
        seen = seen is { } s ? (date < s.From ? date : s.From, date > s.To ? date : s.To, s.First) : (date, date, draft.Place);
    }

    public static void State(Reading reading)
    {
        if (reading.Attendance is not { Declared: null, seen: { } seen } span)
            return;
        var known = Declarations.Recall(reading.Known);
        var mode = span.presence || known is { Mode: "all" } ? "all" : "exceptions";
        var coverage = new Coverage(mode, known?.From < seen.From ? known.From : seen.From, known?.To > seen.To ? known.To : seen.To, Derived: true, known?.PeriodsPerDay);
        if (coverage == known)
            return;
        reading.Issues.Warn(FileSpecs.Attendance.Name, null, null, "attendance.coverage-derived", ("from", coverage.From.ToString("O", CultureInfo.InvariantCulture)), ("to", coverage.To.ToString("O", CultureInfo.InvariantCulture)));
        reading.Add(new CoverageDraft(coverage, seen.First, []));
    }
}
