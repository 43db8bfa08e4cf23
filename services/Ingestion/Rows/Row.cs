namespace EquityPlatform.Ingestion.Rows;

/// <summary>What became of a row. Every row has exactly one fate, so the counts of a feed always add up.</summary>
internal enum RowFate { Kept, Repeated, Quarantined }

/// <summary>One data row. Values stand in the order of the file's <see cref="FileSpec.Columns"/>; columns that are not kept stay null and were never made into text.</summary>
internal sealed class Row(int line, string?[] values, int offset, int length)
{
    public int Line { get; } = line;
    public string? this[int column] => values[column];

    /// <summary>Place of the raw row in the file's bytes, for telling identical rows from different ones.</summary>
    public (int Offset, int Length) Raw { get; } = (offset, length);

    public RowFate Fate { get; set; } = RowFate.Kept;

    /// <summary>True once a record made from it turned out to be new or different.</summary>
    public bool Changed { get; set; }

    public bool IsKept => Fate == RowFate.Kept;
}
