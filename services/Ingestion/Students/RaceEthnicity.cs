namespace EquityPlatform.Ingestion.Students;

/// <summary>
/// Federal roll-up of what was answered about race and ethnicity. The raw answers are kept beside it, so that another version can be made of the same answers; unknown is never read
/// as "no" or "white".
/// </summary>
internal static class RaceEthnicity
{
    /// <summary>Two questions (72 FR 59266): Hispanic of any race first, then two or more races, then the one race. Middle Eastern or North African is white in it.</summary>
    public const string Scheme = "ED-2007";

    /// <summary>One combined question with seven categories (Statistical Policy Directive 15 of 2024; to be complied with by 28 March 2029).</summary>
    public const string Combined = "SPD15-2024";

    public static readonly IReadOnlyList<string> Schemes = [Scheme, Combined];

    /// <summary>Columns of demographics.csv with the group that each stands for alone.</summary>
    public static readonly IReadOnlyList<(string Column, string Group)> Races =
    [
        ("americanIndianOrAlaskaNative", "americanIndian"),
        ("asian", "asian"),
        ("blackOrAfricanAmerican", "black"),
        ("nativeHawaiianOrOtherPacificIslander", "pacificIslander"),
        ("white", "white"),
    ];

    public const string MiddleEastern = "middleEasternOrNorthAfrican";

    /// <summary>Answers beside the standard's columns: kept as they are. Another race and no answer count as no race in either roll-up.</summary>
    public static readonly IReadOnlyList<string> OtherAnswers = [MiddleEastern, "otherRace", "declinedToRespond"];

    /// <param name="races">Raw answers, sorted; <c>twoOrMore</c> counts only if fewer than two races are named.</param>
    public static string RollUp(bool? hispanic, IReadOnlyList<string> races, string scheme = Scheme)
    {
        if (hispanic == true && scheme == Scheme)
            return "hispanic";
        var groups = Races.Where(r => races.Contains(r.Column)).Select(r => r.Group).ToHashSet(StringComparer.Ordinal);
        if (races.Contains(MiddleEastern))
            groups.Add(scheme == Scheme ? "white" : "middleEastern");
        if (hispanic == true)
            groups.Add("hispanic");
        return groups.Count > 1 || races.Contains("twoOrMore") ? "twoOrMore"
            : groups.Count == 1 ? groups.Single()
            : "notReported";
    }
}
