namespace EquityPlatform.Reporting.Tests.Disclosure;

/// <summary>Districts of random shape: one to eight schools, tiny to large, groups rare or common, absence rare or common.</summary>
internal static class RandomDistrict
{
    static readonly string[] Races = ["white", "hispanic", "black", "asian", "americanIndian", "pacificIslander", "twoOrMore"];

    public static IReadOnlyList<MadeStudent> Students(int seed, int? schools = null)
    {
        var random = new Random(seed);
        List<MadeStudent> students = [];
        var number = random.Next(1, schools + 1 ?? 9);
        double rare = random.NextDouble() * 0.3, absence = random.NextDouble() * 0.4, learners = random.NextDouble() * random.NextDouble();
        for (var school = 0; school < number; school++)
        {
            var size = random.Next(4) switch { 0 => random.Next(1, 15), 1 => random.Next(10, 60), _ => random.Next(50, 400) };
            var lowest = random.Next(0, 10);
            double here = absence * random.NextDouble() * 2, learnersHere = learners * random.NextDouble() * 2;
            for (var i = 0; i < size; i++)
            {
                var enrolled = random.Next(20) == 0 ? random.Next(1, 30) : 175;
                var missed = random.NextDouble() < here ? random.Next(0, enrolled + 1) : random.Next(0, Math.Max(1, enrolled / 15));
                var race = random.NextDouble() < rare ? Races[random.Next(2, Races.Length)] : Races[random.Next(0, 2)];
                students.Add(new($"S{school}", race, random.NextDouble() < learnersHere ? "yes" : "no", $"{lowest + random.Next(1, 4):00}", enrolled, missed));
            }
        }
        return students;
    }
}
