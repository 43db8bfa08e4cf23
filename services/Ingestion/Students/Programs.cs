using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Whether a student takes part in a program. False is a statement, not a gap. The end is exclusive.</summary>
/// <param name="Detail">The source's own code of what the program is for this student (a placement, a level). Stays inside: no group is made of it.</param>
internal sealed record StudentProgramRecorded(string StudentKey, string Program, bool Participates, DateOnly? BeginDate, DateOnly? EndDate, string? Detail, Change Change, string Salt);

/// <param name="earlier">True for a period before the latest one: the latest is the record of the program, each earlier one is named by its beginning.</param>
internal sealed class ProgramDraft(string user, string program, bool participates, DateOnly? begin, DateOnly? end, string? detail, Place place, Row row, bool earlier = false)
    : Draft(RecordKind.Program, earlier ? $"{KeyOf(user, program)}\n{Text(begin)}" : KeyOf(user, program), place, row)
{
    public DateOnly? Begin { get; } = begin;
    public ProgramDraft AsEarlier() => new(user, program, Participates, Begin, End, detail, Place, Row!, earlier: true);
    public bool Participates { get; } = participates;
    public DateOnly? End { get; } = end;
    public override string? Person => user;
    public override KeyFacts Facts => new(Day: Begin, Ends: End, Program: program);
    public override string Content => Join(Participates ? "1" : "0", Text(Begin), Text(End), detail);
    public override (string, string) Stream(string person) => ($"student-{person}", "student");
    public override object Event(EventFacts facts) => new StudentProgramRecorded(facts.Person, program, Participates, Begin, End, detail, facts.Change, facts.Salt);

    public static string KeyOf(string user, string program) => $"{user}\n{program}";
}

/// <summary>Programs from programs.csv and from <c>metadata.*</c> columns of users.csv. The side file wins; a contradiction is a warning.</summary>
internal static class Programs
{
    public static readonly string[] Known = ["englishLearner", "iep", "section504", "economicallyDisadvantaged", "frl", "homeless", "foster", "migrant", "military", "titleI", "gifted"];

    /// <summary>Whether meals are free or reduced is restricted beyond FERPA: that is dropped at the edge.</summary>
    const string Meals = "frl";

    public static List<(string Program, bool Participates)> FromColumns(RowCheck check)
    {
        var stated = new List<(string, bool)>();
        foreach (var (column, means) in check.Spec.Meanings)
            if (means.StartsWith("program:", StringComparison.Ordinal) && check.Boolean(column) is { } participates)
                stated.Add((means["program:".Length..], participates));
        return stated;
    }

    public static void Read(Table table, Reading reading)
    {
        var periods = new Dictionary<string, List<ProgramDraft>>(StringComparer.Ordinal);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (user, program) = (reading.Student(check, "userSourcedId"), check.Enum("program", Known));
            var (begin, end, detail) = (check.Date("beginDate"), check.Date("endDate"), check.Code("detail"));
            if (check.Ok && begin is not null && end < begin)
                check.Quarantine("endDate", "date.order");
            if (!check.Ok)
                continue;
            var draft = new ProgramDraft(user, program, true, begin, end, program == Meals ? null : detail, row.Place, row);
            if (!periods.TryGetValue(draft.Key, out var others))
                periods.Add(draft.Key, [draft]);
            else if (others.Exists(o => o.Content == draft.Content))
            {
                check.Warn("program", "id.duplicate-identical");
                row.Fate = RowFate.Repeated;
            }
            else if (others.Exists(o => o.Begin == begin))
            {
                foreach (var other in others.Where(o => o.Begin == begin))
                    reading.Check(table, other.Row!).Quarantine("beginDate", "id.duplicate-different");
                check.Quarantine("beginDate", "id.duplicate-different");
            }
            else
                others.Add(draft);
        }
        foreach (var (key, all) in periods)
        {
            var kept = all.Where(p => p.Row!.IsKept).OrderBy(p => p.Begin ?? DateOnly.MinValue).ToList();
            if (kept.Count == 0)
                continue;
            reading.StatedPrograms[reading.Known.Keyed.Record(RecordKind.Program, key)] = kept[^1].End is null;
            foreach (var earlier in kept[..^1])
                reading.Add(earlier.AsEarlier());
            reading.Add(kept[^1]);
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
            if (row[users.Spec["sourcedId"]] is not { } user || reading.StatedRoleOf(user) != "student")
                continue;
            foreach (var (program, participates) in FromColumns(new(users, row, silent)))
            {
                var draft = new ProgramDraft(user, program, participates, null, null, null, row.Place, row);
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
