using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Programs, from every association that stands for one. Ed-Fi has no "no": a student without a row has none.</summary>
internal static class ProgramRows
{
    public const string Associations = "studentEducationOrganizationAssociations";
    const string Columns = "userSourcedId program beginDate endDate schoolSourcedId";

    public static readonly IReadOnlyList<Translation> All =
    [
        Of("studentSpecialEducationProgramAssociations", "iep", item => item["ideaEligibility"] != "false", "specialEducationExitDate"),
        Of("studentSection504ProgramAssociations", "section504", item => item["section504Eligibility"] != "false"),
        Of("studentLanguageInstructionProgramAssociations", "englishLearner", item => item["englishLearnerParticipation"] != "false"),
        Of("studentHomelessProgramAssociations", "homeless"),
        Of("studentMigrantEducationProgramAssociations", "migrant"),
        Of("studentTitleIPartAProgramAssociations", "titleI", item => Lookups.CodeOf(item["titleIPartAParticipantDescriptor"])?.Equals("Was not served", StringComparison.OrdinalIgnoreCase) != true),
        // Whether meals are free or reduced is restricted beyond FERPA: only that the student is disadvantaged is kept
        Of("studentSchoolFoodServiceProgramAssociations", "economicallyDisadvantaged", IsFreeOrReduced),
        new(FileSpecs.Programs, "studentProgramAssociations", Columns, (item, rows) =>
        {
            if (rows.Meaning(DescriptorMaps.Program, item.Part("programReference")["programTypeDescriptor"], "programReference.programTypeDescriptor") is { } program)
                Add(item, rows, program, null);
        }, (key, rows) =>
        {
            if (rows.Meaning(DescriptorMaps.Program, key["programTypeDescriptor"], "programTypeDescriptor") is { } program)
                rows.Add(key["studentUniqueId"], program, key["beginDate"]);
        }),
        // After the associations, whose dates are better than those of a characteristic
        new(FileSpecs.Programs, Associations, "userSourcedId program beginDate endDate", (item, rows) =>
        {
            var student = item.Part("studentReference")["studentUniqueId"];
            foreach (var stay in rows.Feed.Students.Find(student)?.Stays ?? [])
                if (stay.Line == rows.Line)
                    rows.Add(student, stay.Program, stay.Begin, stay.End);
        }),
    ];

    static Translation Of(string resource, string program, Func<EdFiItem, bool>? counts = null, string? otherEnd = null) => new(FileSpecs.Programs, resource, Columns, (item, rows) =>
    {
        if (counts?.Invoke(item) != false)
            Add(item, rows, program, otherEnd);
    }, (key, rows) => rows.Add(key["studentUniqueId"], program, key["beginDate"]));

    static void Add(EdFiItem item, Output rows, string program, string? otherEnd)
    {
        var end = item.DayAfter("endDate");
        if (otherEnd is not null && item.DayAfter(otherEnd) is { } other && (end is null || string.CompareOrdinal(other, end) < 0))
            end = other;
        var organization = item.Part("educationOrganizationReference")["educationOrganizationId"];
        rows.Add(item.Part("studentReference")["studentUniqueId"], program, item["beginDate"], end, rows.Feed.Lookups.IsSchool(organization) ? organization : null);
    }

    static bool IsFreeOrReduced(EdFiItem item)
    {
        var services = item.List("schoolFoodServiceProgramServices").Select(s => Lookups.CodeOf(s["schoolFoodServiceProgramServiceDescriptor"])).OfType<string>().ToList();
        return item["directCertification"] == "true" || services.Count == 0
            || services.Exists(s => s.Contains("free", StringComparison.OrdinalIgnoreCase) || s.Contains("reduced", StringComparison.OrdinalIgnoreCase));
    }
}
