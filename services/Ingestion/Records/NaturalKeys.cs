using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Records;

/// <summary>Reads files whose records have no id of their own, row by row; rows that state the same record have to agree.</summary>
internal static class NaturalKeys
{
    /// <summary>One record a row: rows that agree count once, rows that do not are all set aside.</summary>
    public static void Read(Table table, Reading reading, Func<RowCheck, Draft?> draft)
    {
        foreach (var same in ByKey(table, reading, table.Spec.Key, draft))
            if (same.TrueForAll(one => one.Draft.Content == same[0].Draft.Content))
            {
                reading.Add(same[0].Draft);
                foreach (var (_, check) in same.Skip(1))
                {
                    check.Warn(null, "id.duplicate-identical");
                    check.Row.Fate = RowFate.Repeated;
                }
            }
            else
                foreach (var (_, check) in same)
                    check.Quarantine(null, "id.duplicate-different");
    }

    /// <summary>A fact that several rows repeat because they hang on it (the incident of those involved): it is recorded once, and rows that contradict each other are all set aside.</summary>
    /// <param name="key">Columns that name the fact.</param>
    public static void ReadShared(Table table, Reading reading, IReadOnlyList<string> key, Func<RowCheck, Draft?> draft)
    {
        foreach (var same in ByKey(table, reading, key, draft))
            if (same.TrueForAll(one => one.Draft.Content == same[0].Draft.Content))
            {
                if (reading.Once(same[0].Draft))
                    reading.Add(same[0].Draft);
            }
            else
                foreach (var (_, check) in same)
                    check.Quarantine(null, "record.contradiction");
    }

    /// <summary>Drafts by their keys. Where the columns of the key are known, only rows that share it with others are kept in memory; the others are handed on at once.</summary>
    static IEnumerable<List<(Draft Draft, RowCheck Check)>> ByKey(Table table, Reading reading, IReadOnlyList<string> key, Func<RowCheck, Draft?> draft)
    {
        var repeated = key.Count > 0 ? RepeatedKeys.Of(table, [.. key.Select(c => table.Spec[c])]) : null;
        var found = new Dictionary<string, List<(Draft, RowCheck)>>(StringComparer.Ordinal);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            if (draft(check) is not { } stated || !check.Ok)
                continue;
            if (repeated is not null && !repeated.Contains(row))
                yield return [(stated, check)];
            else if (found.TryGetValue(stated.Key, out var same))
                same.Add((stated, check));
            else
                found.Add(stated.Key, [(stated, check)]);
        }
        foreach (var same in found.Values)
            yield return same;
    }
}
