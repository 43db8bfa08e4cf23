namespace EquityPlatform.Contracts;

/// <summary>
/// Codes of group dimensions and of the groups in them, shared by every service and page. Dimension <c>all</c> has the
/// one group <c>all</c>. Races follow the federal roll-up of 72 FR 59266, with one group more for districts that use the combined question of 2024.
/// </summary>
public static class StudentGroups
{
    public const string All = "all";
    public const string RaceEthnicity = "raceEthnicity";
    public const string EnglishLearner = "englishLearner";
    public const string Disability = "disability";
    public const string EconomicDisadvantage = "economicDisadvantage";
    public const string Gender = "gender";
    public const string Grade = "grade";
    public const string NotReported = "notReported";

    /// <summary>Dimensions in the order in which pages and files list them.</summary>
    public static readonly IReadOnlyList<string> Dimensions =
        [All, RaceEthnicity, EnglishLearner, Disability, EconomicDisadvantage, Gender, Grade];

    /// <summary>The group that only the combined question of Statistical Policy Directive 15 (2024) knows.</summary>
    public const string MiddleEastern = "middleEastern";

    /// <summary>Groups of each dimension in district order; grades are CEDS codes.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Groups = new Dictionary<string, IReadOnlyList<string>>
    {
        [All] = [All],
        [RaceEthnicity] = ["americanIndian", "asian", "black", "hispanic", MiddleEastern, "pacificIslander", "twoOrMore", "white", NotReported],
        [EnglishLearner] = ["yes", "no", NotReported],
        [Disability] = ["yes", "no", NotReported],
        [EconomicDisadvantage] = ["yes", "no", NotReported],
        [Gender] = ["female", "male", "other", NotReported],
        [Grade] = ["IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "PS", "UG", "Other", NotReported],
    };
}
