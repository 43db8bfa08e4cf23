using EquityPlatform.Indicators.Calendar;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Tests.Numbers;

/// <summary>A small school year written down by hand: every weekday from 1 September 2025 on is a school day, silence means present.</summary>
internal sealed class TestYear
{
    public static readonly DateOnly FirstDay = new(2025, 9, 1);

    readonly List<StudentFacts> students = [];

    public List<SessionFact> Sessions { get; } = [];
    public List<CalendarDayFact> Calendar { get; } = [];
    public List<CoverageFact> Coverage { get; } = [new(FirstDay, FirstDay.AddYears(1), Exceptions: true, Derived: false)];
    public Dictionary<string, string> Schools { get; } = new() { ["A"] = "School A", ["B"] = "School B" };

    /// <summary>The n-th school day, from 0.</summary>
    public static DateOnly Day(int n) => FirstDay.AddDays(n / 5 * 7 + n % 5);

    /// <summary>Days that are all whole ones.</summary>
    public static AttendanceTally Tally(int enrolled, int known, long absent) => new(true, enrolled, known, absent, (long)known * AttendanceTally.WholeDay, absent);

    /// <summary>A calendar of n school days at a school.</summary>
    /// <param name="half">Which of them are half days.</param>
    public TestYear WithDays(string school, int n, params int[] half)
    {
        for (var i = 0; i < n; i++)
            Calendar.Add(new(school, Day(i), InSession: true, half.Contains(i) ? 5_000 : AttendanceTally.WholeDay));
        return this;
    }

    /// <summary>A student at one school for the school days [from, to), absent on the first days of that span.</summary>
    public TestYear With(string key, string school, int from, int to, int absent, string? race = null, string? sex = null, string? grade = null, params ProgramFact[] programs) =>
        With(key, [(school, from, to, absent)], race, sex, grade, programs);

    public TestYear With(string key, (string School, int From, int To, int Absent)[] spans, string? race = null, string? sex = null, string? grade = null, params ProgramFact[] programs)
    {
        students.Add(new(key, race is null && sex is null ? null : new(race ?? "notReported", sex), programs,
            [.. spans.Select(span => new EnrollmentFact(span.School, Day(span.From), Day(span.To), grade, Derived: false))],
            [.. spans.SelectMany(span => Enumerable.Range(span.From, span.Absent).Select(n => new AttendanceFact(span.School, Day(n), AttendanceTally.WholeDay)))]));
        return this;
    }

    public TestYear With(StudentFacts student)
    {
        students.Add(student);
        return this;
    }

    public YearFacts Facts => new(2026, Schools, Sessions, Calendar, Coverage, students);

    public YearCube Cube() => new(Facts);
}
