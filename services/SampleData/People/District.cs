using EquityPlatform.SampleData.Truths;

namespace EquityPlatform.SampleData.People;

/// <summary>
/// A whole district, made as it is asked for: seats stand in zones (one elementary school each) that feed middle and high schools; each year everybody moves up a grade, those
/// who leave are followed by others.
/// </summary>
internal sealed class District
{
    public const int Grades = 13;
    const double YearlyTurnover = 0.06;

    /// <summary>Absence of students in poverty against the rest, by group: chosen so that chronic absence comes out near the national figures of 2022-23.</summary>
    static readonly double[] AbsenceByRace = [0.066, 0.088, 0.092, 0.048, 0.082, 0.108, 0.110];

    readonly DistrictShape shape;
    readonly ulong seed;
    readonly PlantedGroups planted;
    readonly Lazy<DefianceBias> bias;
    readonly Lazy<EnglishLearnerReading> reading;

    public District(DistrictShape shape, ulong seed)
    {
        (this.shape, this.seed) = (shape, seed);
        planted = new(shape, ZoneOf);
        bias = new(() => new(this));
        reading = new(() => new(this));
    }

    public DefianceBias Bias => bias.Value;
    public EnglishLearnerReading Reading => reading.Value;

    public DistrictShape Shape => shape;
    public ulong Seed => seed;
    public IEnumerable<int> Years => Enumerable.Range(shape.FirstYear, shape.Years);

    /// <summary>All stays of a school year, seat by seat.</summary>
    public IEnumerable<Stay> Stays(int year)
    {
        for (var seat = 0; seat < shape.Seats; seat++)
            foreach (var stay in Stays(seat, year))
                yield return stay;
    }

    /// <summary>Who sits in a seat in a year: one pupil, or two, where one leaves in mid-year.</summary>
    public IEnumerable<Stay> Stays(int seat, int year)
    {
        var (generation, index) = (0, year - shape.FirstYear);
        for (var before = 0; before <= index; before++)
        {
            var chance = Chance.Of(seed, Purpose.Stay, seat, before);
            var (fresh, moves) = (chance.Is(YearlyTurnover), chance.Is(shape.MidYearMoves) && !planted.Stays(seat));
            var grade = GradeOf(seat, before);
            if (before > 0 && (grade == 0 || fresh))
                generation++;
            if (before < index)
            {
                generation += moves ? 1 : 0;
                continue;
            }
            var calendar = SchoolYear.Of(year);
            var pupil = PupilOf(seat, generation, grade, year);
            if (!moves)
            {
                yield return new(pupil, year, grade, SchoolOf(pupil, grade), calendar.First, calendar.Last.AddDays(1));
                continue;
            }
            var leaves = calendar.Days[20 + chance.Below(calendar.Days.Count - 60)];
            var comes = calendar.Days[calendar.IndexOf(leaves) + 1 + chance.Below(15)];
            var next = PupilOf(seat, generation + 1, grade, year);
            yield return new(pupil, year, grade, SchoolOf(pupil, grade), calendar.First, leaves);
            yield return new(next, year, grade, SchoolOf(next, grade), comes, calendar.Last.AddDays(1));
        }
    }

    /// <summary>Grades are filled evenly; seats move up a grade each year and begin again.</summary>
    public static int GradeOf(int seat, int yearIndex) => (seat + yearIndex) % Grades;

    int ZoneOf(int seat) => Chance.Of(seed, Purpose.Seat, seat).Below(shape.Elementary);

