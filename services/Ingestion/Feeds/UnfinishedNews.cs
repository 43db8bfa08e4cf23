using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Discipline;
using EquityPlatform.Ingestion.Learning;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Staffing;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.Ingestion.Supports;
using EquityPlatform.Ingestion.Surveys;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>What an event of a feed says about the state of a record.</summary>
/// <param name="After">Content hash; null of what is sealed, and of a removal.</param>
/// <param name="Before">Content hash of what was known; null if nothing was.</param>
internal readonly record struct Told(RecordKind Kind, Guid? Owner, KeyFacts Facts, Guid? Before, Guid? After, bool Removed = false)
{
    /// <summary>Kinds of records that this event records: a day of attendance may also be what its periods add up to.</summary>
    public RecordKind[] Kinds => Kind == RecordKind.Attendance && !Removed ? [RecordKind.Attendance, RecordKind.PeriodDay] : [Kind];

    /// <summary>Null if the event is not about a record, or about one that follows from others.</summary>
    public static Told? By(RecordedEvent e) => e.Data switch
    {
        OrganizationRecorded o => Of(RecordKind.Organization, o.Change, new(RecordId: o.OrgId)),
        SessionRecorded s => Of(RecordKind.Session, s.Change, new(RecordId: s.SessionId)),
        CourseRecorded c => Of(RecordKind.Course, c.Change, new(RecordId: c.CourseId)),
        ClassRecorded c => Of(RecordKind.Class, c.Change, new(RecordId: c.ClassId)),
        CalendarDayRecorded c => Of(RecordKind.CalendarDay, c.Change, new(School: c.SchoolId, Day: c.Date)),
        AttendanceCoverageDeclared c => Of(RecordKind.Coverage, c.Change),
        StudentRecorded s => Of(RecordKind.Person, s.Change),
        PersonRecorded p => Of(RecordKind.Person, p.Change),
        StudentIdentityRecorded => Of(RecordKind.Identity, null),
        StudentBirthDateRecorded => Of(RecordKind.BirthDate, null),
        StudentIdentifierRecorded => Of(RecordKind.Identifier, null),
        StudentDemographicsRecorded d => Of(RecordKind.Demographics, d.Change),
        StudentProgramRecorded p => Of(RecordKind.Program, p.Change, new(Day: p.BeginDate, Program: p.Program)),
        SectionEnrollmentRecorded s => Of(RecordKind.SectionEnrollment, s.Change, new(School: s.SchoolId, Year: s.SchoolYear, Day: s.BeginDate)),
        EnrollmentStated s => Of(RecordKind.SourceEnrollment, s.Change, new(School: s.SchoolId, Year: s.SchoolYear, Day: s.EntryDate)),
        AttendanceRecorded a => Of(RecordKind.Attendance, a.Change, new(School: a.SchoolId, Year: a.SchoolYear, Day: a.Date)),
        PeriodAttendanceRecorded a => Of(RecordKind.PeriodAttendance, a.Change, new(School: a.SchoolId, Year: a.SchoolYear, Day: a.Date)),
        StaffRecorded s => Of(RecordKind.Staff, s.Change),
        StaffAssignmentRecorded s => Of(RecordKind.StaffAssignment, s.Change, new(School: s.OrgId, Day: s.BeginDate)),
        DisciplineIncidentRecorded i => Of(RecordKind.DisciplineIncident, i.Change, new(RecordId: i.IncidentId, School: i.SchoolId)),
        DisciplineInvolvementRecorded i => Of(RecordKind.DisciplineInvolvement, i.Change, new(School: i.SchoolId, Year: i.SchoolYear, Day: i.Date)),
        DisciplineActionRecorded a => Of(RecordKind.DisciplineAction, a.Change, new(School: a.SchoolId, Year: a.SchoolYear, Day: a.Date)),
        AssessmentResultRecorded a => Of(RecordKind.AssessmentResult, a.Change, new(Year: a.SchoolYear, Day: a.Date)),
        LineItemRecorded l => Of(RecordKind.LineItem, l.Change, new(RecordId: l.LineItemId)),
        GradeRecorded g => Of(g.Item is null ? RecordKind.GradeResult : RecordKind.Result, g.Change, new(School: g.SchoolId, Year: g.SchoolYear, Day: g.Date)),
        TranscriptCourseRecorded t => Of(RecordKind.TranscriptCourse, t.Change, new(Year: t.SchoolYear)),
        SurveyAnswerRecorded s => Of(RecordKind.SurveyResponse, s.Change, new(School: s.SchoolId, Year: s.SchoolYear, Day: s.Date)),
        ExternalInterventionRecorded i => Of(RecordKind.ExternalIntervention, i.Change, new(RecordId: i.InterventionId)),
        InterventionParticipationRecorded p => Of(RecordKind.InterventionParticipation, p.Change, new(Year: p.SchoolYear, Day: p.Date)),
        RecordRemoved r => new Told(Enum.Parse<RecordKind>(r.Kind, ignoreCase: true), OwnerOf(r.StudentKey ?? r.PersonKey), default, Guid.ParseExact(r.Before, "N"), null, Removed: true),
        _ => null,
    } is { } told ? told with { Owner = told.Owner ?? OwnerOf(e) } : null;

    static Told? Of(RecordKind kind, Change? change, KeyFacts facts = default) =>
        new Told(kind, null, facts, change?.Before is { } before ? Guid.ParseExact(before, "N") : null, change is null ? null : Guid.ParseExact(change.After, "N"));

    /// <summary>The pseudonym in the id of a person's stream.</summary>
    static Guid? OwnerOf(RecordedEvent e) =>
        e.StreamId.IndexOf('-', StringComparison.Ordinal) is var at && at > 0 && !e.StreamId.StartsWith("school-", StringComparison.Ordinal) && e.StreamId.Length >= at + 33 ? OwnerOf(e.StreamId.Substring(at + 1, 32)) : null;

    static Guid? OwnerOf(string? key) => Guid.TryParseExact(key, "N", out var owner) ? owner : null;
}

