using EquityPlatform.Ingestion.Discipline;
using EquityPlatform.Ingestion.Learning;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Quality;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.SetAside;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Staffing;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.Ingestion.Supports;
using EquityPlatform.Ingestion.Surveys;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A file of a feed after validation; no table if the file was rejected.</summary>
internal sealed record ReadFile(FileSpec Spec, Table? Table)
{
    /// <summary>Name of the mapping that reads it, of files of other systems.</summary>
    public string? Mapping { get; init; }

    /// <summary>Name of a file of another system that was rejected.</summary>
    public string? Rejected { get; init; }

    /// <summary>As findings name it.</summary>
    public string File => Table?.File ?? Rejected ?? Spec.Name;

    /// <summary>What makes files of two feeds the same.</summary>
    public string Subject => Mapping ?? File;
}

/// <summary>What reading a feed came to. Nothing of its rows is kept; <see cref="Restate"/> reads those again that are news.</summary>
internal sealed class ValidatedFeed(IReadOnlyList<ReadFile> files, Reading? reading, Differences? differences, IssueLog issues)
{
    public IReadOnlyList<ReadFile> Files { get; } = files;
    public RowIssue? Rejection { get; } = issues.Rejection;
    public IReadOnlyList<RowIssue> Issues { get; } = issues.Finish();
    /// <summary>Equal findings, counted by file and school.</summary>
    public IReadOnlyList<Finding> Findings() => Finding.Of(issues.Tallies, Files, id => reading?.HasOrganization(id) == true);

    public IReadOnlyDictionary<string, int> Statistics => reading?.Statistics ?? [];
    public Differences Differences => differences ?? throw new InvalidOperationException("A rejected feed differs in nothing.");

    /// <summary>Students whose ids the source has not used before.</summary>
    public IReadOnlyList<Newcomer> Newcomers => reading?.Newcomers ?? [];

    /// <summary>True if the feed itself holds the person with this blind index.</summary>
    public bool HoldsPerson(Guid person) => reading!.States(person) || Differences.HoldsPerson(person);

    public IReadOnlyList<FileCounts> Counts => FeedCounts.Of(Files, Differences);

    /// <summary>What roles.csv says of a row of users.csv, which cannot be understood without it.</summary>
    public IEnumerable<(string Column, string Value)> BesideRow(FileSpec spec, string? key) => reading is null ? [] : UserRoles.Of(spec, key, reading);

    /// <summary>Which number of a student the rows of a table name, by its mapping or the declarations; null for the id of the source's roster.</summary>
    public string? IdentifierOf(Table table) => table.Identifier ?? reading?.DeclaredIdentifiers.GetValueOrDefault(table.Spec.Name);

    /// <summary>Reasons to hold the feed; none if it may be applied.</summary>
    public IReadOnlyList<HoldReason> Reasons => reading is null ? [] : Verdict.Of(Differences.Kinds, reading.Holds, reading.IsRollover);

    /// <summary>Second pass: the drafts of every row that is news (and some that turn out to be none).</summary>
    public void Restate(Action<Draft> sink)
    {
        reading!.Again(draft =>
        {
            var rows = draft.Rows;
            if (rows.Count == 0 || rows.Any(row => row.Changed))
                sink(draft);
        });
        ReadTables.Run(Files, reading);
    }
}

/// <summary>From the bytes of an upload to what is news. Pure: what is known before and today's date are handed in.</summary>
internal static class ValidateFeed
{
    /// <param name="zone">In which the district's days begin; UTC if nothing is said.</param>
    public static ValidatedFeed Run(IReadOnlyList<UploadPart> parts, SourceMappings mappings, PackageLimits limits, KnownRecords known, DateOnly today, TimeZoneInfo? zone = null)
    {
        var issues = new IssueLog();
        var package = OpenPackage.Open(parts, file => mappings.For(file) is not null, mappings.Rules.WithoutManifest, limits, issues);
        if (package is null)
            return new([], null, null, issues);
        known.Expect(ReadTables.Specs.Where(spec => package.Files.ContainsKey(spec.Name)).SelectMany(spec => spec.Kinds).Distinct());
        var files = new List<ReadFile>();
        foreach (var spec in ReadTables.Specs)
            if (package.Files.TryGetValue(spec.Name, out var content))
                files.Add(new(spec, CsvTable.Read(FileSpecs.Of(spec, package.Version).As(mappings.Rules), content, issues, mappings.Rules.IsBackslash())));
        foreach (var (name, content) in package.Files.Where(f => !ReadTables.Specs.Any(s => s.Name.Equals(f.Key, StringComparison.OrdinalIgnoreCase)) && !FileSpecs.NotUsed.Contains(f.Key)))
            if (mappings.For(name) is { } mapping)
                files.AddRange(PlainFiles.Open(name, content, mapping, issues, mappings.Rules.IsBackslash()));
        if (package.EdFi is { } items)
            files.AddRange(EdFi.EdFiTable.Of(items, issues).Select(table => new ReadFile(table.Spec, table)));
        return Run(files, package, mappings.Rules, issues, known, today, zone);
    }

