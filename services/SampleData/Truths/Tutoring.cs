using EquityPlatform.SampleData.People;

namespace EquityPlatform.SampleData.Truths;

/// <summary>One planned session of one student. <paramref name="Minutes"/>: 0 if it did not take place.</summary>
internal readonly record struct TutoringSession(Stay Stay, DateOnly Date, int Minutes);

/// <summary>
/// Tutoring in mathematics after school, in two middle schools of riverbend in the last year: it works where it is delivered, and it is delivered to 41 of 100, since most who need
/// it ride a bus that leaves before it begins.
/// </summary>
internal static class Tutoring
{
    public const string Intervention = "math-tutoring";
    public const int Planned = 40;
    public const int Minutes = 30;

    /// <summary>Standard deviations that the whole dose adds to the year's test in mathematics.</summary>
    public const double WholeDose = 0.8;

    const double ByBus = 0.6;
    const double DeliveredByBus = 0.2;
    const double DeliveredOthers = 0.725;
    const int FirstDay = 20;
    const int EveryDays = 3;

    public static IReadOnlyList<int> Schools(DistrictShape shape) => shape.IsPlanted ? [shape.Elementary, shape.Elementary + 2] : [];

    /// <summary>Who takes part: students of grades 6 to 8 who are behind, there on every planned day. The half of them that is not drawn is on the waiting list: whom to compare with.</summary>
    public static bool TakesPart(District district, Stay stay) => IsBehind(district.Shape, stay) && Chance.Of(district.Seed, Purpose.Tutoring, stay.Pupil.Seat, stay.Pupil.Generation).Is(0.5);

    public static bool IsBehind(DistrictShape shape, Stay stay) => shape.IsPlanted && stay.Year == shape.LastYear && stay.Grade is >= 6 and <= 8 && Schools(shape).Contains(stay.School)
        && stay.Pupil.Strength < -0.3 && stay.From <= Day(stay.Year, 0) && stay.To > Day(stay.Year, Planned - 1);

    public static DateOnly Day(int year, int session) => SchoolYear.Of(year).Days[FirstDay + (EveryDays * session)];

    public static IEnumerable<TutoringSession> Of(District district, Stay stay)
    {
        if (!TakesPart(district, stay))
            yield break;
        var chance = Chance.Of(district.Seed, Purpose.Tutoring, stay.Pupil.Seat, stay.Pupil.Generation, 1);
        var delivered = chance.Is(ByBus) ? DeliveredByBus : DeliveredOthers;
        for (var session = 0; session < Planned; session++)
            yield return new(stay, Day(stay.Year, session), chance.Is(delivered) ? Minutes : 0);
    }

    /// <summary>What it adds to the test of the year, in standard deviations.</summary>
    public static double Gain(District district, Stay stay) => TakesPart(district, stay) ? WholeDose * Of(district, stay).Count(session => session.Minutes > 0) / Planned : 0;
}

/// <summary>Sessions that took place of those planned; and who meets the standard in mathematics among those who got half of the dose or more, less, and those on the waiting list.</summary>
internal sealed record TutoringTruth(IReadOnlyList<string> Schools, Part Delivered, Part MetOfMuch, Part MetOfLittle, Part MetOfWaiting)
{
    public static TutoringTruth Of(District district)
    {
        var schools = Tutoring.Schools(district.Shape);
        var (delivered, planned) = (0, 0);
        var (met, all) = (new int[3], new int[3]);
        foreach (var stay in district.Stays(district.Shape.LastYear).Where(stay => Tutoring.IsBehind(district.Shape, stay)))
        {
            var sessions = Tutoring.Of(district, stay).ToArray();
            var took = sessions.Count(session => session.Minutes > 0);
            (delivered, planned) = (delivered + took, planned + sessions.Length);
            var group = sessions.Length == 0 ? 2 : 2 * took >= Tutoring.Planned ? 0 : 1;
            foreach (var test in Assessments.Of(district, stay).Where(test => test.Assessment.StartsWith("state", StringComparison.Ordinal) && test.Subject == "mathematics"))
            {
                all[group]++;
                met[group] += test.Met ? 1 : 0;
            }
        }
        return new([.. schools.Select(district.SchoolId)], new(delivered, planned), new(met[0], all[0]), new(met[1], all[1]), new(met[2], all[2]));
    }
}
