namespace EquityPlatform.SampleData.People;

/// <summary>One category per student here; the files carry OneRoster's separate marks.</summary>
internal enum Race
{
    White,
    Hispanic,
    Black,
    Asian,
    TwoOrMore,
    AmericanIndian,
    PacificIslander,
}

/// <summary>A student: who sits in a seat, in which generation. Everything about a student follows from the seed, the seat and the generation.</summary>
/// <param name="Strength">What tests measure, standard normal; absence and referrals hang together with it (about 0.4).</param>
/// <param name="Absence">Share of days missed in a usual year.</param>
/// <param name="Conduct">Multiplies the usual number of referrals: heavy tail, most have none.</param>
internal sealed record Pupil(int Seat, int Generation, int Zone, DateOnly Born, bool Female, Race Race, bool EnglishLearner, bool Iep, bool Section504, bool EconomicallyDisadvantaged,
    bool Homeless, double Strength, double Absence, double Conduct)
{
    /// <summary>The id in the district's student information system.</summary>
    public string Id { get; } = FormattableString.Invariant($"s{Seat:0000000}-{Generation}");

    /// <summary>The state's number: nine digits, with leading zeros that spreadsheets like to lose.</summary>
    public string StateNumber { get; } = FormattableString.Invariant($"{((long)Seat * 37) + Generation + 1_000_000:000000000}");

    /// <summary>Those whom the planted barriers concern.</summary>
    public bool LessWellServed => EconomicallyDisadvantaged || Race is Race.Black or Race.Hispanic;
}

/// <summary>A pupil at a school for a part of a school year; <paramref name="To"/> is the first day after.</summary>
/// <param name="Grade">0 = kindergarten.</param>
internal readonly record struct Stay(Pupil Pupil, int Year, int Grade, int School, DateOnly From, DateOnly To);