    /// <summary>The same for rows of earlier feeds that were set aside and are read again.</summary>
    public static ValidatedFeed Again(IReadOnlyList<SetAsideRow> rows, Contracts.Ingestion.SourceRules rules, KnownRecords known, DateOnly today, TimeZoneInfo? zone = null)
    {
        var files = rows.GroupBy(r => (r.Feed, r.Spec, r.File, r.Changes, r.Identifier)).Select(g => (Spec: ReadTables.Specs.First(s => s.Name == g.Key.Spec), Rows: g.ToList()))
            .Select(f => new ReadFile(f.Spec, new SetAsideTable(f.Spec.As(rules), f.Rows)));
        // A role may stand in the row itself or in roles.csv, whatever the version was
        return Run([.. files], new Package(new Dictionary<string, PackageFile>(), new HashSet<string>(), Manifest.NewVersion), rules, new IssueLog(), known, today, zone);
    }

    /// <summary>The same for tables, wherever they come from.</summary>
    public static ValidatedFeed Run(IReadOnlyList<ReadFile> files, Package package, Contracts.Ingestion.SourceRules rules, IssueLog issues, KnownRecords known, DateOnly today, TimeZoneInfo? zone)
    {
        var differences = new Differences(known, today);
        var reading = new Reading(known, issues, today, differences)
        {
            HasRoles = package.Version.StartsWith("1.2", StringComparison.Ordinal),
            RaceScheme = rules.RaceScheme ?? RaceEthnicity.Scheme,
            Zone = zone ?? TimeZoneInfo.Utc,
            Stays = new(known) { AreAsked = files.Any(f => f.Spec == FileSpecs.Attendance || f.Spec == FileSpecs.Incidents || f.Spec == FileSpecs.Actions) },
            NamesByNumber = files.Any(f => f.Table?.Identifier is not null),
        };
        foreach (var file in files)
            if (file.Table is CsvTable table && FileSpecs.Roster.Contains(file.Spec))
                FileMode.Settle(table, package, reading);
        reading.RecallSessions();
        foreach (var file in files)
            if (file.Table is { Completeness: Completeness.Facts } facts && FileSpecs.Side.Contains(file.Spec))
                SideDeletions.Mark(facts, reading);
        ReadTables.Run(files, reading);
        Leavers.Find(files, reading, differences);
        return new(files, reading, differences, issues);
    }
}

/// <summary>The readers in the order in which files refer to one another.</summary>
internal static class ReadTables
{
    static readonly (FileSpec Spec, Action<Table, Reading> Read)[] Steps =
    [
        (FileSpecs.Declarations, Declarations.Read), (FileSpecs.Orgs, Organizations.Read), (FileSpecs.Sessions, Sessions.Read),
        (FileSpecs.Courses, Courses.Read), (FileSpecs.Classes, Classes.Read), (FileSpecs.Roles, UserRoles.Collect), (FileSpecs.Users, Users.Read), (FileSpecs.Roles, UserRoles.Read),
        (FileSpecs.Enrollments, SectionEnrollments.Read), (FileSpecs.Demographics, Demographics.Read),
        (FileSpecs.LineItems, LineItems.Read), (FileSpecs.Results, LineItems.ReadResults),
        (FileSpecs.Calendar, Calendar.Read), (FileSpecs.Programs, Programs.Read), (FileSpecs.Users, Programs.ReadColumns), (FileSpecs.SchoolEnrollments, StatedEnrollments.Read),
        (FileSpecs.Attendance, Attendance.Read),
        (FileSpecs.Incidents, Incidents.Read), (FileSpecs.Actions, Actions.Read),
        (FileSpecs.Assessments, Assessments.Read), (FileSpecs.Grades, Grades.Read), (FileSpecs.Transcripts, Grades.ReadTranscripts),
        (FileSpecs.SurveyResponses, SurveyAnswers.Read), (FileSpecs.Staffing, StaffAssignments.Read),
        (FileSpecs.Interventions, ExternalInterventions.Read), (FileSpecs.Participations, ExternalInterventions.ReadParticipations),
        (FileSpecs.Declarations, Sessions.ApplyDeclaredDays),
    ];

