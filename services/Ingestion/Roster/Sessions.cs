using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>A school year or term. The end is exclusive; a school year is named by the year it ends.</summary>
internal sealed record SessionRecorded(string SessionId, string Title, string Kind, DateOnly StartDate, DateOnly EndDate, string? ParentSessionId, int SchoolYear, int? InstructionalDays, Change Change);

internal sealed class SessionDraft(Session session, Place place, Row row, Row? declared) : Draft(RecordKind.Session, session.Id, place, row)
{
    public Row? Declared { get; } = declared;
    public override string Content => Memories.Write(session);
    public override KeyFacts Facts => new(RecordId: session.Id, Year: session.SchoolYear);
    public override IReadOnlyList<Row> Rows => Declared is null ? base.Rows : [.. base.Rows, Declared];
    public override string? Memory => Content;
    public override (string, string) Stream(string person) => ("school-district", "school");
    public override object Event(EventFacts facts) =>
        new SessionRecorded(session.Id, session.Title, session.Kind, session.Start, session.End, session.Parent, session.SchoolYear, session.Days, facts.Change);
}

/// <summary>Reads academicSessions.csv, and instructional days that declarations.csv adds to a session.</summary>
internal static class Sessions
{
    static readonly string[] Kinds = ["gradingPeriod", "semester", "schoolYear", "term"];

    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        var rows = new List<(Child Child, Session Session)>();
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (id, parent) = (check.Id("sourcedId"), check.OptionalId("parentSourcedId"));
            var (start, end) = (check.RequiredDate("startDate"), check.RequiredDate("endDate"));
            if (check.Ok && end < start)
                check.Quarantine("endDate", "date.order");
            check.Required("schoolYear");
            var year = check.Integer("schoolYear", 1990, 2100) ?? 0;
            var session = new Session(id, check.Required("title"), check.Enum("type", Kinds), start, end, parent, year, Days(id, reading));
            rows.Add((new Child(id, parent, check), session));
        }
        Parents.Check([.. rows.Select(r => r.Child)], id => reading.Known.Has(RecordKind.Session, id));
        foreach (var (child, session) in rows)
            if (child.Check.Ok)
            {
                reading.Sessions[session.Id] = session;
                reading.Years.Add(session.SchoolYear);
                reading.StatedSessions.Add(session.Id);
                var declared = reading.InstructionalDays.TryGetValue(session.Id, out var days) ? days.Row : null;
                reading.Add(new SessionDraft(session, child.Check.Row.Place, child.Check.Row, declared));
            }
    }

    /// <summary>Instructional days declared for sessions that this feed does not send again.</summary>
    public static void ApplyDeclaredDays(Table declarations, Reading reading)
    {
        foreach (var (id, (days, row)) in reading.InstructionalDays)
        {
            if (!reading.Sessions.TryGetValue(id, out var session))
                reading.Check(declarations, row).Missing("propertyName", FileSpecs.Sessions, id);
            else if (!reading.StatedSessions.Contains(id))
            {
                reading.Sessions[id] = session with { Days = days };
                reading.Add(new SessionDraft(reading.Sessions[id], row.Place, row, null));
            }
        }
    }

    static int? Days(string id, Reading reading) =>
        reading.InstructionalDays.TryGetValue(id, out var declared) ? declared.Days
        : reading.Sessions.TryGetValue(id, out var known) ? known.Days
        : null;
}
