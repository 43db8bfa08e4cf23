namespace EquityPlatform.Ingestion.Rows;

/// <summary>What became of a row. Every row has exactly one fate, so the counts of a feed always add up.</summary>
internal enum RowFate : byte
{
    Kept,
    /// <summary>Says what another row says, or less: counts as unchanged.</summary>
    Repeated,
    Quarantined,
    /// <summary>Refers to something that may still come.</summary>
    Parked,
}

/// <summary>What became of a table's rows: one byte each.</summary>
internal sealed class RowFates
{
    const byte Changed = 0x80, Deletes = 0x40, Fate = 0x0F;
    byte[] bytes = new byte[64];

    public int Count { get; private set; }

    /// <summary>Makes room for a row that is seen for the first time.</summary>
    public void Meet(int row)
    {
        if (row < Count)
            return;
        Count = row + 1;
        if (Count > bytes.Length)
            Array.Resize(ref bytes, Math.Max(Count, bytes.Length * 2));
    }

    public RowFate this[int row]
    {
        get => (RowFate)(bytes[row] & Fate);
        set => bytes[row] = (byte)((bytes[row] & ~Fate) | (byte)value);
    }

    public bool IsChanged(int row) => (bytes[row] & Changed) != 0;

    public void Change(int row) => bytes[row] |= Changed;

    public bool IsDelete(int row) => (bytes[row] & Deletes) != 0;

    public void Delete(int row) => bytes[row] |= Deletes;

    /// <summary>Notes what a parked row waits for: the keyed hash of the record's key.</summary>
    public void Wait(int row, Records.RecordKind kind, Guid key) => (targets ??= [])[row] = (kind, key);

    public (Records.RecordKind Kind, Guid Key)? TargetOf(int row) => targets is not null && targets.TryGetValue(row, out var target) ? target : null;

    Dictionary<int, (Records.RecordKind, Guid)>? targets;

    public int Of(RowFate fate)
    {
        var count = 0;
        foreach (var row in bytes.AsSpan(0, Count))
            if ((row & Fate) == (byte)fate)
                count++;
        return count;
    }

    /// <summary>Kept rows that said something new.</summary>
    public int Accepted
    {
        get
        {
            var count = 0;
            foreach (var row in bytes.AsSpan(0, Count))
                if ((row & (Fate | Changed)) == Changed)
                    count++;
            return count;
        }
    }
}
