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

internal sealed record Coverage(string Mode, DateOnly From, DateOnly To, bool Derived);

internal sealed class CoverageDraft(Coverage coverage, Place place, IReadOnlyList<Row> rows) : Draft(RecordKind.Coverage, "attendance", place, null)
{
    public Coverage Coverage { get; } = coverage;
    public IReadOnlyList<Row> Rows { get; } = rows;
    public override string Content => Memories.Write(Coverage);
    public override string? Memory => Content;
    public override (string, string) Stream(string person) => ("school-district", "school");
    public override object Event(EventFacts facts) => new AttendanceCoverageDeclared(Coverage.Mode, Coverage.From, Coverage.To, Coverage.Derived, facts.Change);
}

/// <summary>Reads declarations.csv: what the source says about its own data.</summary>
internal static class Declarations
{
    const string SessionDays = ".instructionalDays";
    static readonly string[] Attendance = ["attendance.mode", "attendance.from", "attendance.to", "attendance.derived"];

    /// <summary>Session days go into <paramref name="reading"/>, for the sessions that are read next; attendance coverage becomes a record.</summary>
    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading, "propertyName");
        var coverage = new Dictionary<string, (string Value, Row Row)>(StringComparer.Ordinal);
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
            else
                check.Quarantine("propertyName", "declaration.unknown", ("property", "(not shown)"));
        }
        if (coverage.Count > 0)
            Cover(table, coverage, reading);
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
        var derived = stated.TryGetValue("attendance.derived", out var d) && d.Value.Equals("true", StringComparison.OrdinalIgnoreCase);
        var rows = stated.Values.Select(v => v.Row).ToList();
        reading.Add(new CoverageDraft(new Coverage(mode, from.Value, to.Value, derived), new(table.File, rows.Min(r => r.Line)), rows));
    }

    public static Coverage? Recall(KnownRecords known) =>
        known.Find(RecordKind.Coverage, "attendance")?.Memory is { } memory ? Memories.Read<Coverage>(memory) : null;

    /// <summary>
    /// Rows outside the declared span are told of. Where no source has declared anything: the days from the first to the last
    /// date seen, as exceptions unless there are rows of presence; marked as derived.
    /// </summary>
    public static void CheckCoverage(Reading reading)
    {
        var known = Recall(reading.Known);
        var rows = reading.Drafts.OfType<AttendanceDraft>().ToList();
        if (reading.Drafts.OfType<CoverageDraft>().FirstOrDefault()?.Coverage is { } stated)
            known = stated with { Derived = false };
        if (rows.Count == 0)
            return;
        if (known is { Derived: false })
        {
            foreach (var row in rows.Where(r => r.Date < known.From || r.Date > known.To))
                reading.Issues.Warn(row.Place.File, row.Place.Row, "date", "attendance.outside-coverage");
            return;
        }
        var (from, to) = (rows.Min(r => r.Date), rows.Max(r => r.Date));
        var mode = rows.Exists(r => r.Category == "present") || known is { Mode: "all" } ? "all" : "exceptions";
        var coverage = new Coverage(mode, known?.From < from ? known.From : from, known?.To > to ? known.To : to, Derived: true);
        if (coverage == known)
            return;
        reading.Issues.Warn(FileSpecs.Attendance.Name, null, null, "attendance.coverage-derived", ("from", coverage.From.ToString("O", CultureInfo.InvariantCulture)), ("to", coverage.To.ToString("O", CultureInfo.InvariantCulture)));
        reading.Add(new CoverageDraft(coverage, new(FileSpecs.Attendance.Name, rows[0].Place.Row), []));
    }

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