/// <summary>The state of a record, as far as it can be told whether an event reached it.</summary>
internal readonly record struct StateOf(RecordKind Kind, Guid Key, Guid Hash, Guid? Owner, Guid Feed, KeyFacts Facts, bool Removed);

/// <summary>
/// What a feed that is given up left in the log without the state of its records. New records are taken back by an event of their own; known ones come into doubt, so that the
/// next feed that states them records them again, whatever it says; what was removed is removed. Pure.
/// </summary>
internal sealed class UnfinishedNews(Guid feed)
{
    /// <summary>New records whose events are taken back.</summary>
    public List<(RecordedEvent Event, Told Told)> TakenBack { get; } = [];

    /// <summary>Known records of which nobody can say what holds.</summary>
    public HashSet<(RecordKind Kind, Guid Key)> InDoubt { get; } = [];

    public HashSet<(RecordKind Kind, Guid Key)> Removed { get; } = [];

    public static UnfinishedNews Of(Guid feed, IEnumerable<(RecordedEvent Event, Told Told)> tail, IReadOnlyCollection<StateOf> states)
    {
        var news = new UnfinishedNews(feed);
        var (byOwner, byHash) = (states.ToLookup(s => (s.Kind, s.Owner)), states.ToLookup(s => (s.Kind, s.Hash)));
        foreach (var (e, told) in tail)
            news.Add(e, told, told.Kinds.SelectMany(kind => byOwner[(kind, told.Owner)]), told.Before is { } before ? told.Kinds.SelectMany(kind => byHash[(kind, before)]) : []);
        return news;
    }

    void Add(RecordedEvent e, Told told, IEnumerable<StateOf> same, IEnumerable<StateOf> before)
    {
        if (told.Removed)
        {
            Removed.UnionWith(before.Where(s => !s.Removed && s.Owner == told.Owner).Select(Id));
            return;
        }
        // Of what is sealed there is one of a kind for a person, or a few
        var there = same.Where(s => !s.Removed && Fits(told.Facts, s.Facts)).ToList();
        if (there.Exists(s => told.After is { } after ? s.Hash == after : s.Feed == feed))
            return;
        var doubtful = before.Where(s => !s.Removed).Concat(there).Select(Id).ToList();
        if (doubtful.Count > 0)
            InDoubt.UnionWith(doubtful);
        else
            TakenBack.Add((e, told));

        static (RecordKind, Guid) Id(StateOf s) => (s.Kind, s.Key);
    }

    static bool Fits(KeyFacts told, KeyFacts known) =>
        (told.RecordId is null || told.RecordId == known.RecordId) && (told.School is null || told.School == known.School) && (told.Year is null || told.Year == known.Year)
        && (told.Day is null || told.Day == known.Day) && (told.Program is null || told.Program == known.Program);
}
