using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Reporting.Disclosure;

namespace EquityPlatform.Reporting.Tests.Disclosure;

/// <summary>Tables written by hand: per school and group a number of students, and how many of them were often absent.</summary>
internal sealed class HandMade
{
    readonly List<MadeStudent> students = [];

    /// <summary>Adds students of one English learner answer; the absent ones miss 40 of 175 days, the others 8.</summary>
    public HandMade Learners(string school, string answer, int count, int absent) => Add(school, "white", answer, count, absent);

    /// <summary>Adds students of one race, who answered "no" to being English learners.</summary>
    public HandMade Race(string school, string race, int count, int absent) => Add(school, race, "no", count, absent);

    HandMade Add(string school, string race, string answer, int count, int absent)
    {
        for (var i = 0; i < count; i++)
            students.Add(new(school, race, answer, "03", 175, i < absent ? 40 : 8));
        return this;
    }

    public IReadOnlyList<IndicatorCell> Truth => MadeDistrict.Cells(students);

    public ControlledCells Release() => DisclosureControl.Apply(MadeDistrict.Definitions, Truth);

    /// <summary>State of the released cells of a dimension at a school, as <c>group=state</c>; groups that nobody belongs to are left out.</summary>
    public IReadOnlyList<string> States(string indicator, string school, string dimension)
    {
        var district = Truth.Where(c => c is { Indicator: "enrollment", School: "district", Numerator: > 0 }).Select(c => (c.Dimension, c.Group)).ToHashSet();
        return [.. Release().Cells
            .Where(c => c.Indicator == indicator && c.School == school && c.Dimension == dimension && (c.Group == "merged" || district.Contains((c.Dimension, c.Group))))
            .Select(c => $"{c.Group}={c.State}")];
    }

    public string State(string indicator, string school) => States(indicator, school, StudentGroups.All)[0];
}
