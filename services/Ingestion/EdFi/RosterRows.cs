using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Districts, schools, sessions, calendars, courses and sections.</summary>
internal static class RosterRows
{
    public static readonly IReadOnlyList<Translation> All =
    [
        new(FileSpecs.Orgs, "stateEducationAgencies", "sourcedId name type identifier", (item, rows) => rows.Add(item["stateEducationAgencyId"], item["nameOfInstitution"], "state", null),
            (key, rows) => rows.Add(key.Any("stateEducationAgencyId", "educationOrganizationId"))),
        new(FileSpecs.Orgs, "localEducationAgencies", "sourcedId name type identifier parentSourcedId", (item, rows) =>
            rows.Add(item["localEducationAgencyId"], item["nameOfInstitution"], "district", Nces(item), rows.Feed.Has("stateEducationAgencies") ? item.Part("stateEducationAgencyReference")["stateEducationAgencyId"] : null),
            (key, rows) => rows.Add(key.Any("localEducationAgencyId", "educationOrganizationId"))),
        new(FileSpecs.Orgs, "schools", "sourcedId name type identifier parentSourcedId", (item, rows) =>
            rows.Add(item["schoolId"], item["nameOfInstitution"], "school", Nces(item), item.Part("localEducationAgencyReference")["localEducationAgencyId"]),
            (key, rows) => rows.Add(key.Any("schoolId", "educationOrganizationId"))),
        new(FileSpecs.Sessions, "sessions", "sourcedId title type startDate endDate parentSourcedId schoolYear", Session, (key, rows) => rows.Add(Ids.Session(key))),
        new(FileSpecs.Declarations, "sessions", "propertyName value", (item, rows) =>
        {
            if (item["totalInstructionalDays"] is { } days && days != "0")
                rows.Add($"session.{SessionId(item)}.instructionalDays", days);
        }),
        new(FileSpecs.Calendar, "calendarDates", "schoolSourcedId date kind", (item, rows) =>
        {
            // Several calendars of a school are one day of the school
            var (school, date) = (item.Part("calendarReference")["schoolId"], item["date"]);
            if (rows.Feed.Lookups.Day(school, date) is not { } day || day.Line == rows.Line)
                rows.Add(school, date, rows.Feed.Lookups.Day(school, date)?.Kind);
        }, (key, rows) => rows.Add(key["schoolId"], key["date"])),
        new(FileSpecs.Courses, "courses", "sourcedId title courseCode orgSourcedId", (item, rows) =>
        {
            var owner = item.Part("educationOrganizationReference")["educationOrganizationId"];
            rows.Add(Ids.Join(owner, item["courseCode"]), item["courseTitle"], item["courseCode"], owner);
        }, (key, rows) => rows.Add(Ids.Course(key))),
        new(FileSpecs.Classes, "sections", "sourcedId title courseSourcedId classType schoolSourcedId termSourcedIds", (item, rows) =>
        {
            var offering = item.Part("courseOfferingReference");
            var key = Ids.Join(offering["schoolId"], offering["schoolYear"], offering["sessionName"], offering["localCourseCode"], item.Any("sectionIdentifier", "uniqueSectionCode"));
            rows.Add(key, "(not kept)", rows.Feed.Roster.CourseOf(offering), "scheduled", offering["schoolId"], Ids.Session(offering));
        }, (key, rows) => rows.Add(Ids.Section(key))),
        new(FileSpecs.Enrollments, "studentSectionAssociations", "sourcedId classSourcedId schoolSourcedId userSourcedId role beginDate endDate", (item, rows) =>
        {
            var (student, section) = (item.Part("studentReference")["studentUniqueId"], item.Part("sectionReference"));
            rows.Add(EnrollmentId(student, section, item["beginDate"]), Ids.Section(section), section["schoolId"], student, "student", item["beginDate"], item.DayAfter("endDate"));
        }, (key, rows) => rows.Add(EnrollmentId(key["studentUniqueId"], key, key["beginDate"]))),
    ];

    static void Session(EdFiItem item, Output rows)
    {
        var year = item.Part("schoolYearTypeReference")["schoolYear"];
        // The school year itself is no resource: the sessions span it
        if (year is not null && rows.Feed.Roster.Years.TryGetValue(year, out var span) && span.Line == rows.Line)
            rows.Add(Ids.Year(year), SchoolYear(year), "schoolYear", EdFiItem.Text(span.Begin), EdFiItem.Text(span.End), null, year);
        rows.Add(SessionId(item), item["sessionName"], Kind(item), item["beginDate"], item.DayAfter("endDate"), Ids.Year(year), year);
    }

    static string SchoolYear(string year) => int.TryParse(year, out var ends) ? $"{ends - 1}-{ends}" : year;

    static string SessionId(EdFiItem item) => Ids.Join(item.Part("schoolReference")["schoolId"], item.Part("schoolYearTypeReference")["schoolYear"], item["sessionName"]);

    static string Kind(EdFiItem item) => Lookups.CodeOf(item["termDescriptor"])?.Contains("semester", StringComparison.OrdinalIgnoreCase) == true ? "semester" : "term";

    static string EnrollmentId(string? student, EdFiItem section, string? begin) => Ids.Join(student, Ids.Section(section), begin);

    static string? Nces(EdFiItem item) => item.List("identificationCodes")
        .Where(c => c["educationOrganizationIdentificationSystemDescriptor"] is { } system && Descriptor.Fold(Descriptor.Code(system)) is "nces" or "federal")
        .Select(c => c["identificationCode"]).FirstOrDefault()
        ?? item.List("identificationCodes").Select(c => c["identificationCode"]).FirstOrDefault();
}
