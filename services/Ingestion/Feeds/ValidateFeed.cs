using EquityPlatform.Ingestion.Discipline;
using EquityPlatform.Ingestion.Learning;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Staffing;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.Ingestion.Supports;
using EquityPlatform.Ingestion.Surveys;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A file of a feed after validation; no table if the file was rejected.</summary>
internal sealed record ReadFile(FileSpec Spec, Table? Table);

/// <summary>What a feed states, checked: drafts of records, files with their rows, findings.</summary>
internal sealed record ValidatedFeed(IReadOnlyList<ReadFile> Files, IReadOnlyList<Draft> Drafts, IReadOnlyList<RowIssue> Issues, RowIssue? Rejection, IReadOnlyDictionary<string, int> Statistics)
{
    public static ValidatedFeed Rejected(IssueLog issues) =>
        new([], [], issues.Finish(), issues.Rejection ?? throw new ArgumentException("The feed was not rejected.", nameof(issues)), new Dictionary<string, int>());
}

/// <summary>From the bytes of an upload to checked records. Pure: what is known before and today's date are handed in.</summary>
internal static class ValidateFeed
{
    static readonly (FileSpec Spec, Action<Table, Reading> Read)[] Steps =
    [
        (FileSpecs.Declarations, Declarations.Read), (FileSpecs.Orgs, Organizations.Read), (FileSpecs.Sessions, Sessions.Read),
        (FileSpecs.Courses, Courses.Read), (FileSpecs.Classes, Classes.Read), (FileSpecs.Roles, UserRoles.Collect), (FileSpecs.Users, Users.Read), (FileSpecs.Roles, UserRoles.Read),
        (FileSpecs.Enrollments, SectionEnrollments.Read), (FileSpecs.Demographics, Demographics.Read),
        (FileSpecs.LineItems, LineItems.Read), (FileSpecs.Results, LineItems.ReadResults),
        (FileSpecs.Calendar, Calendar.Read), (FileSpecs.Programs, Programs.Read), (FileSpecs.Attendance, Attendance.Read),
        (FileSpecs.SchoolEnrollments, StatedEnrollments.Read), (FileSpecs.Incidents, Incidents.Read), (FileSpecs.Actions, Actions.Read),
        (FileSpecs.Assessments, Assessments.Read), (FileSpecs.Grades, Grades.Read), (FileSpecs.Transcripts, Grades.ReadTranscripts),
        (FileSpecs.SurveyResponses, SurveyAnswers.Read), (FileSpecs.Staffing, StaffAssignments.Read),
        (FileSpecs.Interventions, ExternalInterventions.Read), (FileSpecs.Participations, ExternalInterventions.ReadParticipations),
    ];

    public static ValidatedFeed Run(IReadOnlyList<UploadPart> parts, SourceMappings mappings, PackageLimits limits, KnownRecords known, DateOnly today)
    {
        var issues = new IssueLog();
        var package = OpenPackage.Open(parts, limits, issues);
        if (package is null)
            return ValidatedFeed.Rejected(issues);
        var files = new List<ReadFile>();
        foreach (var spec in Steps.Select(s => s.Spec).Distinct())
            if (package.Files.TryGetValue(spec.Name, out var content))
                files.Add(new(spec, CsvTable.Read(FileSpecs.Of(spec, package.Version), content, issues)));
        foreach (var (name, content) in package.Files.Where(f => !Steps.Any(s => s.Spec.Name.Equals(f.Key, StringComparison.OrdinalIgnoreCase)) && !FileSpecs.NotUsed.Contains(f.Key)))
            if (mappings.For(name) is { } mapping)
                files.AddRange(PlainFiles.Open(name, content, mapping, issues));
        foreach (var file in files)
            if (file.Table is CsvTable && FileSpecs.Roster.Contains(file.Spec))
                BulkMode.Check(file.Table, package, issues);
        if (issues.Rejection is not null)
            return ValidatedFeed.Rejected(issues);
        var reading = new Reading(known, issues, today) { HasRoles = package.Version.StartsWith("1.2", StringComparison.Ordinal) };
        reading.RecallSessions();
        foreach (var (spec, read) in Steps)
            foreach (var file in files)
                if (file.Spec == spec && file.Table is { } table)
                    read(table, reading);
        if (files.Find(f => f.Spec == FileSpecs.Declarations)?.Table is { } declarations)
            Sessions.ApplyDeclaredDays(declarations, reading);
        Programs.LetSideFileWin(reading);
        Declarations.CheckCoverage(reading);
        return new(files, reading.Drafts, issues.Finish(), null, reading.Statistics);
    }
}

/// <summary>
/// Status and dates belong to delta files. Where the manifest says bulk, a row to be deleted, or a package that is not
/// closed in itself and whose rows all look like changes, is a contradiction: read as bulk it would take everybody else away.
/// </summary>
internal static class BulkMode
{
    public static void Check(Table table, Package package, IssueLog issues)
    {
        int status = table.Spec["status"], modified = table.Spec["dateLastModified"];
        var filled = table.Rows.Where(r => r[status] is not null || r[modified] is not null).ToList();
        if (filled.Count == 0)
            return;
        var deletes = filled.Exists(r => string.Equals(r[status], "tobedeleted", StringComparison.OrdinalIgnoreCase));
        var allChanges = filled.Count == table.Fates.Count && filled.TrueForAll(r => r[status] is not null && r[modified] is not null);
        if (deletes || (allChanges && !package.Files.ContainsKey(FileSpecs.Orgs.Name)))
            issues.RejectBatch(table.File, "mode.conflict", ("file", table.File));
        else
            issues.Warn(table.File, filled[0].Line, "status", "mode.status-in-bulk");
    }
}
