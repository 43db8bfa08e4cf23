namespace EquityPlatform.SampleData;

/// <summary>Size and mix of a district.</summary>
/// <param name="Seats">Students at any one time.</param>
/// <param name="FirstYear">First school year, named by the year in which it ends.</param>
/// <param name="Shares">Race and ethnicity in the order of <see cref="People.Race"/>.</param>
internal sealed record DistrictShape(string Name, string Title, int Seats, int Elementary, int Middle, int High, int Alternative, int FirstYear, int Years,
    double[] Shares, double EnglishLearner, double Iep, double EconomicallyDisadvantaged, double Homeless, double Section504, double MidYearMoves)
{
    public int Schools => Elementary + Middle + High + Alternative;

    /// <summary>Holds the planted truths of the demo.</summary>
    public bool IsPlanted => Name == "riverbend";

    public int LastYear => FirstYear + Years - 1;

    /// <summary>Sizes: riverbend is the demo district with planted truths; medium and metro are for speed. Shares: facts on U.S. districts of these sizes.</summary>
    public static IReadOnlyList<DistrictShape> All { get; } =
    [
        new("riverbend", "Riverbend Unified School District", 18_000, 15, 5, 3, 1, 2022, 5, [0.38, 0.27, 0.20, 0.08, 0.05, 0.015, 0.005], 0.12, 0.14, 0.48, 0.03, 0.04, 0.06),
        new("medium", "Medium County Public Schools", 100_000, 95, 28, 20, 7, 2026, 1, [0.40, 0.25, 0.22, 0.07, 0.045, 0.01, 0.005], 0.12, 0.15, 0.58, 0.04, 0.03, 0.07),
        new("metro", "Metro City Schools", 1_000_000, 950, 300, 300, 50, 2026, 1, [0.15, 0.41, 0.24, 0.165, 0.02, 0.012, 0.003], 0.15, 0.21, 0.73, 0.10, 0.02, 0.075),
    ];

    public static DistrictShape? Find(string name) => All.FirstOrDefault(shape => shape.Name == name);
}
