using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Web;

internal static class Names
{
    /// <summary>The district in words, a school by its name, else its code: never blank.</summary>
    public static string School(Language l, string code, IReadOnlyList<SchoolSummary>? schools) =>
        code == "district" ? l[SiteTexts.DistrictAsSchool] : schools?.FirstOrDefault(s => s.School == code)?.Name ?? code;
}
