using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Everything that is read of the Ed-Fi API, in the order of references.</summary>
internal static class EdFiResources
{
    public static readonly IReadOnlyList<Translation> Translations =
        [.. RosterRows.All, .. StudentRows.All, .. ProgramRows.All, .. AttendanceRows.All, .. DisciplineRows.All, .. LearningRows.All, .. SchoolLifeRows.All];

    /// <summary>Resources that say nothing of their own, but are needed to understand others.</summary>
    public static readonly IReadOnlyList<string> Joined = ["courseOfferings", "assessments", "surveys", "surveyResponses", "staffs"];

    public static readonly IReadOnlySet<string> Names = Translations.Select(t => t.Resource).Concat(Joined).ToHashSet(StringComparer.Ordinal);

    /// <summary>Files of what is gone: deleted items, and the former keys of items whose key changed.</summary>
    public static readonly IReadOnlyList<(string Suffix, string Keys)> Gone = [(".keyChanges", "oldKeyValues"), (".deletes", "keyValues")];

    /// <summary>Resources of the standard that are known and have nothing that is kept (or nothing that may be).</summary>
    static readonly HashSet<string> NotUsed = new HashSet<string>(StringComparer.Ordinal)
    {
        "parents", "contacts", "studentParentAssociations", "studentContactAssociations", "gradingPeriods", "programs", "surveyQuestions", "interventionPrescriptions", "interventionStudies", "studentCTEProgramAssociations",
        "studentNeglectedOrDelinquentProgramAssociations", "studentAcademicRecords", "calendars", "classPeriods", "bellSchedules", "locations", "cohorts", "studentCohortAssociations", "staffSchoolAssociations", "schoolYearTypes",
        "objectiveAssessments", "assessmentItems", "graduationPlans", "reportCards", "studentGradebookEntries", "gradebookEntries", "staffEducationOrganizationEmploymentAssociations", "educationServiceCenters", "surveySections",
    };

    /// <summary>What tells a row's record from others, as the readers see it.</summary>
    public static string KeyOf(FileSpec spec, string?[] values) =>
        string.Join('\u001f', (spec.Key.Count > 0 ? spec.Key : [spec.Columns[0].Name, spec.Columns[1].Name]).Select(column => values[spec[column]]));

    /// <summary>
    /// A file is complete only if every resource that it is made of is: a program whose resource may not be read is not over.
    /// </summary>
    public static Completeness Completeness(FileSpec spec, EdFiFeed feed)
    {
        var resources = Translations.Where(t => t.Spec == spec).Select(t => t.Resource).Distinct().ToList();
        return resources.TrueForAll(r => feed.IsComplete(r) || feed.IsAbsent(r)) ? Rows.Completeness.Complete
            : resources.Exists(feed.IsChanges) ? Rows.Completeness.Changes : Rows.Completeness.Facts;
    }

    /// <summary>Names of a package's files that are read; the others are told of.</summary>
    public static bool IsRead(string file, IssueLog issues)
    {
        var name = file.EndsWith(".jsonl", StringComparison.Ordinal) ? file[..^6] : "";
        foreach (var (suffix, _) in Gone)
            if (name.EndsWith(suffix, StringComparison.Ordinal))
                name = name[..^suffix.Length];
        if (Names.Contains(name))
            return true;
        issues.Warn(NotUsed.Contains(name) ? file : "(other)", null, null, NotUsed.Contains(name) ? "edfi.resource-not-used" : "file.unknown");
        return false;
    }
}
