namespace EquityPlatform.Reporting.Disclosure;

/// <summary>
/// Which rows of which partitions are hidden. A row is hidden partition by partition, never cell by cell: a hidden group
/// among shown ones is one subtraction away. Only ever grows, so every loop over it ends.
/// </summary>
internal sealed class Hiding(int rows, int partitions)
{
    /// <summary>Row of the district.</summary>
    public const int District = 0;

    /// <summary>Partition of the totals (dimension <c>all</c>).</summary>
    public const int Totals = 0;

    readonly bool[,] hidden = new bool[rows, partitions];

    public int Partitions => partitions;

    public bool this[int row, int partition] => hidden[row, partition];

    /// <summary>Hides a row's partition. A hidden total hides every partition of the row, for they add up to it.</summary>
    public void Hide(int row, int partition)
    {
        hidden[row, partition] = true;
        if (partition != Totals)
            return;
        for (var other = 1; other < partitions; other++)
            hidden[row, other] = true;
    }

    /// <summary>Schools whose partition is hidden, in row order.</summary>
    public IEnumerable<int> Schools(int partition)
    {
        for (var row = District + 1; row < rows; row++)
            if (hidden[row, partition])
                yield return row;
    }

    /// <summary>Schools whose partition is shown, in row order.</summary>
    public IEnumerable<int> ShownSchools(int partition)
    {
        for (var row = District + 1; row < rows; row++)
            if (!hidden[row, partition])
                yield return row;
    }

    public Hiding Copy()
    {
        var copy = new Hiding(rows, partitions);
        Array.Copy(hidden, copy.hidden, hidden.Length);
        return copy;
    }
}
