using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Attendance of days and of class periods.</summary>
internal static class AttendanceRows
{
    const string Category = "attendanceEventCategoryDescriptor";

    public static readonly IReadOnlyList<Translation> All =
    [
        new(FileSpecs.Attendance, "studentSchoolAttendanceEvents", "userSourcedId schoolSourcedId date scope category portion", (item, rows) =>
        {
            var category = rows.Required(DescriptorMaps.Attendance, item[Category], Category);
            rows.Add(item.Part("studentReference")["studentUniqueId"], item.Part("schoolReference")["schoolId"], item["eventDate"], "day", category, Portion(item, category));
        }, (key, rows) => rows.Add(key["studentUniqueId"], key["schoolId"], key["eventDate"], "day", rows.Meaning(DescriptorMaps.Attendance, key[Category], Category))),
        new(FileSpecs.Attendance, "studentSectionAttendanceEvents", "userSourcedId schoolSourcedId date scope category portion period", (item, rows) =>
        {
            var section = item.Part("sectionReference");
            var category = rows.Required(DescriptorMaps.Attendance, item[Category], Category);
            var periods = item.List("classPeriods").Select(p => p.Part("classPeriodReference")["classPeriodName"]).OfType<string>().ToList();
            // A duration is a part of the day, and how long a period is nobody says
            foreach (var period in periods is [] ? [Period(section)] : periods)
                rows.Add(item.Part("studentReference")["studentUniqueId"], section["schoolId"], item["eventDate"], SideFiles.Attendance.Period, category, null, period);
        }),
    ];

    /// <summary>The part of the day: 1 where an absence gives none. Being late without a duration misses no part of the day that is known.</summary>
    static string? Portion(EdFiItem item, string? category) => category is "present" ? null : StudentRows.Decimals(item["eventDuration"]);

    static string Period(EdFiItem section) => Ids.Join(section["localCourseCode"], section.Any("sectionIdentifier", "uniqueSectionCode"));
}
