using System.Globalization;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>How the source reports attendance, and for which days (both ends inclusive).</summary>
/// <param name="Mode"><c>exceptions</c>: a day in session without a row is present; <c>all</c>: it is missing.</param>
/// <param name="Derived">True where the platform filled in what the source did not declare.</param>
internal sealed record AttendanceCoverageDeclared(string Mode, DateOnly From, DateOnly To, bool Derived, Change Change);

/// <param name="PeriodsPerDay">Class periods of a day, where the source says how many there are.</param>
internal sealed record Coverage(string Mode, DateOnly From, DateOnly To, bool Derived, int? PeriodsPerDay = null);

internal sealed class CoverageDraft(Coverage coverage, Place place, IReadOnlyList<Row> rows) : Draft(RecordKind.Coverage, "attendance", place, null)
{
    public Coverage Coverage { get; } = coverage;
    public override IReadOnlyList<Row> Rows { get; } = rows;
    public override string Content => Memories.Write(Coverage);
    public override string? Memory => Content;
    public override (string, string) Stream(string person) => ("school-district", "school");
    public override object Event(EventFacts facts) => new AttendanceCoverageDeclared(Coverage.Mode, Coverage.From, Coverage.To, Coverage.Derived, facts.Change);
}

/// <summary>Reads declarations.csv: what the source says about its own data.</summary>
internal static class Declarations
{
    const string SessionDays = ".instructionalDays";
    const string CompleteFile = "complete.", Periods = "attendance.periodsPerDay";
    static readonly string[] Attendance = ["attendance.mode", "attendance.from", "attendance.to", "attendance.derived", Periods];

    /// <summary>Session days go into <paramref name="reading"/>, for the sessions that are read next; attendance coverage becomes a record.</summary>
    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading, "propertyName");
        var coverage = new Dictionary<string, (string Value, Row Row)>(StringComparer.Ordinal);
        var rollover = new Dictionary<string, DateOnly>(StringComparer.Ordinal);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (property, value) = (check.Required("propertyName"), check.Required("value"));
            if (!check.Ok)
                continue;
            if (Attendance.Contains(property))
                coverage[property] = (value, row);
            else if (property.StartsWith("identifier.", StringComparison.Ordinal) && FileSpecs.Side.FirstOrDefault(s => s.Name == property["identifier.".Length..]) is { } file)
            {
                if (Identifiers.Systems.Contains(value))
                    reading.DeclaredIdentifiers[file.Name] = value;
                else if (value != "sis")
                    check.Quarantine("value", "declaration.value", ("property", property));
            }
            else if (property.StartsWith("session.", StringComparison.Ordinal) && property.EndsWith(SessionDays, StringComparison.Ordinal) && property.Length > "session.".Length + SessionDays.Length)
            {
                if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 366)
                    reading.InstructionalDays[property["session.".Length..^SessionDays.Length]] = (days, row);
                else
                    check.Quarantine("value", "declaration.value", ("property", property));
            }
            else if (property.StartsWith(CompleteFile, StringComparison.Ordinal))
                Complete(property[CompleteFile.Length..], value, check, reading);
            else if (property is "rollover.from" or "rollover.to")
                Rollover(property, value, check, rollover);
            else
                check.Quarantine("propertyName", "declaration.unknown", ("property", "(not shown)"));
        }
        if (rollover.Count == 2)
            reading.Rollover = (rollover["rollover.from"], rollover["rollover.to"]);
        if (coverage.Count > 0)
            Cover(table, coverage, reading);
    }

    /// <summary>A side file that is the complete set for the span or the school years of the feed: what it leaves out is gone.</summary>
    static void Complete(string file, string value, RowCheck check, Reading reading)
    {
        if (!FileSpecs.Side.Any(s => s.Name.Equals(file + ".csv", StringComparison.OrdinalIgnoreCase) && s.Kind is not null) || !bool.TryParse(value, out var complete))
            check.Quarantine("value", "declaration.value", ("property", "complete.(file)"));
        else if (complete)
            reading.CompleteFiles.Add(file);
    }

    static void Rollover(string property, string value, RowCheck check, Dictionary<string, DateOnly> rollover)
    {
        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            rollover[property] = day;
        else
            check.Quarantine("value", "declaration.value", ("property", property));
    }

    static void Cover(Table table, Dictionary<string, (string Value, Row Row)> stated, Reading reading)
    {
        var known = Recall(reading.Known);
        var mode = stated.TryGetValue("attendance.mode", out var m) ? m.Value : known?.Mode;
        if (mode is not ("exceptions" or "all"))
        {
            Refuse(table, stated, reading, "attendance.mode");
            return;
        }
        var (from, to) = (Day(stated, "attendance.from", known?.From), Day(stated, "attendance.to", known?.To));
        if (from is null || to is null || to < from)
        {
            Refuse(table, stated, reading, from is null ? "attendance.from" : "attendance.to");
            return;
        }
        var periods = stated.TryGetValue(Periods, out var p) ? p.Value : known?.PeriodsPerDay?.ToString(CultureInfo.InvariantCulture);
        if (periods is not null && !(int.TryParse(periods, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 30))
        {
            Refuse(table, stated, reading, Periods);
            return;
        }
        var derived = stated.TryGetValue("attendance.derived", out var d) && d.Value.Equals("true", StringComparison.OrdinalIgnoreCase);
        var rows = stated.Values.Select(v => v.Row).ToList();
        var coverage = new Coverage(mode, from.Value, to.Value, derived, periods is null ? null : int.Parse(periods, NumberStyles.None, CultureInfo.InvariantCulture));
        reading.Attendance.Declare(coverage);
        reading.Add(new CoverageDraft(coverage, new(table.File, rows.Min(r => r.Line)), rows));
    }

    public static Coverage? Recall(KnownRecords known) =>
        known.Find(RecordKind.Coverage, "attendance")?.Memory is { } memory ? Memories.Read<Coverage>(memory) : null;

    static DateOnly? Day(Dictionary<string, (string Value, Row Row)> stated, string property, DateOnly? known) =>
        !stated.TryGetValue(property, out var text) ? known
        : DateOnly.TryParseExact(text.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date
        : null;

    /// <summary>Half a declaration says nothing: all its rows are set aside.</summary>
    static void Refuse(Table table, Dictionary<string, (string Value, Row Row)> stated, Reading reading, string property)
    {
        foreach (var (_, row) in stated.Values)
            reading.Check(table, row).Quarantine("value", "declaration.value", ("property", property));
    }
}