    public static IEnumerable<FileSpec> Specs => Steps.Select(s => s.Spec).Distinct();

    public static void Run(IReadOnlyList<ReadFile> files, Reading reading)
    {
        foreach (var (spec, read) in Steps)
            foreach (var file in files)
                // The second time, tables without news need not be read: what later rows refer to is known from the first time
                if (file.Spec == spec && file.Table is { } table && (!reading.IsAgain || table.Fates.Accepted > 0))
                    read(table, reading);
        foreach (var file in files)
            if (file.Table is EdFi.EdFiTable items)
                items.Take(reading);
        reading.Periods.State(reading);
        AttendanceSpan.State(reading);
    }
}

/// <summary>
/// Whether a file is complete or holds changes only. Status and dates belong to changes. Where the manifest says complete, a row to be deleted, or a package that is
/// not closed in itself and whose rows all look like changes, is a contradiction: read as complete it would take everybody else away. The rows win, and a person looks first.
/// </summary>
internal static class FileMode
{
    public static void Settle(CsvTable table, Package package, Reading reading)
    {
        var (rows, filled, both, first, deletes) = (table.Marks.Rows, table.Marks.Filled, table.Marks.Both, table.Marks.First, table.Marks.Deletes);
        var isDelta = package.Deltas.Contains(table.Spec.Name);
        table.Completeness = isDelta ? Completeness.Changes : Completeness.Complete;
        if (isDelta && rows > 0 && filled == 0)
            Conflict(table, reading, looksComplete: true);
        else if (!isDelta && (deletes || (filled > 0 && both == rows && !package.Files.ContainsKey(FileSpecs.Orgs.Name))))
            Conflict(table, reading, looksComplete: false);
        else if (!isDelta && filled > 0)
            reading.Issues.Warn(table.File, first, "status", "mode.status-in-bulk");
    }

    static void Conflict(Table table, Reading reading, bool looksComplete)
    {
        table.Completeness = Completeness.Changes;
        if (looksComplete)
            reading.LooksComplete.Add(table);
        reading.Issues.Warn(table.File, null, null, "mode.conflict", ("file", table.File));
        reading.Holds.Add(new("mode.conflict", File: table.File));
    }
}

/// <summary>What complete files no longer hold.</summary>
internal static class Leavers
{
    /// <summary>Files of the roster whose rows state records of a side file's kind: each speaks for what it stated itself.</summary>
    static readonly Dictionary<RecordKind, FileSpec> Beside = new() { [RecordKind.Program] = FileSpecs.Users, [RecordKind.StaffAssignment] = FileSpecs.Roles };

    public static void Find(IReadOnlyList<ReadFile> files, Reading reading, Differences differences)
    {
        var years = reading.SpokenYears();
        foreach (var same in files.Where(f => f.Spec.Kind is not null).GroupBy(f => f.Spec))
        {
            // A record may stand in a file that was rejected: nobody can tell
            if (same.Any(f => f.Table is null))
                continue;
            var (spec, kind, tables) = (same.Key, same.Key.Kind!.Value, same.Select(f => f.Table!).ToList());
            if (reading.CompleteFiles.Contains(Path.GetFileNameWithoutExtension(spec.Name)))
                tables.ForEach(table => table.Completeness = Completeness.Complete);
            // A record may stand in any of the tables: only if all are complete is what none of them holds gone
            if (tables.Exists(table => table.Completeness != Completeness.Complete))
                continue;
            if (tables.TrueForAll(table => table.Fates.Count == 0) && reading.Known.Of(kind).There > 0)
                reading.Holds.Add(new("file.no-rows", Removals.Name(kind), File: tables[0].File));
            var scope = kind == RecordKind.Attendance && reading.Attendance.Declared is { } span ? new Scope(null, span.From, span.To) : new Scope(years);
            foreach (var stated in spec.Kinds)
            {
                differences.Leave(tables, stated, scope, Beside.GetValueOrDefault(stated)?.Name, spec == FileSpecs.Roles);
                if (stated == RecordKind.Demographics)
                    differences.Leave(tables, RecordKind.BirthDate, scope);
                reading.Known.Release(stated);
            }
        }
    }
}
