using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Reporting.Tests.Disclosure;

/// <summary>A student made for a test; days are ten-thousandths.</summary>
internal sealed record MadeStudent(string School, string Race, string EnglishLearner, string Grade, int DaysEnrolled, int DaysMissed);

/// <summary>Counts a made district's cells the plain way, one student at a time.</summary>
internal static class MadeDistrict
{
    public static readonly IReadOnlyList<IndicatorDefinition> Definitions =
    [
        new("enrollment", 1, "students", null, "test", new Dictionary<string, string>()),
        new("average-daily-attendance", 1, "tenThousandthsOfADay", true, "test", new Dictionary<string, string>()),
        new("chronic-absence", 1, "students", false, "test", new Dictionary<string, string>()),
    ];

    public static IReadOnlyList<IndicatorCell> Cells(IReadOnlyCollection<MadeStudent> students)
    {
        List<IndicatorCell> cells = [];
        foreach (var school in students.Select(s => s.School).Distinct().Append("district"))
        {
            var here = students.Where(s => school == "district" || s.School == school).ToList();
            foreach (var (dimension, groupOf) in Dimensions)
                foreach (var group in StudentGroups.Groups[dimension])
                    cells.AddRange(Of(school, dimension, group, here.Where(s => groupOf(s) == group).ToList(), here.Count));
        }
        return cells;
    }

    public static readonly IReadOnlyList<(string Code, Func<MadeStudent, string> GroupOf)> Dimensions =
    [
        (StudentGroups.All, _ => StudentGroups.All),
        (StudentGroups.RaceEthnicity, s => s.Race),
        (StudentGroups.EnglishLearner, s => s.EnglishLearner),
        (StudentGroups.Grade, s => s.Grade),
    ];

    static IEnumerable<IndicatorCell> Of(string school, string dimension, string group, List<MadeStudent> members, int all)
    {
        yield return Cell("enrollment", members.Count, all, all);
        long enrolled = members.Sum(s => s.DaysEnrolled * 10_000L), missed = members.Sum(s => s.DaysMissed * 10_000L);
        yield return Cell("average-daily-attendance", enrolled - missed, enrolled, members.Count);
        var counted = members.Where(s => s.DaysEnrolled >= 10).ToList();
        yield return Cell("chronic-absence", counted.Count(s => s.DaysMissed * 10 >= s.DaysEnrolled), counted.Count, counted.Count);

        IndicatorCell Cell(string indicator, long numerator, long denominator, int count) => denominator == 0
            ? new(indicator, 1, 2011, school, dimension, group, ValueState.NotApplicable, null, null, null, null, null, null)
            : new(indicator, 1, 2011, school, dimension, group, numerator == 0 ? ValueState.Zero : ValueState.Value, numerator, denominator, count,
                (double)numerator / denominator, 0.01, 0.99);
    }
}
