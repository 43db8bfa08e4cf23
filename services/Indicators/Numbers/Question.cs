using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;

namespace EquityPlatform.Indicators.Numbers;

/// <summary>Checks what a question names; each says what is wrong, or null.</summary>
internal static class Question
{
    /// <summary>School years outside are typing errors, not questions.</summary>
    const int FirstYear = 1900, LastYear = 2200;

    public static Refusal? Rule(string? code, out IndicatorRule rule)
    {
        rule = Catalogue.Find(code) ?? Catalogue.Rules[0];
        return string.IsNullOrEmpty(code) ? Missing("indicator")
            : rule.Code != code ? Refusal.Absent("indicator.unknown", $"There is no indicator '{Shown(code)}'.")
            : null;
    }

    public static Refusal? Dimension(string? dimension) =>
        string.IsNullOrEmpty(dimension) ? Missing("dimension")
        : GroupIndex.HasDimension(dimension) ? null
        : Refusal.Invalid("dimension.unknown", $"There is no dimension '{Shown(dimension)}'. Known are {string.Join(", ", StudentGroups.Dimensions)}.");

    public static Refusal? Group(string? dimension, string? group) =>
        Dimension(dimension)
        ?? (string.IsNullOrEmpty(group) ? Missing("group")
            : GroupIndex.HasGroup(dimension!, group) ? null
            : Refusal.Invalid("group.unknown", $"Dimension '{dimension}' has no group '{Shown(group)}'."));

    public static Refusal? Year(int? schoolYear) =>
        schoolYear is null ? Missing("schoolYear")
        : schoolYear is < FirstYear or > LastYear ? UnknownYear(schoolYear.Value)
        : null;

    public static Refusal UnknownYear(int schoolYear) =>
        Refusal.Absent("school-year.unknown", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"No student was enrolled in school year {schoolYear}."));

    public static Refusal? School(YearCube cube, Caller caller, string? school) =>
        string.IsNullOrEmpty(school) ? Missing("school")
        : !cube.Knows(school) ? Refusal.Absent("school.unknown", $"There is no school '{Shown(school)}'.")
        : Access.MayRead(caller, school) ? null
        : Refusal.Forbidden("school.forbidden", "Your role may see its own school and the district.");

    public static Refusal Missing(string parameter) => Refusal.Invalid("parameter.missing", $"State the {parameter}.");

    // An answer repeats no more of a question than a person needs to see the slip
    static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
