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
internal sealed class Reading(KnownRecords known, IssueLog issues, DateOnly today)
{
    public KnownRecords Known { get; } = known;
    public IssueLog Issues { get; } = issues;
    public DateOnly Today { get; } = today;
    public List<Draft> Drafts { get; } = [];

    /// <summary>States a record. Readers never look at what was stated before.</summary>
    public void Add(Draft draft) => Drafts.Add(draft);

    /// <summary>Numbers that declarations.csv says a file names students by.</summary>
    public Dictionary<string, string> DeclaredIdentifiers { get; } = new(StringComparer.Ordinal);

    public NumberIndex Numbers { get; } = new(known);

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
    public Dictionary<string, Session> Sessions { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Courses { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, Section> Sections { get; } = new(StringComparer.Ordinal);

    /// <summary>Roles of users by id.</summary>
    public Dictionary<string, string> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Instructional days that the declarations give for a session, with their rows.</summary>
    public Dictionary<string, (int Days, Row Row)> InstructionalDays { get; } = new(StringComparer.Ordinal);

    /// <summary>Percentages by <c>file/column</c> for the next feed to compare with.</summary>
    public Dictionary<string, int> Statistics { get; } = [];

    public bool HasOrganization(string id) => Organizations.Contains(id) || Known.Has(RecordKind.Organization, id);
    public bool HasSession(string id) => Sessions.ContainsKey(id) || Known.Has(RecordKind.Session, id);
    public bool HasCourse(string id) => Courses.Contains(id) || Known.Has(RecordKind.Course, id);

    public string? RoleOf(string user) => Users.TryGetValue(user, out var role) ? role : Known.Person(user)?.Role;

    public Section? SectionOf(string id) =>
        Sections.TryGetValue(id, out var section) ? section
        : Known.Find(RecordKind.Class, id) is { Memory: { } memory } ? Memories.Read<Section>(memory)
        : null;

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

    List<Session>? byYear;

    /// <summary>First day after a school year, by the sessions in the data.</summary>
    public DateOnly? EndOf(int schoolYear) => Sessions.Values.Where(s => s.SchoolYear == schoolYear).Select(s => (DateOnly?)s.End).Max();

    /// <summary>Makes known sessions usable for dates; sessions of this feed replace them.</summary>
    public void RecallSessions()
    {
        foreach (var (key, record) in Known.Records)
            if (key.Kind == RecordKind.Session && record.Memory is { } memory && Memories.Read<Session>(memory) is { } session)
                Sessions[session.Id] = session;
    }

    public RowCheck Check(Table table, Row row) => new(table, row, Issues);
}
