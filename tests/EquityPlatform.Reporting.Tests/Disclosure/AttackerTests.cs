using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Reporting.Disclosure;

namespace EquityPlatform.Reporting.Tests.Disclosure;

public sealed class AttackerTests
{
    /// <summary>Districts of many shapes; the seed is part of the test's name, so a failure can be run again.</summary>
    public static IEnumerable<object[]> Seeds => Enumerable.Range(1, 60).Select(seed => new object[] { seed });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_hidden_number_can_be_narrowed_down(int seed)
    {
        var released = DisclosureControl.Apply(MadeDistrict.Definitions, MadeDistrict.Cells(RandomDistrict.Students(seed))).Cells;
        var reader = new Reader(released);
        foreach (var (key, room) in Secrets(released, reader))
            (reader.Bounds[key].High - reader.Bounds[key].Low).ShouldBeGreaterThanOrEqualTo(room, $"seed {seed}: {key} is {reader.Bounds[key]}");
    }

    /// <summary>
    /// Bounds may promise room that no whole table fills; so complete tables of students are looked for, value by value, on
    /// small districts, one dimension at a time with its totals. Fails where a search has shown that there are none.
    /// </summary>
    [Theory]
    [MemberData(nameof(SmallSeeds))]
    public void No_search_through_complete_tables_settles_a_hidden_number(int seed)
    {
        var truth = MadeDistrict.Cells(RandomDistrict.Students(seed, schools: 4));
        var released = DisclosureControl.Apply(MadeDistrict.Definitions, truth).Cells;
        // The truth with races counted together as in the release: a place to start looking from
        IReadOnlyList<IndicatorCell> all = [.. RaceMerging.Apply(MadeDistrict.Definitions, truth).Cells];
        foreach (var dimension in new[] { StudentGroups.EnglishLearner, StudentGroups.RaceEthnicity })
        {
            IndicatorCell[] table = [.. released.Where(c => c.Indicator != "average-daily-attendance" && (c.Dimension == StudentGroups.All || c.Dimension == dimension))];
            var reader = new Reader(table, most: 5_000);
            long Near(Unknown unknown) => ValueOf(all, unknown);
            foreach (var (key, room) in Sample([.. Secrets(table, reader)], seed))
            {
                var actual = ValueOf(all, key);
                long Furthest(int sign) => Enumerable.Range(1, (int)room).Reverse().Select(i => actual + sign * i).FirstOrDefault(v => reader.CouldBe(key, v, Near) is not false, actual);
                reader.CouldBe(key, actual, Near).ShouldBe(true, $"seed {seed}: the attacker's relations must hold of the truth ({key})");
                (Furthest(1) - Furthest(-1)).ShouldBeGreaterThanOrEqualTo(room, $"seed {seed}: {key} is {actual}");
            }
        }
    }

    /// <summary>Some of them: each search looks at whole tables, which takes its time.</summary>
    static IEnumerable<(Unknown Key, long Room)> Sample((Unknown Key, long Room)[] secrets, int seed)
    {
        new Random(seed).Shuffle(secrets);
        return secrets.Take(10);
    }

    public static IEnumerable<object[]> SmallSeeds => Enumerable.Range(1001, 12).Select(seed => new object[] { seed });

    /// <summary>Hidden quantities with the room they must have. The size of a group whose counts alone are hidden is published by enrolment: no secret.</summary>
    static IEnumerable<(Unknown Key, long Room)> Secrets(IReadOnlyList<IndicatorCell> released, Reader reader)
    {
        foreach (var cell in released.Where(c => c.State == ValueState.Suppressed))
            foreach (var kind in cell.Indicator == "enrollment" ? "n" : "nkm")
            {
                var key = new Unknown($"{kind}:{cell.Indicator}", cell.School, cell.Dimension, cell.Group);
                var size = reader.Bounds[key with { Quantity = "n:enrollment" }];
                if (kind != 'n' || size.Low < size.High)
                    yield return (key, kind == 'n' ? 5 : cell.Indicator == "average-daily-attendance" ? 30_000 : 3);
            }
    }

    static long ValueOf(IReadOnlyList<IndicatorCell> truth, Unknown key)
    {
        var cell = truth.Single(c => c.Indicator == key.Quantity[2..] && c.School == key.School && c.Dimension == key.Dimension && c.Group == key.Group);
        return (key.Quantity[0], cell.Indicator) switch
        {
            ('n', "enrollment") or ('k', _) => cell.Numerator ?? 0,
            ('n', _) => cell.Students ?? 0,
            _ => (cell.Denominator - cell.Numerator) ?? 0,
        };
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

    /// <summary>The attacker is worth something: it finds what hiding small cells alone leaves open.</summary>
    [Fact]
    public void Hiding_only_the_small_school_would_give_it_away()
    {
        var truth = new HandMade().Learners("A", "yes", 40, 8).Learners("A", "no", 160, 30).Learners("B", "yes", 60, 9).Learners("B", "no", 240, 40).Learners("C", "yes", 9, 4).Learners("C", "no", 300, 50).Truth;
        IndicatorCell[] careless = [.. truth.Select(c => c is { School: "C", Dimension: StudentGroups.EnglishLearner } ? c with { State = ValueState.Suppressed, Numerator = null, Denominator = null, Students = null, Rate = null } : c)];
        var bounds = new Reader(careless).Bounds;
        bounds[new("n:enrollment", "C", StudentGroups.EnglishLearner, "yes")].ShouldBe((9, 9));
        bounds[new("k:chronic-absence", "C", StudentGroups.EnglishLearner, "yes")].ShouldBe((4, 4));
    }
}
