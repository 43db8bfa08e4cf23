using EquityPlatform.Indicators.Calendar;

namespace EquityPlatform.Indicators.Students;

/// <summary>A student's days in one school, or pooled over the district.</summary>
/// <param name="Stated">False where nobody said which days were in session or how attendance is reported.</param>
/// <param name="Enrolled">Days in session while enrolled, inside the declared coverage.</param>
/// <param name="Known">Those of them on which presence or absence is known.</param>
/// <param name="Absent">Ten-thousandths of a day missed, at most 10000 a day, whatever the length of the day.</param>
/// <param name="KnownTime">School time of the known days, in ten-thousandths of a whole day: a half day has half.</param>
/// <param name="AbsentTime">What was missed of that time.</param>
internal readonly record struct AttendanceTally(bool Stated, int Enrolled, int Known, long Absent, long KnownTime, long AbsentTime)
{
    public const int WholeDay = SchoolDays.WholeDay;

    public long AttendedTime => KnownTime - AbsentTime;

    /// <summary>Days at one school.</summary>
    public static AttendanceTally At(EnrollmentFact span, SchoolDays days, IEnumerable<AttendanceFact> rows)
    {
        var (known, absent, knownTime, absentTime) = (days.PresentByRule(span.Entry, span.Exit), 0L, (long)days.PresentTime(span.Entry, span.Exit), 0L);
        foreach (var day in rows.Where(row => row.School == span.School && row.Day >= span.Entry && row.Day < span.Exit).GroupBy(row => row.Day))
        {
            var (rule, weight) = (days[day.Key], days.Weight(day.Key));
            if (rule == DayRule.NotCounted)
                continue;
            if (rule == DayRule.MissingWithoutRow)
                (known, knownTime) = (known + 1, knownTime + weight);
            var portions = day.Sum(row => (long)row.AbsentPortion);
            absent += Math.Min(portions, WholeDay);
            absentTime += Math.Min(Rounded(portions * weight), weight);
        }
        return new(days.Known, days.Counted(span.Entry, span.Exit), known, absent, knownTime, absentTime);
    }

    /// <summary>Days pooled over several schools: a date in two schools is one day, as long as the longer of the two; its absences add up to that day at most.</summary>
    public static AttendanceTally Pooled(IReadOnlyList<EnrollmentFact> spans, IReadOnlyList<SchoolDays> days, IReadOnlyList<AttendanceFact> rows)
    {
        if (spans.Count == 1)
            return At(spans[0], days[0], rows);
        var enrolled = new Dictionary<DateOnly, (bool Known, int Weight)>();
        for (var i = 0; i < spans.Count; i++)
            foreach (var (day, rule, weight) in days[i].Within(spans[i].Entry, spans[i].Exit))
            {
                var other = enrolled.GetValueOrDefault(day);
                enrolled[day] = (other.Known || rule == DayRule.PresentWithoutRow, Math.Max(other.Weight, weight));
            }
        var (absent, absentTime) = (0L, 0L);
        foreach (var day in rows.Where(row => Counts(row, spans, days)).GroupBy(row => row.Day))
        {
            var whole = enrolled[day.Key].Weight;
            enrolled[day.Key] = (true, whole);
            absent += Math.Min(day.Sum(row => (long)row.AbsentPortion), WholeDay);
            absentTime += Math.Min(Rounded(day.Sum(row => (long)row.AbsentPortion * WeightAt(row, spans, days))), whole);
        }
        var known = enrolled.Values.Where(day => day.Known).ToList();
        return new(days.Any(d => d.Known), enrolled.Count, known.Count, absent, known.Sum(day => (long)day.Weight), absentTime);
    }

    /// <summary>True if the row lies in an enrolment at its school, on a day that counts there.</summary>
    public static bool Counts(AttendanceFact row, IReadOnlyList<EnrollmentFact> spans, IReadOnlyList<SchoolDays> days)
    {
        for (var i = 0; i < spans.Count; i++)
            if (spans[i].School == row.School && row.Day >= spans[i].Entry && row.Day < spans[i].Exit && days[i][row.Day] != DayRule.NotCounted)
                return true;
        return false;
    }

    static int WeightAt(AttendanceFact row, IReadOnlyList<EnrollmentFact> spans, IReadOnlyList<SchoolDays> days)
    {
        for (var i = 0; i < spans.Count; i++)
            if (spans[i].School == row.School)
                return days[i].Weight(row.Day);
        return 0;
    }

    // A portion is a part of its school's day; rounded once a day, half upwards
    static long Rounded(long portionsOfTheDay) => (portionsOfTheDay + WholeDay / 2) / WholeDay;
}