    Pupil PupilOf(int seat, int generation, int grade, int year)
    {
        var zone = ZoneOf(seat);
        var chance = Chance.Of(seed, Purpose.Pupil, seat, generation);
        // Neighbourhoods differ: each zone leans to one side by its number
        var lean = shape.Elementary == 1 ? 0 : (2.0 * zone / (shape.Elementary - 1)) - 1;
        Span<double> weights = stackalloc double[shape.Shares.Length];
        for (var race = 0; race < weights.Length; race++)
            weights[race] = shape.Shares[race] * (race is (int)Race.White or (int)Race.Asian ? 1 - (0.6 * lean) : 1 + (0.6 * lean));
        var (female, of) = (chance.Is(0.488), (Race)chance.Choose(weights));
        var poor = chance.Is(Math.Clamp(shape.EconomicallyDisadvantaged * (of is Race.White or Race.Asian ? 0.7 : 1.3) * (1 + (0.35 * lean)), 0, 0.97));
        var learner = chance.Is(Math.Clamp(shape.EnglishLearner * (of is Race.Hispanic ? 2.2 : of is Race.Asian ? 1.6 : 0.25), 0, 0.9));
        var iep = chance.Is(Math.Clamp(shape.Iep * (female ? 0.68 : 1.31) * (poor ? 1.15 : 0.88), 0, 0.5));
        var homeless = chance.Is(poor ? shape.Homeless / shape.EconomicallyDisadvantaged : 0);
        var section504 = !iep && chance.Is(shape.Section504);
        (of, poor) = planted.Adjust(seat, of, poor);
        homeless &= poor;

        var shared = chance.Normal();
        var strength = (0.63 * shared) + (0.77 * chance.Normal()) - (poor ? 0.45 : 0) - (iep ? 0.8 : 0) - (learner ? 0.55 : 0);
        var absence = AbsenceByRace[(int)of] * (poor ? 1.22 : 0.80) * (iep ? 1.2 : 1) * (homeless ? 1.5 : 1) * Math.Exp((0.75 * ((-0.63 * shared) + (0.77 * chance.Normal()))) - 0.28);
        var conduct = chance.Gamma(0.15) / 0.15 * Math.Exp((-0.5 * shared) - 0.125) * (female ? 0.6 : 1.4);
        var born = new DateOnly(year - 6 - grade, 9, 1).AddDays(chance.Below(365));
        return new(seat, generation, zone, born, female, of, learner, iep, section504, poor, homeless, strength, Math.Clamp(absence, 0.002, 0.75), conduct);
    }

    /// <summary>Number of the school: elementary first, then middle, high, alternative.</summary>
    public int SchoolOf(Pupil pupil, int grade) => grade switch
    {
        <= 5 => pupil.Zone,
        <= 8 => shape.Elementary + (pupil.Zone * shape.Middle / shape.Elementary),
        // A few of the older go to an alternative school
        _ when shape.Alternative > 0 && Chance.Of(seed, Purpose.Seat, pupil.Seat, pupil.Generation + 1).Is(0.03) => shape.Elementary + shape.Middle + shape.High + (pupil.Seat % shape.Alternative),
        _ => shape.Elementary + shape.Middle + (pupil.Zone * shape.High / shape.Elementary),
    };

    public string SchoolId(int school) => FormattableString.Invariant($"{shape.Name}-{school + 1:0000}");

    public string SchoolName(int school) => school < shape.Elementary ? $"{Word(school)} Elementary School"
        : school < shape.Elementary + shape.Middle ? $"{Word(school + 7)} Middle School"
        : school < shape.Elementary + shape.Middle + shape.High ? $"{Word(school + 3)} High School" : $"{Word(school + 5)} Alternative School";

    static readonly string[] Words = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gingko", "Hazel", "Ironwood", "Juniper", "Katsura", "Linden", "Maple", "Nutmeg", "Oak", "Pine", "Quince", "Redwood", "Spruce", "Tamarack",
        "Cypress", "Hickory", "Larch", "Magnolia", "Mulberry", "Poplar", "Rowan", "Sycamore", "Walnut", "Willow"];

    static string Word(int number) => number < Words.Length ? Words[number] : FormattableString.Invariant($"{Words[number % Words.Length]} {(number / Words.Length) + 1}");
}
