namespace EquityPlatform.Ingestion.Students;

/// <summary>
/// Federal roll-up of the two-part question (72 FR 59266), scheme ED-2007: Hispanic of any race first, then two or more
/// races, then the one race, else not reported. The raw answers are kept beside it; unknown is never read as "no" or "white".
/// </summary>
internal static class RaceEthnicity
{
    public const string Scheme = "ED-2007";

    /// <summary>Columns of demographics.csv with the group that each stands for alone.</summary>
    public static readonly IReadOnlyList<(string Column, string Group)> Races =
    [
        ("americanIndianOrAlaskaNative", "americanIndian"),
        ("asian", "asian"),
        ("blackOrAfricanAmerican", "black"),
        ("nativeHawaiianOrOtherPacificIslander", "pacificIslander"),
        ("white", "white"),
    ];

    /// <param name="races">Raw answers, sorted; <c>twoOrMore</c> counts only if fewer than two races are named.</param>
    public static string RollUp(bool? hispanic, IReadOnlyList<string> races)
    {
        if (hispanic == true)
            return "hispanic";
        var named = Races.Where(r => races.Contains(r.Column)).ToList();
        return named.Count > 1 || races.Contains("twoOrMore") ? "twoOrMore"
            : named.Count == 1 ? named[0].Group
            : "notReported";
    }
}
