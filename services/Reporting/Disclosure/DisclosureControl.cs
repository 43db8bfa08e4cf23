using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Reporting.Disclosure;

/// <summary>What may be published: cells in file order, hidden ones without any number.</summary>
internal sealed record ControlledCells(IReadOnlyList<IndicatorCell> Cells, IReadOnlyList<string> MergedRaceGroups);

/// <summary>
/// The one disclosure decision, made once for every format: pure, and the same for the same values in any order. First group
/// sizes (shared by all indicators, or one would tell on another), then each indicator's counts on top.
/// </summary>
internal static class DisclosureControl
{
    public static ControlledCells Apply(IReadOnlyCollection<IndicatorDefinition> definitions, IReadOnlyCollection<IndicatorCell> values)
    {
        var (cells, merged) = RaceMerging.Apply(definitions, values);
        var tables = SourceTables.From(definitions, cells);
        var sizes = HideGroupSizes(tables);
        return new([.. tables.Grids.SelectMany(grid => Released(tables, grid, sizes, HideCounts(tables, grid, sizes)))], merged);
    }

    static Hiding HideGroupSizes(SourceTables tables)
    {
        var hiding = new Hiding(tables.Rows.Count, tables.Partitions.Count);
        var subtraction = new Subtraction(tables, tables.Grids, (_, amount) => DisclosureRules.GroupTooSmall(amount), hiding);
        subtraction.HideUnfit();
        Settle(hiding, subtraction, () => tables.Grids
            .Select(grid => new Protection(tables, grid, hiding, hiding, a => a.Students, null, DisclosureRules.GroupRoom).FirstTooNarrow())
            .FirstOrDefault(narrow => narrow is not null));
        return hiding;
    }

    static Hiding HideCounts(SourceTables tables, SourceGrid grid, Hiding sizes)
    {
        if (grid.Measure == Measure.GroupSize)
            return sizes;
        var hiding = sizes.Copy();
        var subtraction = new Subtraction(tables, [grid], (g, amount) => DisclosureRules.CountTellsTooMuch(g.Measure, amount), hiding);
        subtraction.HideUnfit();
        Settle(hiding, subtraction, () =>
            new Protection(tables, grid, hiding, sizes, a => a.Reached, a => a.Whole, DisclosureRules.RoomOf(grid.Measure)).FirstTooNarrow());
        return hiding;
    }

    /// <summary>
    /// Closes, checks, hides one more, until every hidden number has room: another school first, then the district, then the
    /// school's own total, then the district's. Hiding everything is safe, so this ends.
    /// </summary>
    static void Settle(Hiding hiding, Subtraction subtraction, Func<(int Partition, int Row)?> firstTooNarrow)
    {
        subtraction.Close();
        while (firstTooNarrow() is var (partition, row))
        {
            if (!hiding[Hiding.District, partition])
                subtraction.HideOneMore(partition);
            else if (!hiding[row, Hiding.Totals])
                hiding.Hide(row, Hiding.Totals);
            else
                hiding.Hide(Hiding.District, Hiding.Totals);
            subtraction.Close();
        }
    }

    static IEnumerable<IndicatorCell> Released(SourceTables tables, SourceGrid grid, Hiding sizes, Hiding counts)
    {
        for (var row = 0; row < tables.Rows.Count; row++)
            for (var partition = 0; partition < tables.Partitions.Count; partition++)
                foreach (var column in tables.Partitions[partition].Columns)
                    if (grid.Cells[row, column] is { } cell)
                        yield return Hides(tables, grid, sizes, counts, row, partition, column) ? Hidden(cell) : Shown(grid, cell);
    }

    static bool Hides(SourceTables tables, SourceGrid grid, Hiding sizes, Hiding counts, int row, int partition, int column)
    {
        // In a partition with hidden sizes even "none" and "no data" would tell; only a group that no hidden school can have stays
        if (sizes[row, partition])
            return !NobodyLeft(tables, sizes, partition, column);
        if (!counts[row, partition] || grid.Amounts[row, column].Students == 0)
            return false;
        // The district's row of a group of which every school is shown is their sum: to hide it would be a pretence
        return row != Hiding.District
            || DisclosureRules.CountTellsTooMuch(grid.Measure, grid.Amounts[row, column])
            || counts.Schools(partition).Any(school => grid.Amounts[school, column].Students > 0);
    }

    /// <summary>True if published figures show anyway that no hidden school has a student of this group.</summary>
    static bool NobodyLeft(SourceTables tables, Hiding sizes, int partition, int column) => tables.Grids.All(grid =>
        grid.Amounts[Hiding.District, column].Students == 0
        || (!sizes[Hiding.District, partition] && sizes.Schools(partition).All(row => grid.Amounts[row, column].Students == 0)));

    /// <summary>
    /// The interval of a rate of days stands on the spread between students: with the total it would tell whether one student
    /// or many were absent, so it is not published. How many students nobody spoke for is a small count and is not either.
    /// </summary>
    static IndicatorCell Shown(SourceGrid grid, IndicatorCell cell) =>
        grid.Measure == Measure.Days ? cell with { Low = null, High = null, Unknown = 0 } : cell with { Unknown = 0 };

    static IndicatorCell Hidden(IndicatorCell cell) => cell with
    {
        State = ValueState.Suppressed,
        Numerator = null,
        Denominator = null,
        Students = null,
        Rate = null,
        Low = null,
        High = null,
        Unknown = 0,
    };
}
