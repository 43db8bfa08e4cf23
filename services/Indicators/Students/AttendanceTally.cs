using EquityPlatform.Indicators.Calendar;

namespace EquityPlatform.Indicators.Students;

/// <summary>A student's days in one school, or pooled over the district.</summary>
/// <param name="Stated">False where nobody said which days were in session or how attendance is reported.</param>
/// <param name="Enrolled">Days in session while enrolled, inside the declared coverage.</param>
/// <param name="Known">Those of them on which presence or absence is known.</param>
/// <param name="Absent">Ten-thousandths of a day missed, at most 10000 a day.</param>
internal readonly record struct AttendanceTally(bool Stated, int Enrolled, int Known, long Absent)
{
    public const int WholeDay = 10_000;

    public long Attended => (long)Known * WholeDay - Absent;

    /// <summary>Days at one school.</summary>
    public static AttendanceTally At(EnrollmentFact span, SchoolDays days, IEnumerable<AttendanceFact> rows)
    {
        var (known, absent) = (days.PresentByRule(span.Entry, span.Exit), 0L);
        foreach (var (day, portion) in ByDay(rows.Where(row => row.School == span.School && row.Day >= span.Entry && row.Day < span.Exit)))
        {
            var rule = days[day];
            if (rule == DayRule.NotCounted)
                continue;
            if (rule == DayRule.MissingWithoutRow)
                known++;
            absent += portion;
        }
        return new(days.Known, days.Counted(span.Entry, span.Exit), known, absent);
    }

    /// <summary>Days pooled over several schools: a date in two schools is one day, its absences add up to one day at most.</summary>
    public static AttendanceTally Pooled(IReadOnlyList<EnrollmentFact> spans, IReadOnlyList<SchoolDays> days, IReadOnlyList<AttendanceFact> rows)
    {
        if (spans.Count == 1)
            return At(spans[0], days[0], rows);
        var enrolled = new Dictionary<DateOnly, bool>();
        for (var i = 0; i < spans.Count; i++)
            foreach (var (day, rule) in days[i].Within(spans[i].Entry, spans[i].Exit))
                enrolled[day] = enrolled.GetValueOrDefault(day) || rule == DayRule.PresentWithoutRow;
        var absent = 0L;
        foreach (var (day, portion) in ByDay(rows.Where(row => Counts(row, spans, days))))
        {
            enrolled[day] = true;
            absent += portion;
        }
        return new(days.Any(d => d.Known), enrolled.Count, enrolled.Values.Count(known => known), absent);
    }

    /// <summary>True if the row lies in an enrolment at its school, on a day that counts there.</summary>
    public static bool Counts(AttendanceFact row, IReadOnlyList<EnrollmentFact> spans, IReadOnlyList<SchoolDays> days)
    {
        for (var i = 0; i < spans.Count; i++)
            if (spans[i].School == row.School && row.Day >= spans[i].Entry && row.Day < spans[i].Exit && days[i][row.Day] != DayRule.NotCounted)
                return true;
        return false;
    }

    static IEnumerable<(DateOnly Day, int Absent)> ByDay(IEnumerable<AttendanceFact> rows) =>
        rows.GroupBy(row => row.Day, row => row.AbsentPortion, (day, portions) => (day, Math.Min(portions.Sum(), WholeDay)));
}
