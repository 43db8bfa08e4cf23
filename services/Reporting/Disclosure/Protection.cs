namespace EquityPlatform.Reporting.Disclosure;

/// <summary>
/// Checks a closed <see cref="Hiding"/> of one grid against a reader who solves for bounds: every hidden number must keep
/// <see cref="Room"/>. Subtraction alone is not enough where capacities bind (a count cannot exceed its group).
/// </summary>
/// <param name="sizes">Hiding of group sizes, which every grid shares: where it holds, the reader does not know the capacity.</param>
/// <param name="value">The hidden number of a cell.</param>
/// <param name="most">Its capacity where the group size is shown; null where the number has none (a group size).</param>
internal sealed class Protection(SourceTables tables, SourceGrid grid, Hiding hiding, Hiding sizes, Func<Amount, long> value, Func<Amount, long>? most, long room)
{
    /// <summary>The first partition and school whose hidden cells are too narrow, or null.</summary>
    public (int Partition, int Row)? FirstTooNarrow()
    {
        for (var partition = 0; partition < tables.Partitions.Count; partition++)
            if (TooNarrow(partition) is { } row)
                return (partition, row);
        return null;
    }

    int? TooNarrow(int partition)
    {
        var cells = CellsOf(partition);
        // A reader without the district's total knows nothing of hidden totals: nothing to check there
        var totalsFree = hiding[Hiding.District, Hiding.Totals];
        var table = new Room([.. cells.Select(c => c.Edge)], tables.Rows.Count + tables.Partitions[partition].Groups.Count);
        for (var i = 0; i < cells.Count; i++)
            if (!(totalsFree && hiding[cells[i].School, Hiding.Totals]) && table.Of(i, room) < room)
                return cells[i].School;
        return null;
    }

    /// <summary>
    /// Hidden cells as edges. Schools with a hidden total share one row node (only their sum is known); if the district's
    /// partition is hidden, all columns share one node (only the schools' totals are known).
    /// </summary>
    List<(HiddenCell Edge, int School)> CellsOf(int partition)
    {
        List<(HiddenCell, int)> cells = [];
        var columns = tables.Partitions[partition];
        var rows = hiding.Schools(partition).ToList();
        var districtHidden = hiding[Hiding.District, partition];
        foreach (var row in rows)
            foreach (var column in columns.Columns.Where(column => grid.Amounts[Hiding.District, column].Students > 0))
            {
                var amount = grid.Amounts[row, column];
                var open = sizes[row, partition];
                var capacity = most is not null && !open ? most(amount) : Open(partition, row, column);
                if (amount.Students == 0 && (!open || capacity == 0))
                    continue;
                var rowNode = hiding[row, Hiding.Totals] ? Hiding.District : row;
                var columnNode = tables.Rows.Count + (districtHidden ? 0 : column - columns.First);
                cells.Add((new(rowNode, columnNode, value(amount), capacity), row));
            }
        return cells;
    }

    /// <summary>Capacity where the group's size is hidden too: what the row and the column leave.</summary>
    long Open(int partition, int row, int column)
    {
        long Whole(Amount amount) => most is null ? amount.Students : most(amount);
        var hiddenRows = sizes.Schools(partition).ToList();
        var byRow = sizes[row, Hiding.Totals]
            ? sizes.Schools(Hiding.Totals).Sum(r => Whole(grid.Amounts[r, 0]))
            : Whole(grid.Amounts[row, 0]);
        return sizes[Hiding.District, partition] ? byRow : Math.Min(byRow, hiddenRows.Sum(r => Whole(grid.Amounts[r, column])));
    }
}
