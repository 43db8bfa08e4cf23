namespace EquityPlatform.Reporting.Disclosure;

/// <summary>
/// Hides further rows until nothing hidden can be had by subtraction: the district less the schools shown. A sum of hidden
/// cells that a reader can work out must be one that could have been published as a cell.
/// </summary>
/// <param name="grids">Grids that share the decision: all of them for group sizes, one for its counts.</param>
/// <param name="unfit">True if an amount must not be known.</param>
internal sealed class Subtraction(SourceTables tables, IReadOnlyList<SourceGrid> grids, Func<SourceGrid, Amount, bool> unfit, Hiding hiding)
{
    /// <summary>Hides every row and partition that holds a cell which must not be known by itself.</summary>
    public void HideUnfit()
    {
        for (var row = 0; row < tables.Rows.Count; row++)
            for (var partition = 0; partition < tables.Partitions.Count; partition++)
                if (grids.Any(grid => tables.Partitions[partition].Columns.Any(column => unfit(grid, grid.Amounts[row, column]))))
                    hiding.Hide(row, partition);
    }

    /// <summary>Repeats until no rule asks for more.</summary>
    public void Close()
    {
        bool again;
        do
        {
            again = false;
            for (var partition = 0; partition < tables.Partitions.Count; partition++)
                while (Derivable(partition))
                {
                    HideOneMore(partition);
                    again = true;
                }
        }
        while (again);
    }

    /// <summary>The next smallest school with students; where there is none left, the district itself.</summary>
    public void HideOneMore(int partition) => hiding.Hide(NextSchool(partition) ?? Hiding.District, partition);

    /// <summary>The smallest school that still shows this partition; ties by code. Null if none with students is left.</summary>
    int? NextSchool(int partition) => hiding.ShownSchools(partition)
        .Where(row => SizeOf(row, partition) > 0)
        .OrderBy(row => SizeOf(row, partition)).ThenBy(row => tables.Rows[row], StringComparer.Ordinal)
        .Select(row => (int?)row).FirstOrDefault();

    /// <summary>Students that the row has in the partition; none where the school sent nothing for it.</summary>
    long SizeOf(int row, int partition) => grids.Max(grid => SizeOf(grid, row, partition));

    long SizeOf(SourceGrid grid, int row, int partition) => tables.Partitions[partition].Columns.Sum(column => grid.Amounts[row, column].Students);

    /// <summary>True while shown figures give hidden ones away.</summary>
    bool Derivable(int partition)
    {
        var rows = hiding.Schools(partition).ToList();
        if (hiding[Hiding.District, partition])
            // The schools would add up to a hidden district
            return SizeOf(Hiding.District, partition) > 0 && !rows.Any(row => SizeOf(row, partition) > 0) && NextSchool(partition) is not null;
        return grids.Any(grid => rows.Count(row => SizeOf(grid, row, partition) > 0) == 1
            || tables.Partitions[partition].Columns.Any(column => RemainderIsUnfit(grid, column, partition, rows)));
    }

    /// <summary>
    /// The sum of the hidden schools, and what a reader gets for it (district less shown; not the same where students
    /// moved between schools and the district counts them once): both must be fit to be known. No students, no harm.
    /// </summary>
    bool RemainderIsUnfit(SourceGrid grid, int column, int partition, List<int> rows)
    {
        var sum = rows.Aggregate(default(Amount), (total, row) => total + grid.Amounts[row, column]);
        if (sum.Students == 0)
            return false;
        var difference = hiding.ShownSchools(partition).Aggregate(grid.Amounts[Hiding.District, column], (left, row) => left - grid.Amounts[row, column]);
        return unfit(grid, sum) || unfit(grid, difference) || difference.Students == 0;
    }
}
