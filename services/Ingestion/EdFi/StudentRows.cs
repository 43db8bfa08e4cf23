using System.Globalization;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Students, their groups, their stays at schools. Race, grade and school are not in <c>students</c>: they are joined.</summary>
internal static class StudentRows
{
    const string Associations = "studentEducationOrganizationAssociations";

    public static readonly IReadOnlyList<Translation> All =
    [
        new(FileSpecs.Users, "students", "sourcedId enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier grades", (item, rows) =>
        {
            var id = item["studentUniqueId"];
            var about = rows.Feed.Students.Find(id);
            rows.Add(id, "true", about?.Schools ?? about?.Organization, "student", id, about?.UserIds, item["firstName"], item["lastSurname"], item["middleName"], id, about?.Grade);
        }, (key, rows) => rows.Add(key["studentUniqueId"])),
        // One row a student, at the line of the first association; without associations nothing is said about groups
        new(FileSpecs.Demographics, Associations, $"sourcedId birthDate sex hispanicOrLatinoEthnicity {string.Join(' ', RaceColumns)}", Demographics, (key, rows) => rows.Add(key["studentUniqueId"]), "students"),
        new(FileSpecs.SchoolEnrollments, "studentSchoolAssociations", "userSourcedId schoolSourcedId entryDate exitDate grade exitReason primary fte schoolYear", (item, rows) =>
            rows.Add(item.Part("studentReference")["studentUniqueId"], item.Part("schoolReference")["schoolId"], item["entryDate"], item.DayAfter("exitWithdrawDate"),
                rows.Meaning(DescriptorMaps.Grade, item["entryGradeLevelDescriptor"], "entryGradeLevelDescriptor"), Lookups.CodeOf(item["exitWithdrawTypeDescriptor"]), item["primarySchool"], Decimals(item["fullTimeEquivalency"]),
                item.Part("schoolYearTypeReference")["schoolYear"] ?? item.Part("calendarReference")["schoolYear"]),
            (key, rows) => rows.Add(key["studentUniqueId"], key["schoolId"], key["entryDate"])),
    ];

    static IEnumerable<string> RaceColumns =>
        new[] { DescriptorMaps.AmericanIndian, DescriptorMaps.Asian, DescriptorMaps.Black, DescriptorMaps.PacificIslander, DescriptorMaps.White, DescriptorMaps.MiddleEastern }.Where(race => FileSpecs.Demographics.Find(race) is not null);

    static void Demographics(EdFiItem item, Output rows)
    {
        var student = item.Part("studentReference")["studentUniqueId"];
        if (rows.Feed.Students.Find(student) is not { } about)
            rows.Add(student);
        else if (about.Line == rows.Line)
            rows.Add([student, about.BirthDate is { } birth ? EdFiItem.Text(birth) : null, about.Sex, about.Hispanic switch { true => "true", false => "false", null => null }, .. RaceColumns.Select(race => Is(about.Races, race))]);
    }

    public static string? Is(IReadOnlySet<string>? races, string race) => races is null or { Count: 0 } ? null : races.Contains(race) ? "true" : "false";

    /// <summary>At most four decimals: systems send thirds as 0.333333.</summary>
    public static string? Decimals(string? number) =>
        decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? decimal.Round(value, 4).ToString("0.####", CultureInfo.InvariantCulture) : number;
}
