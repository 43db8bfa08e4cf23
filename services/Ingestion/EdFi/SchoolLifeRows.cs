using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Surveys, staff and interventions. Names, e-mail addresses and comments are dropped here; free text of answers is not even read.</summary>
internal static class SchoolLifeRows
{
    static readonly string[] Races = [DescriptorMaps.AmericanIndian, DescriptorMaps.Asian, DescriptorMaps.Black, DescriptorMaps.PacificIslander, DescriptorMaps.White];
    static readonly string StaffColumns = $"staffSourcedId orgSourcedId role beginDate endDate fte sectionSourcedId sex hispanicOrLatinoEthnicity {string.Join(' ', Races)}";

    public static readonly IReadOnlyList<Translation> All =
    [
        new(FileSpecs.SurveyResponses, "surveyQuestionResponses", "surveyId responseId schoolSourcedId date userSourcedId questionCode numeric text", Answer, null, "surveyResponses"),
        new(FileSpecs.Staffing, "staffEducationOrganizationAssignmentAssociations", StaffColumns, (item, rows) =>
        {
            var role = rows.Meaning(DescriptorMaps.StaffRole, item["staffClassificationDescriptor"], "staffClassificationDescriptor") ?? "other";
            Staff(rows, item.Part("staffReference")["staffUniqueId"], item.Part("educationOrganizationReference")["educationOrganizationId"], role, item["beginDate"], item.DayAfter("endDate"), item["fullTimeEquivalency"], null);
        }, (key, rows) => rows.Add(key["staffUniqueId"], key["educationOrganizationId"], rows.Meaning(DescriptorMaps.StaffRole, key["staffClassificationDescriptor"], "staffClassificationDescriptor") ?? "other", key["beginDate"])),
        new(FileSpecs.Staffing, "staffSectionAssociations", StaffColumns, (item, rows) =>
        {
            var section = item.Part("sectionReference");
            Staff(rows, item.Part("staffReference")["staffUniqueId"], section["schoolId"], "teacher", item["beginDate"], item.DayAfter("endDate"), null, Ids.Section(section));
        }),
        new(FileSpecs.Interventions, "interventions", "interventionId orgSourcedId class delivery targetGroup minDosage maxDosage beginDate endDate", (item, rows) =>
        {
            var owner = item.Part("educationOrganizationReference")["educationOrganizationId"];
            rows.Add(Ids.Join(owner, item["interventionIdentificationCode"]), owner, Lookups.CodeOf(item["interventionClassDescriptor"]), Lookups.CodeOf(item["deliveryMethodDescriptor"]),
                item.List("populationServeds").Select(p => Lookups.CodeOf(p["populationServedDescriptor"])).Concat(item.List("diagnoses").Select(d => Lookups.CodeOf(d["diagnosisDescriptor"]))).FirstOrDefault(),
                item["minDosage"], item["maxDosage"], item["beginDate"], item.DayAfter("endDate"));
        }, (key, rows) => rows.Add(Ids.Intervention(key))),
        new(FileSpecs.Participations, "studentInterventionAssociations", "userSourcedId interventionId dosage effect", (item, rows) =>
            rows.Add(item.Part("studentReference")["studentUniqueId"], Ids.Intervention(item.Part("interventionReference")), item["dosage"],
                item.List("interventionEffectivenesses").Select(e => Lookups.CodeOf(e["interventionEffectivenessRatingDescriptor"])).FirstOrDefault()),
            (key, rows) => rows.Add(key["studentUniqueId"], Ids.Intervention(key))),
        new(FileSpecs.Participations, "studentInterventionAttendanceEvents", "userSourcedId interventionId dosage date", (item, rows) =>
            rows.Add(item.Part("studentReference")["studentUniqueId"], Ids.Intervention(item.Part("interventionReference")), item["interventionDuration"], item["eventDate"]),
            (key, rows) => rows.Add(key["studentUniqueId"], Ids.Intervention(key), null, key["eventDate"])),
    ];

    /// <summary>An answer with several values (a matrix, boxes to tick) is a row for each, told apart by the value's number.</summary>
    static void Answer(EdFiItem item, Output rows)
    {
        var key = item.Part("surveyResponseReference");
        var response = rows.Feed.Lookups.Response(key);
        var question = item.Part("surveyQuestionReference")["questionCode"];
        var values = item["noResponse"] == "true" ? [] : item.List("values").Select(v => (Id: v["surveyQuestionResponseValueIdentifier"], Number: v["numericResponse"], Text: v["textResponse"]))
            .Concat(item.List("surveyQuestionMatrixElementResponses").Where(m => m["noResponse"] != "true").Select(m => (Id: m["matrixElement"], Number: m["numericResponse"], Text: m["textResponse"]))).ToList();
        foreach (var (id, number, text) in values)
            rows.Add(key["surveyIdentifier"], key["surveyResponseIdentifier"], response?.School, response?.Date, response?.Student, values.Count > 1 ? $"{question}.{id}" : question, number, text is null ? null : "(given)");
    }

    static void Staff(Output rows, string? staff, string? organization, string role, string? begin, string? end, string? fte, string? section)
    {
        var groups = rows.Feed.Lookups.Staff(staff);
        rows.Add([staff, organization, role, begin, end, StudentRows.Decimals(fte), section, groups?.Sex, groups?.Hispanic, .. Races.Select(race => StudentRows.Is(groups?.Races, race))]);
    }
}
