using EquityPlatform.SampleData.Truths;

namespace EquityPlatform.SampleData.People;

/// <summary>A day that was not a whole day at school. <paramref name="Portion"/>: part missed, in ten-thousandths.</summary>
internal readonly record struct Absence(Stay Stay, DateOnly Date, string Category, int Portion);

/// <summary>Who misses which days.</summary>
internal static class Attendance
{
    public static IEnumerable<Absence> Of(District district, Stay stay)
    {
        var calendar = SchoolYear.Of(stay.Year);
        var chance = Chance.Of(district.Seed, Purpose.Attendance, stay.Pupil.Seat, stay.Pupil.Generation, stay.Year);
        for (var (day, end) = (calendar.IndexOf(stay.From), calendar.IndexOf(stay.To)); day < end; day++)
        {
            var date = calendar.Days[day];
            var (absent, late, excused) = (chance.Is(stay.Pupil.Absence * Season(date)), chance.Is(0.01), chance.Is(0.55));
            if (SilentSchool.Is(district.Shape, stay, day))
                continue;
            if (absent)
                yield return new(stay, date, BusDay.Is(district.Shape, stay, date) || !excused ? "absentUnexcused" : "absentExcused", 10_000);
            else if (late)
                yield return new(stay, date, "tardy", 0);
        }
    }

    /// <summary>Mondays and Fridays 15 % more, December to February 20 % more.</summary>
    static double Season(DateOnly day) => (day.DayOfWeek is DayOfWeek.Monday or DayOfWeek.Friday ? 1.09 : 0.94) * (day.Month is 12 or 1 or 2 ? 1.14 : 0.94);
}

/// <summary>A referral to the office: an incident with one student who did it, and what followed.</summary>
internal readonly record struct Referral(Stay Stay, int Number, DateOnly Date, string Behavior, string? Action, int Days);

/// <summary>Office referrals: most students have none, a few have many (negative binomial, k about 0.15).</summary>
internal static class Discipline
{
    static readonly string[] Behaviors = ["defiance", "disrespect", "disruption", "fighting", "theft", "tobacco", "truancy", "weapon"];
    static readonly double[] Shares = [0.24, 0.14, 0.22, 0.16, 0.05, 0.06, 0.12, 0.01];

    /// <summary>Whether somebody's judgement makes it an offence.</summary>
    public static bool IsSubjective(string behavior) => behavior is "defiance" or "disrespect" or "disruption";

    public static IEnumerable<Referral> Of(District district, Stay stay)
    {
        var calendar = SchoolYear.Of(stay.Year);
        var chance = Chance.Of(district.Seed, Purpose.Discipline, stay.Pupil.Seat, stay.Pupil.Generation, stay.Year);
        var (from, to) = (calendar.IndexOf(stay.From), calendar.IndexOf(stay.To));
        var usual = (stay.Grade <= 5 ? 0.20 : stay.Grade <= 8 ? 0.60 : 0.50) * stay.Pupil.Conduct * (to - from) / SchoolYear.SessionDays;
        var number = 0;
        for (var kind = 0; kind < Behaviors.Length; kind++)
            for (var times = chance.Poisson(usual * Shares[kind] * district.Bias.Of(stay, Behaviors[kind])); times > 0; times--)
            {
                var action = chance.Unit() switch
                {
                    < 0.14 => "oss",
                    < 0.38 => "iss",
                    < 0.60 => "other",
                    _ => null,
                };
                yield return new(stay, ++number, calendar.Days[from + chance.Below(to - from)], Behaviors[kind], action, action is "oss" ? 1 + chance.Below(5) : action is "iss" ? 1 + chance.Below(2) : 0);
            }
    }
}

/// <summary>A test result. <paramref name="Scale"/> has its cut for "met" at 500.</summary>
internal readonly record struct TestResult(Stay Stay, string Assessment, string Subject, DateOnly Date, int Scale, string Level, bool Met);

/// <summary>State tests in reading and mathematics in grades 3 to 8 and 10, and the algebra readiness test in the autumn of grade 8.</summary>
internal static class Assessments
{
    public const int Cut = 500;
    const int Deviation = 50;
    const double UsualShift = 0.35;

    public static IEnumerable<TestResult> Of(District district, Stay stay)
    {
        var calendar = SchoolYear.Of(stay.Year);
        if (stay.Grade is >= 3 and <= 8 or 10 && stay.To > calendar.Days[150])
            foreach (var subject in (string[])["reading", "mathematics"])
                yield return Result(stay, $"state-{stay.Year}", subject, calendar.Days[150], Strength(district, stay, subject) + UsualShift + (subject == "reading" ? district.Reading.ShiftOf(stay) : Tutoring.Gain(district, stay)));
        if (stay.Grade == 8 && stay.From <= calendar.Days[15])
            yield return Result(stay, $"algebra-readiness-{stay.Year}", "mathematics", calendar.Days[15], AlgebraDoor.Readiness(district, stay.Pupil));
    }

    /// <summary>What a test of the year shows of a pupil, in standard deviations.</summary>
    public static double Strength(District district, Stay stay, string subject)
    {
        var chance = Chance.Of(district.Seed, Purpose.Assessment, stay.Pupil.Seat, stay.Pupil.Generation, (stay.Year * 2L) + (subject == "reading" ? 0 : 1));
        return stay.Pupil.Strength + (0.4 * chance.Normal());
    }

    /// <summary>The shift that all but English learners have in reading.</summary>
    public static double Usual => UsualShift;

    static TestResult Result(Stay stay, string assessment, string subject, DateOnly date, double strength)
    {
        var scale = Math.Clamp(Cut + (int)Math.Floor(Deviation * strength), 300, 700);
        return new(stay, assessment, subject, date, scale, scale >= Cut + 45 ? "4" : scale >= Cut ? "3" : scale >= Cut - 45 ? "2" : "1", scale >= Cut);
    }
}
