using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Reporting.Disclosure;

namespace EquityPlatform.Reporting.Tests.Disclosure;

public sealed class AttackerTests
{
    /// <summary>Districts of many shapes; the seed is part of the test's name, so a failure can be run again.</summary>
    public static IEnumerable<object[]> Seeds => Enumerable.Range(1, 100).Select(seed => new object[] { seed });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_hidden_number_can_be_worked_out(int seed)
    {
        var truth = MadeDistrict.Cells(RandomDistrict.Students(seed));
        var released = DisclosureControl.Apply(MadeDistrict.Definitions, truth).Cells;
        var bounds = Reader.Bounds(released);
        foreach (var cell in released.Where(c => c.State == ValueState.Suppressed))
            foreach (var ((quantity, school, dimension, group), (low, high)) in bounds.Where(b => b.Key.School == cell.School && b.Key.Dimension == cell.Dimension && b.Key.Group == cell.Group))
            {
                if (!quantity.EndsWith(cell.Indicator, StringComparison.Ordinal))
                    continue;
                var days = quantity[2..] == "average-daily-attendance" && quantity[0] != 'n';
                // The size of a group whose counts alone are hidden is published by enrolment: that is no secret
                if (quantity[0] == 'n' && bounds[("n:enrollment", school, dimension, group)] is var (l, h) && l == h)
                    continue;
                (high - low).ShouldBeGreaterThanOrEqualTo(days ? 30_000 : quantity[0] == 'n' ? 5 : 3, $"seed {seed}: {quantity} at {school} {dimension} {group} is {low}..{high}");
            }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_a_reader_can_add_up_could_have_been_published(int seed)
    {
        var released = DisclosureControl.Apply(MadeDistrict.Definitions, MadeDistrict.Cells(RandomDistrict.Students(seed))).Cells;
        foreach (var table in released.GroupBy(c => (c.Indicator, c.Dimension, c.Group)))
        {
            var district = table.Single(c => c.School == "district");
            if (district.Numerator is not { } numerator || district.Denominator is not { } denominator || table.All(c => c.State != ValueState.Suppressed))
                continue;
            var shown = table.Where(c => c.School != "district" && c.Numerator is not null).ToList();
            var enrolment = table.Key.Indicator == "enrollment";
            var left = numerator - shown.Sum(c => c.Numerator ?? 0);
            if (enrolment)
            {
                left.ShouldNotBeInRange(1, 9, $"seed {seed}: {table.Key}");
                continue;
            }
            var students = (district.Students ?? 0) - shown.Sum(c => c.Students ?? 0);
            if (students == 0)
                continue;
            students.ShouldBeGreaterThanOrEqualTo(10, $"seed {seed}: {table.Key}");
            var rest = denominator - shown.Sum(c => c.Denominator ?? 0) - left;
            var least = table.Key.Indicator == "chronic-absence" ? 3 : 30_000;
            Math.Min(left, rest).ShouldBeGreaterThanOrEqualTo(least, $"seed {seed}: {table.Key}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_published_cell_obeys_the_rules_and_is_the_truth(int seed)
    {
        var truth = MadeDistrict.Cells(RandomDistrict.Students(seed)).ToDictionary(c => (c.Indicator, c.School, c.Dimension, c.Group));
        var released = DisclosureControl.Apply(MadeDistrict.Definitions, [.. truth.Values]);
        foreach (var cell in released.Cells)
        {
            if (cell.State == ValueState.Suppressed)
            {
                new object?[] { cell.Numerator, cell.Denominator, cell.Students, cell.Rate, cell.Low, cell.High }.ShouldAllBe(x => x == null);
                continue;
            }
            if (cell.Group != "merged")
                (truth[(cell.Indicator, cell.School, cell.Dimension, cell.Group)] with { Low = cell.Low, High = cell.High }).ShouldBe(cell, $"seed {seed}");
            if (cell.Numerator is not { } numerator || cell.Denominator is not { } denominator)
                continue;
            var students = cell.Indicator == "enrollment" ? numerator : cell.Students ?? 0;
            students.ShouldNotBeInRange(1, 9, $"seed {seed}: {cell}");
            if (cell.Indicator == "chronic-absence" && students > 0)
                Math.Min(numerator, denominator - numerator).ShouldBeGreaterThanOrEqualTo(3, $"seed {seed}: {cell}");
        }
        // One decision for group sizes in every indicator
        foreach (var group in released.Cells.GroupBy(c => (c.School, c.Dimension, c.Group)))
            if (group.Single(c => c.Indicator == "enrollment").State == ValueState.Suppressed)
                group.ShouldAllBe(c => c.State == ValueState.Suppressed, $"seed {seed}: {group.Key}");
    }
}
