using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Whether a student takes part in a program. False is a statement, not a gap. The end is exclusive.</summary>
internal sealed record StudentProgramRecorded(string StudentKey, string Program, bool Participates, DateOnly? BeginDate, DateOnly? EndDate, Change Change, string Salt);

internal sealed class ProgramDraft(string user, string program, bool participates, DateOnly? begin, DateOnly? end, Place place, Row row)
    : Draft(RecordKind.Program, KeyOf(user, program), place, row)
{
    public bool Participates { get; } = participates;
    public DateOnly? End { get; } = end;
    public override string? Person => user;
    public override KeyFacts Facts => new(Day: begin, Ends: End, Program: program);
    public override string Content => Join(Participates ? "1" : "0", Text(begin), Text(End));
    public override (string, string) Stream(string person) => ($"student-{person}", "student");
    public override object Event(EventFacts facts) => new StudentProgramRecorded(facts.Person, program, Participates, begin, End, facts.Change, facts.Salt);

    public static string KeyOf(string user, string program) => $"{user}\n{program}";
}

/// <summary>Programs from programs.csv and from <c>metadata.*</c> columns of users.csv. The side file wins; a contradiction is a warning.</summary>
internal static class Programs
{
    public static readonly string[] Known = ["englishLearner", "iep", "section504", "economicallyDisadvantaged", "frl", "homeless", "foster", "migrant", "military", "titleI", "gifted"];

    static readonly (string Column, string Program)[] Columns =
    [
        ("metadata.englishLearner", "englishLearner"), ("metadata.iep", "iep"), ("metadata.section504", "section504"),
        ("metadata.freeReducedLunch", "economicallyDisadvantaged"), ("metadata.homeless", "homeless"),
    ];

    public static List<(string Program, bool Participates)> FromColumns(RowCheck check)
    {
        var stated = new List<(string, bool)>();
        foreach (var (column, program) in Columns)
            if (check.Boolean(column) is { } participates)
                stated.Add((program, participates));
        return stated;
    }

    public static void Read(Table table, Reading reading)
    {
        var latest = new Dictionary<string, (DateOnly? Begin, ProgramDraft Draft)>(StringComparer.Ordinal);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (user, program) = (reading.Student(check, "userSourcedId"), check.Enum("program", Known));
            var (begin, end) = (check.Date("beginDate"), check.Date("endDate"));
            if (check.Ok && begin is not null && end < begin)
                check.Quarantine("endDate", "date.order");
            if (!check.Ok)
                continue;
            var draft = new ProgramDraft(user, program, true, begin, end, row.Place, row);
            if (latest.TryGetValue(draft.Key, out var other))
            {
                var same = other.Draft.Content == draft.Content;
                check.Warn("program", same ? "id.duplicate-identical" : "program.several-periods");
                if (same || (begin ?? DateOnly.MinValue) < (other.Begin ?? DateOnly.MinValue))
                {
                    row.Fate = RowFate.Repeated;
                    continue;
                }
                other.Draft.Row!.Fate = RowFate.Repeated;
            }
            latest[draft.Key] = (begin, draft);
        }
        foreach (var (_, draft) in latest.Values)
        {
            reading.StatedPrograms[reading.Known.Keyed.Record(RecordKind.Program, draft.Key)] = draft.End is null;
            reading.Add(draft);
        }
    }

    /// <summary>What columns of users.csv say, unless the side file states the program, now or in an earlier feed.</summary>
    public static void ReadColumns(Table users, Reading reading)
    {
        if (!reading.HasProgramColumns)
            return;
        var silent = new IssueLog { Muted = true };
        foreach (var row in users.Kept)
        {
            if (row[users.Spec["sourcedId"]] is not { } user || reading.Users.GetValueOrDefault(user) != "student")
                continue;
            foreach (var (program, participates) in FromColumns(new(users, row, silent)))
            {
                var draft = new ProgramDraft(user, program, participates, null, null, row.Place, row);
                var key = reading.Known.Keyed.Record(RecordKind.Program, draft.Key);
                var current = reading.StatedPrograms.TryGetValue(key, out var lasts);
                var earlier = !current && reading.Known.Find(RecordKind.Program, draft.Key)?.File == FileSpecs.Programs.Name;
                if (!participates && (earlier || lasts))
                    reading.Issues.Warn(row.Place.File, row.Place.Row, null, "program.conflict");
                if (!current && !earlier)
                    reading.Add(draft);
            }
        }
    }
}
