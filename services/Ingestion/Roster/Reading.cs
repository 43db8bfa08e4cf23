using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Learning;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>A session as later rows need it.</summary>
internal sealed record Session(string Id, string Title, string Kind, DateOnly Start, DateOnly End, string? Parent, int SchoolYear, int? Days);

/// <summary>A class as its enrolments need it.</summary>
internal sealed record Section(string School, IReadOnlyList<string> Sessions, string? Course = null);

/// <summary>
/// One feed while its rows are read, file by file in the order of references. A reference is good if its row was kept in
/// this feed, or if an earlier feed left the record (a set-aside row does not take away what was there).
/// </summary>
internal sealed class Reading(KnownRecords known, IssueLog issues, DateOnly today, Differences differences)
{
    Action<Draft> state = differences.Add;

    public KnownRecords Known { get; } = known;
    public IssueLog Issues { get; } = issues;

    /// <summary>Day of the feed.</summary>
    public DateOnly Today { get; } = today;

    /// <summary>In which the district's days begin.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The district's day of an instant: a change late in the evening is one of that day, whatever the day is in UTC.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    /// <summary>Numbers that declarations.csv says a file names students by.</summary>
    public Dictionary<string, string> DeclaredIdentifiers { get; } = new(StringComparer.Ordinal);

    public NumberIndex Numbers { get; } = new(known);

    /// <summary>Some file of this feed names students by a number.</summary>
    public bool NamesByNumber { get => field || DeclaredIdentifiers.Count > 0; init; }

    /// <summary>Version of the federal roll-up that the source chose.</summary>
    public string RaceScheme { get; init; } = Students.RaceEthnicity.Scheme;

    /// <summary>True if the source keeps roles in roles.csv (OneRoster 1.2).</summary>
    public bool HasRoles { get; set; }

