using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Assessment results, marks and finished courses.</summary>
internal static class LearningRows
{
    public static readonly IReadOnlyList<Translation> All =
    [
        new(FileSpecs.Assessments, "studentAssessments", "userSourcedId assessmentId subject date grade scale result performanceLevel met accommodated notTestedReason schoolYear", Assessment),
        new(FileSpecs.Grades, "grades", "userSourcedId courseId schoolYear term letter numeric sectionSourcedId", (item, rows) =>
        {
            var section = item.Part("studentSectionAssociationReference");
            var term = Join(item.Part("gradingPeriodReference").Any("gradingPeriodName") ?? Lookups.CodeOf(item.Part("gradingPeriodReference")["gradingPeriodDescriptor"]), Lookups.CodeOf(item["gradeTypeDescriptor"]));
            rows.Add(section["studentUniqueId"], rows.Feed.Roster.CourseOf(section), section["schoolYear"], term, item["letterGradeEarned"], item["numericGradeEarned"], Ids.Section(section));
        }),
        new(FileSpecs.Transcripts, "courseTranscripts", "userSourcedId courseId schoolYear term letter numeric attemptedCredits earnedCredits result level", (item, rows) =>
        {
            var record = item.Part("studentAcademicRecordReference");
            rows.Add(record["studentUniqueId"], Ids.Course(item.Part("courseReference")), record["schoolYear"], Lookups.CodeOf(record["termDescriptor"]), item["finalLetterGradeEarned"], item["finalNumericGradeEarned"],
                StudentRows.Decimals(item["attemptedCredits"]), StudentRows.Decimals(item["earnedCredits"]), Lookups.CodeOf(item["courseAttemptResultDescriptor"]), null);
        }, (key, rows) => rows.Add(key["studentUniqueId"], Ids.Course(key), key["schoolYear"], Lookups.CodeOf(key["termDescriptor"]))),
    ];

    /// <summary>One row for each score; a level of performance goes with the score of the same method, else it is a row of its own.</summary>
    static void Assessment(EdFiItem item, Output rows)
    {
        var key = item.Part("assessmentReference");
        var levels = item.List("performanceLevels").Select(l => (Method: Lookups.CodeOf(l["assessmentReportingMethodDescriptor"]), Level: Lookups.CodeOf(l["performanceLevelDescriptor"]), Met: Met(l, rows))).ToList();
        var scores = item.List("scoreResults").Select(s => (Method: Lookups.CodeOf(s["assessmentReportingMethodDescriptor"]), Result: s["result"])).ToList();
        foreach (var (method, result) in scores)
        {
            var at = levels.FindIndex(l => l.Method == method);
            Add(method, result, at < 0 ? default : (levels[at].Level, levels[at].Met));
            if (at >= 0)
                levels.RemoveAt(at);
        }
        foreach (var (method, level, met) in levels)
            Add(method, null, (level, met));
        if (scores.Count == 0 && levels.Count == 0)
            Add(null, null, default);

        void Add(string? method, string? result, (string? Level, string? Met) level) => rows.Add(item.Part("studentReference")["studentUniqueId"], key["assessmentIdentifier"], rows.Feed.Lookups.Assessment(key)?.Subject,
            item["administrationDate"] is { Length: > 10 } at ? at[..10] : item["administrationDate"], rows.Meaning(DescriptorMaps.Grade, item["whenAssessedGradeLevelDescriptor"], "whenAssessedGradeLevelDescriptor"),
            method, result, level.Level, level.Met, item.List("accommodations").Any() ? "true" : null, Lookups.CodeOf(item["reasonNotTestedDescriptor"]),
            item.Part("schoolYearTypeReference")["schoolYear"]);
    }

    /// <summary>Said outright (data standard 3 and 4), else by the name of the level.</summary>
    static string? Met(EdFiItem level, Output rows) =>
        level["performanceLevelMet"] ?? rows.Meaning(DescriptorMaps.Met, level["performanceLevelDescriptor"], "performanceLevels.performanceLevelDescriptor");

    static string? Join(string? period, string? type) => period is null ? type : type is null ? period : $"{period}: {type}";
}
