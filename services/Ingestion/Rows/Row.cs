namespace EquityPlatform.Ingestion.Rows;

/// <summary>One data row. Values stand in the order of the file's <see cref="FileSpec.Columns"/>; columns that are not kept stay null and were never made into text.</summary>
internal sealed class Row
{
    readonly Table table;
    readonly int n;
    readonly string?[] values;

    /// <param name="n">Number of the row in its table, from 0.</param>
    /// <param name="line">Physical line in the source file.</param>
    public Row(Table table, int n, int line, string?[] values)
    {
        (this.table, this.n, this.values, Line) = (table, n, values, line);
        table.Fates.Meet(n);
    }

    public int Line { get; }
    public string? this[int column] => values[column];

    /// <summary>When the source says that it changed; null where the file is not one of changes.</summary>
    public DateTimeOffset? Modified => table.Completeness == Completeness.Changes && table.Spec.Find("dateLastModified") is { } column ? Field.Instant(values[column]) : null;

    /// <summary>Schools or other organizations that the row names, as it names them; none where it could not be split into fields.</summary>
    public IReadOnlyList<string> Schools => table.Spec.School is { } column && column < values.Length && values[column] is { } named ? named.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];

    /// <summary>Number of the row in its table, from 0.</summary>
    public int N => n;

    /// <summary>Where it stands in what was sent.</summary>
    public Records.Place Place => new(table.File, Line, table.Feed);

    public RowFate Fate
    {
        get => table.Fates[n];
        set => table.Fates[n] = value;
    }

    /// <summary>True once a record made from it turned out to be new or different.</summary>
    public bool Changed => table.Fates.IsChanged(n);

    public bool IsKept => Fate == RowFate.Kept;

    public void MarkChanged() => table.Fates.Change(n);

    /// <summary>The source says that the record is gone (<c>tobedeleted</c>); readers do not get to see such rows.</summary>
    public bool IsDelete => table.Fates.IsDelete(n);

    /// <summary>A status of older versions: there, but no longer active.</summary>
    public bool IsInactive => table.Completeness == Completeness.Changes && table.Spec.Find("status") is { } column && string.Equals(values[column], "inactive", StringComparison.OrdinalIgnoreCase);

    public void MarkDelete() => table.Fates.Delete(n);

    /// <summary>True if both say the same in every column that is read.</summary>
    public bool Says(Row other) => values.AsSpan().SequenceEqual(other.values);
}
