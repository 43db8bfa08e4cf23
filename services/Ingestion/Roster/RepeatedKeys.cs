using System.Numerics;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>
/// Which rows may have the key of another row, whatever its case. Four bytes a row while they are looked for; of millions of keys a few thousand are
/// suspected for nothing, which costs a second look and no more.
/// </summary>
internal sealed class RepeatedKeys
{
    readonly IReadOnlyList<int> columns;
    readonly int date;
    readonly bool[] required;
    readonly HashSet<uint> repeated = [];

    RepeatedKeys(Table table, IReadOnlyList<int> columns) => (this.columns, date, required) = (columns, table.Spec.Find("date") ?? -1, [.. table.Spec.Columns.Select(c => c.Required)]);

    /// <summary>Number of keys that seem to occur more than once.</summary>
    public int Count => repeated.Count;

    public bool Contains(Row row) => repeated.Count > 0 && Hash(row) is var hash and not 0 && repeated.Contains(hash);

    public static RepeatedKeys Of(Table table, IReadOnlyList<int> columns)
    {
        var keys = new RepeatedKeys(table, columns);
        var seen = new uint[BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, table.Fates.Count + (table.Fates.Count / 2)))];
        var count = 0;
        foreach (var row in table.Only(columns))
        {
            if (!row.IsKept || keys.Hash(row) is not (var hash and not 0))
                continue;
            if (++count > seen.Length / 4 * 3)
                seen = Larger(seen);
            if (!Add(seen, hash))
                keys.repeated.Add(hash);
        }
        seen = [];
        SpentMemory.GiveBack(count);
        return keys;
    }

    /// <summary>Rows are hashed by a key of the process: nobody can make keys that collide. 0 for a row without a key.</summary>
    uint Hash(Row row)
    {
        var hash = new HashCode();
        foreach (var column in columns)
        {
            if (row[column] is not { } value)
            {
                if (required[column])
                    return 0;
                hash.Add(0); // a column that may be empty
                continue;
            }
            // A date with and without a time is the same date
            hash.Add(string.GetHashCode(column == date && value.Length > 10 ? value.AsSpan(0, 10) : value, StringComparison.OrdinalIgnoreCase));
        }
        return Math.Max(1, (uint)hash.ToHashCode());
    }

    static bool Add(uint[] seen, uint hash)
    {
        var at = hash & (uint)(seen.Length - 1);
        for (; seen[at] != 0; at = (at + 1) & (uint)(seen.Length - 1))
            if (seen[at] == hash)
                return false;
        seen[at] = hash;
        return true;
    }

    static uint[] Larger(uint[] seen)
    {
        var larger = new uint[seen.Length * 2];
        foreach (var hash in seen)
            if (hash != 0)
                Add(larger, hash);
        return larger;
    }
}
