using EquityPlatform.SampleData.People;

namespace EquityPlatform.SampleData.Truths;

/// <summary>An elementary school of riverbend sends no attendance for five weeks of the last year. Under "exceptions" that looks like five weeks without a single absence.</summary>
internal static class SilentSchool
{
    public const int School = 3;
    public const int FirstDay = 60;
    public const int Days = 25;

    public static bool Is(DistrictShape shape, Stay stay, int day) => shape.IsPlanted && stay.School == School && stay.Year == shape.LastYear && day is >= FirstDay and < FirstDay + Days;
}

/// <summary>A late correction: the absences of one day at one school were excused, since the bus did not come. The first files say unexcused, the correction of the next September excused.</summary>
internal static class BusDay
{
    public const int School = 8;
    public const int Day = 110;

    public static int Year(DistrictShape shape) => shape.LastYear - 1;

    public static bool Is(DistrictShape shape, Stay stay, DateOnly date) =>
        shape.IsPlanted && stay.School == School && stay.Year == Year(shape) && date == SchoolYear.Of(stay.Year).Days[Day];
}

/// <summary>
/// In three schools, Black students are sent to the office for defiance three times as often as their conduct explains; for what can be seen by anybody, as often as others.
/// Conduct has a heavy tail, so in three schools it would differ between groups by mere chance: there it is evened out.
/// </summary>
internal sealed class DefianceBias
{
    public const double Factor = 3;
    readonly DistrictShape shape;
    readonly Dictionary<int, double> even = [];

    public DefianceBias(District district)
    {
        shape = district.Shape;
        if (!shape.IsPlanted)
            return;
        var (conduct, people) = (new double[shape.Schools, 2], new int[shape.Schools, 2]);
        foreach (var stay in district.Years.SelectMany(year => district.Stays(year)))
        {
            var group = stay.Pupil.Race is Race.Black ? 0 : 1;
            conduct[stay.School, group] += stay.Pupil.Conduct;
            people[stay.School, group]++;
        }
        foreach (var school in Schools(shape))
            even[school] = conduct[school, 1] / people[school, 1] / (conduct[school, 0] / people[school, 0]);
    }

    public static IReadOnlyList<int> Schools(DistrictShape shape) => shape.IsPlanted ? [shape.Elementary + 1, shape.Elementary + 3, shape.Elementary + shape.Middle] : [];

    public double Of(Stay stay, string behavior) =>
        stay.Pupil.Race is Race.Black && even.TryGetValue(stay.School, out var factor) ? factor * (behavior == "defiance" ? Factor : 1) : 1;
}

/// <summary>As many are ready for algebra in every group; fewer of those less well served are placed in it, until everybody who is ready is enrolled automatically (year 4).</summary>
internal static class AlgebraDoor
{
    public const int AutomaticFrom = 3;

    /// <summary>The readiness test, in standard deviations from its cut: the same distribution in every group.</summary>
    public static double Readiness(District district, Pupil pupil) => Chance.Of(district.Seed, Purpose.Algebra, pupil.Seat, pupil.Generation).Normal() - 0.1;

    public static bool IsEnrolled(District district, Stay stay)
    {
        if (stay.Grade != 8)
            return false;
        var chance = Chance.Of(district.Seed, Purpose.Algebra, stay.Pupil.Seat, stay.Pupil.Generation);
        var ready = (int)Math.Floor(50 * (chance.Normal() - 0.1)) >= 0; // as the scale of the test has it
        var door = chance.Unit();
        if (!ready)
            return door < 0.04;
        return !district.Shape.IsPlanted || stay.Year - district.Shape.FirstYear >= AutomaticFrom || door < (stay.Pupil.LessWellServed ? 0.45 : 0.82);
    }
}

/// <summary>Of riverbend's English learners, 30 of 100 meet the reading standard in the first year, and a little more each year.</summary>
internal sealed class EnglishLearnerReading
{
    public const double Baseline = 0.30;
    const double YearlyGain = 0.06;
    readonly District district;
    readonly double shift;

    public EnglishLearnerReading(District district)
    {
        this.district = district;
        if (!district.Shape.IsPlanted)
            return;
        // The shift under which exactly that share reaches the cut
        var strengths = district.Stays(district.Shape.FirstYear)
            .Where(stay => stay.Pupil.EnglishLearner && stay.Grade is >= 3 and <= 8 or 10 && stay.To > SchoolYear.Of(stay.Year).Days[150] && stay.Pupil.EnglishLearner)
            .Select(stay => Assessments.Strength(district, stay, "reading") + Assessments.Usual).OrderDescending().ToArray();
        shift = -strengths[(int)Math.Round(Baseline * strengths.Length) - 1];
    }

    public double ShiftOf(Stay stay) => district.Shape.IsPlanted && stay.Pupil.EnglishLearner ? shift + (YearlyGain * (stay.Year - district.Shape.FirstYear)) : 0;
}