    /// <summary>Roles and organizations that roles.csv gives.</summary>
    public Dictionary<string, UserRole> Roles { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, LineItem> LineItems { get; } = new(StringComparer.Ordinal);

    public LineItem? LineItemOf(string id) =>
        LineItems.TryGetValue(id, out var item) ? item
        : Known.Find(RecordKind.LineItem, id) is { Memory: { } memory } ? Memories.Read<LineItem>(memory)
        : null;

    /// <summary>External interventions of this feed.</summary>
    public HashSet<string> Interventions { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Organizations { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that are schools.</summary>
    public HashSet<string> Schools { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, Session> Sessions { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Courses { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, Section> Sections { get; } = new(StringComparer.Ordinal);

    /// <summary>Roles of users by blind index.</summary>
    readonly Dictionary<Guid, string> users = [];

    public void StateUser(string user, string role) => users[Blind(user)] = role;

    /// <summary>Role of a user whom this feed states.</summary>
    public string? StatedRoleOf(string user) => users.GetValueOrDefault(Blind(user));

    Guid Blind(string user) => Known.Keyed.Record(RecordKind.Person, user);

    /// <summary>Students whose ids the source has not used before; of a source that has named persons before.</summary>
    public List<Newcomer> Newcomers { get; } = [];

    public bool IsNewcomer(string user) => !IsAgain && Known.HasPersons && Known.Person(user) is null;

    /// <summary>The feed states the person with this blind index.</summary>
    public bool States(Guid person) => users.ContainsKey(person);

    /// <summary>An earlier row of the feed states the same person under another id.</summary>
    public bool HoldsAnotherIdOf(string user) => !IsAgain && Known.Keyed.HasLinks && States(Blind(user));

    /// <summary>Instructional days that the declarations give for a session, with their rows.</summary>
    public Dictionary<string, (int Days, Row Row)> InstructionalDays { get; } = new(StringComparer.Ordinal);

    /// <summary>Sessions that academicSessions.csv states in this feed.</summary>
    public HashSet<string> StatedSessions { get; } = new(StringComparer.Ordinal);

    /// <summary>School years of the sessions that this feed sends: what its complete files speak about.</summary>
    public HashSet<int> Years { get; } = [];

    /// <summary>Side files that the source declares complete.</summary>
    public HashSet<string> CompleteFiles { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Change of school years that the source declares: first and last day.</summary>
    public (DateOnly From, DateOnly To)? Rollover { get; set; }

    /// <summary>The feed lies in the declared change of school years, or brings the first session of a year that begins in it (as files of earlier years do, however late they come).</summary>
    public bool IsRollover => Rollover is { } window && (Within(window, Today) || StatedSessions.Any(id => !Known.Has(RecordKind.Session, id) && Within(window, Sessions[id].Start)));

    static bool Within((DateOnly From, DateOnly To) window, DateOnly day) => day >= window.From && day <= window.To;

    /// <summary>What the feed's attendance covers, and the days that it has.</summary>
    public SideFiles.AttendanceSpan Attendance { get; } = new();

    /// <summary>Days of which periods are recorded.</summary>
    public SideFiles.PeriodDays Periods { get; } = new();

    public SideFiles.SchoolDays SchoolDays { get; } = new(known);
    public Stays Stays { get; init; } = new(known);

    /// <summary>Programs that programs.csv states in this feed, by keyed hash: true while the participation lasts.</summary>
    public Dictionary<Guid, bool> StatedPrograms { get; } = [];

    /// <summary>Some row of users.csv states programs in columns of its own.</summary>
    public bool HasProgramColumns { get; set; }

    /// <summary>Files that the manifest calls changes while their rows look complete.</summary>
    public HashSet<Table> LooksComplete { get; } = [];

    /// <summary>Percentages by <c>file/column</c> for the next feed to compare with.</summary>
    public Dictionary<string, int> Statistics { get; } = [];

    /// <summary>What was found that a person must look at before anything is applied.</summary>
    public List<HoldReason> Holds { get; } = [];

    /// <summary>The rows are read a second time, to record what the first reading found to be news.</summary>
    public bool IsAgain { get; private set; }

    /// <summary>From here on the same rows are read again: drafts go to <paramref name="sink"/>, nothing is found anew.</summary>
    public void Again(Action<Draft> sink)
    {
        (state, IsAgain, Issues.Muted) = (sink, true, true);
        shared.Clear();
    }

    readonly HashSet<(RecordKind Kind, string Key)> shared = [];

    /// <summary>True the first time in a reading: a fact that rows of several tables repeat is stated once.</summary>
    public bool Once(Draft draft) => shared.Add((draft.Kind, draft.Key));

    /// <summary>States a record. What was stated before is not kept: what several rows say together, a reader notes for itself.</summary>
    public void Add(Draft draft) => state(draft);

    /// <summary>The source says that the record of a row is gone.</summary>
    public void Delete(Table table, string key, Row row)
    {
        if (IsAgain || table.Spec.KindOf(row) is not { } kind)
            return;
        var on = row.Modified is { } at ? DayOf(at) : (DateOnly?)null;
        // A time that is over goes alone; the latest stays
        if (table.Spec.EarlierKeyOf(row) is { } earlier && Known.Has(kind, earlier))
            key = earlier;
        differences.Delete(kind, key, row, on);
        if (kind == RecordKind.Demographics)
            differences.Delete(RecordKind.BirthDate, key, row, on);
    }

    public bool HasOrganization(string id) => Organizations.Contains(id) || Known.Has(RecordKind.Organization, id);
    public bool IsSchool(string id) => Organizations.Contains(id) ? Schools.Contains(id) : Known.Find(RecordKind.Organization, id) is { Memory: { } memory } && Memories.Read<OrganizationMemory>(memory).Kind == Roster.Organizations.School;
    public bool HasSession(string id) => Sessions.ContainsKey(id) || Known.Has(RecordKind.Session, id);
    public bool HasCourse(string id) => Courses.Contains(id) || Known.Has(RecordKind.Course, id);

    public string? RoleOf(string user) => StatedRoleOf(user) ?? Known.Person(user)?.Role;

    public Section? SectionOf(string id) =>
        Sections.TryGetValue(id, out var section) ? section
        : Known.Find(RecordKind.Class, id) is { Memory: { } memory } ? Memories.Read<Section>(memory)
        : null;

    /// <summary>School year of sessions: that of the last one.</summary>
    public int? YearOf(IEnumerable<string> sessions) =>
        sessions.Select(s => Sessions.GetValueOrDefault(s)?.SchoolYear).Max();

    /// <summary>School year of a date, by the sessions in the data; a session of kind schoolYear decides before terms.</summary>
    public int? SchoolYearOf(DateOnly date)
    {
        Session? found = null;
        foreach (var session in byYear ??= [.. Sessions.Values.OrderBy(s => s.Kind == "schoolYear" ? 0 : 1).ThenBy(s => s.SchoolYear).ThenBy(s => s.Id, StringComparer.Ordinal)])
            if (date >= session.Start && date < session.End)
            {
                found = session;
                break;
            }
        return found?.SchoolYear;
    }

    /// <summary>
    /// The school year that began last before a date outside all sessions, counted back from the first known one; null for dates after the last year, and where only terms of years are
    /// known, whose beginning is not the year's.
    /// </summary>
    public int? YearBegunBefore(DateOnly date)
    {
        begins ??= [.. Sessions.Values.GroupBy(s => s.SchoolYear).Select(y => (Year: y.Key, Begin: y.Min(s => s.Start), End: y.Max(s => s.End)))
            .Where(y => y.End.DayNumber - y.Begin.DayNumber >= WholeYear).OrderBy(y => y.Begin)];
        if (begins.Count == 0)
            return null;
        if (begins.FindLast(y => y.Begin <= date) is { Year: > 0 } known)
            return date < known.Begin.AddYears(1) ? known.Year : null;
        var back = begins[0].Begin.Year - date.Year;
        if (begins[0].Begin.AddYears(-back) > date)
            back++;
        return begins[0].Year - back;
    }

    List<Session>? byYear;
    List<(int Year, DateOnly Begin, DateOnly End)>? begins;

    /// <summary>Days that sessions of one school year span at least.</summary>
    const int WholeYear = 240;

    /// <summary>First day after a school year, by the sessions in the data.</summary>
    public DateOnly? EndOf(int schoolYear) => Sessions.Values.Where(s => s.SchoolYear == schoolYear).Select(s => (DateOnly?)s.End).Max();

    /// <summary>Makes known sessions usable for dates; sessions of this feed replace them.</summary>
    public void RecallSessions()
    {
        foreach (var memory in Known.Memories(RecordKind.Session))
            if (Memories.Read<Session>(memory) is { } session)
                Sessions[session.Id] = session;
    }

    /// <summary>School years that complete files of this feed speak about: those of its sessions, else those that are not over.</summary>
    public IReadOnlySet<int> SpokenYears()
    {
        if (Years.Count > 0 || Sessions.Count == 0)
            return Years;
        var running = Sessions.Values.Where(s => s.End > Today).Select(s => s.SchoolYear).ToHashSet();
        return running.Count > 0 ? running : [Sessions.Values.Max(s => s.SchoolYear)];
    }

    public RowCheck Check(Table table, Row row) => new(table, row, Issues, Known.Keyed);
}
