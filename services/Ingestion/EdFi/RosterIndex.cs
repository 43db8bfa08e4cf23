namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Sessions by school year, and the courses that offerings stand for.</summary>
internal sealed class RosterIndex
{
    readonly Dictionary<string, string> courses = new(StringComparer.Ordinal);

    /// <summary>First day, first day after, and line of the first session of each school year.</summary>
    public Dictionary<string, (DateOnly Begin, DateOnly End, int Line)> Years { get; } = new(StringComparer.Ordinal);

    public static RosterIndex Of(EdFiFeed feed)
    {
        var index = new RosterIndex();
        foreach (var (item, line) in feed.Items("sessions"))
            if (item.Part("schoolYearTypeReference")["schoolYear"] is { } year && item.Date("beginDate") is { } begin && item.Date("endDate") is { } last)
            {
                var end = last.AddDays(1);
                index.Years[year] = index.Years.TryGetValue(year, out var seen)
                    ? (begin < seen.Begin ? begin : seen.Begin, end > seen.End ? end : seen.End, seen.Line)
                    : (begin, end, line);
            }
        foreach (var (item, _) in feed.Items("courseOfferings"))
            index.courses[Offering(item.Part("schoolReference")["schoolId"], item.Part("sessionReference")["schoolYear"], item.Part("sessionReference")["sessionName"], item["localCourseCode"])]
                = Ids.Course(item.Part("courseReference"));
        return index;
    }

    /// <summary>The course of a section; without its offering, the school's own code.</summary>
    public string CourseOf(EdFiItem section) =>
        courses.GetValueOrDefault(Offering(section["schoolId"], section["schoolYear"], section["sessionName"], section["localCourseCode"])) ?? Ids.Join(section["schoolId"], section["localCourseCode"]);

    static string Offering(string? school, string? year, string? session, string? code) => string.Join('\u001f', school, year, session, code);
}
