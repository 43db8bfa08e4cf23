using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Reporting.Disclosure;

/// <summary>The values of a release before anything is hidden are not fit to be released (a bug or data from two moments).</summary>
internal sealed class UnfitValuesException(string message) : Exception(message);

/// <summary>A dimension as a run of columns. The dimension <c>all</c> is the first and has one column: the totals.</summary>
internal sealed record Partition(string Code, int First, IReadOnlyList<string> Groups)
{
    public IEnumerable<int> Columns => Enumerable.Range(First, Groups.Count);
}

/// <summary>One indicator as a grid: row 0 is the district, the other rows are schools; the columns are those of <see cref="SourceTables"/>.</summary>
internal sealed record SourceGrid(IndicatorDefinition Definition, Measure Measure, Amount[,] Amounts, IndicatorCell?[,] Cells);

/// <summary>All true values of a release, in one fixed order that does not depend on the order in which they came.</summary>
internal sealed class SourceTables
{
    public const string District = "district";

    SourceTables(IReadOnlyList<string> rows, IReadOnlyList<Partition> partitions, IReadOnlyList<SourceGrid> grids) =>
        (Rows, Partitions, Grids) = (rows, partitions, grids);

    /// <summary>Row 0 is <c>district</c>, then the schools by code.</summary>
    public IReadOnlyList<string> Rows { get; }
    public IReadOnlyList<Partition> Partitions { get; }
    public IReadOnlyList<SourceGrid> Grids { get; }

    public static SourceTables From(IEnumerable<IndicatorDefinition> definitions, IReadOnlyCollection<IndicatorCell> cells)
    {
        string[] rows = [District, .. cells.Select(c => c.School).Where(s => s != District).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var partitions = PartitionsOf(cells);
        var column = partitions.SelectMany(p => p.Groups.Select((group, i) => ((p.Code, group), p.First + i))).ToDictionary(x => x.Item1, x => x.Item2);
        var row = rows.Select((school, i) => (school, i)).ToDictionary(x => x.school, x => x.i, StringComparer.Ordinal);
        var grids = definitions.OrderBy(d => d.Code, StringComparer.Ordinal)
            .Select(d => new SourceGrid(d, DisclosureRules.MeasureOf(d), new Amount[rows.Length, column.Count], new IndicatorCell?[rows.Length, column.Count]))
            .ToList();
        var byCode = grids.ToDictionary(g => g.Definition.Code, StringComparer.Ordinal);
        foreach (var cell in cells)
        {
            if (!byCode.TryGetValue(cell.Indicator, out var grid) || grid.Definition.Version != cell.Version)
                throw new UnfitValuesException("A value came without the definition of its indicator.");
            var (r, c) = (row[cell.School], column[(cell.Dimension, cell.Group)]);
            if (grid.Cells[r, c] is not null)
                throw new UnfitValuesException("A value came twice.");
            grid.Cells[r, c] = cell;
            grid.Amounts[r, c] = AmountOf(grid.Measure, cell);
        }
        return new(rows, partitions, grids);
    }

    static List<Partition> PartitionsOf(IReadOnlyCollection<IndicatorCell> cells)
    {
        List<Partition> partitions = [];
        var first = 0;
        foreach (var dimension in StudentGroups.Dimensions)
        {
            var present = cells.Where(c => c.Dimension == dimension).Select(c => c.Group).ToHashSet(StringComparer.Ordinal);
            if (dimension == StudentGroups.All && present.Count == 0)
                throw new UnfitValuesException("The totals of the schools are missing.");
            string[] groups = [.. Order(dimension).Where(present.Remove), .. present.Order(StringComparer.Ordinal)];
            if (groups.Length == 0)
                continue;
            partitions.Add(new(dimension, first, groups));
            first += groups.Length;
        }
        return cells.All(c => StudentGroups.Dimensions.Contains(c.Dimension)) ? partitions : throw new UnfitValuesException("A value belongs to no known dimension.");
    }

    static IReadOnlyList<string> Order(string dimension) => StudentGroups.Groups[dimension];

    /// <summary>Counts of a cell; a cell without numbers (missing, not applicable) counts nothing.</summary>
    static Amount AmountOf(Measure measure, IndicatorCell cell)
    {
        if (cell.Numerator is not { } numerator || cell.Denominator is not { } denominator)
            return default;
        var students = measure == Measure.GroupSize ? numerator : measure == Measure.Students ? denominator : cell.Students ?? -1;
        return students >= 0 && numerator >= 0 && numerator <= denominator
            ? new(students, numerator, denominator - numerator)
            : throw new UnfitValuesException("A value has a numerator outside its denominator, or no count of students.");
    }
}
