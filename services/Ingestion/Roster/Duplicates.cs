using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>
/// Rows with the same id. In a complete file identical ones count once and different ones are all set aside, since nobody can tell which is right. Of changes
/// the newest counts.
/// </summary>
internal static class Duplicates
{
    public static void Mark(Table table, Reading reading, string keyColumn = "sourcedId")
    {
        if (reading.IsAgain)
            return;
        if (table.Completeness == Completeness.Changes)
        {
            NewestChange.Choose(table, reading, keyColumn);
            return;
        }
        var issues = reading.Issues;
        var column = table.Spec[keyColumn];
        var repeated = RepeatedKeys.Of(table, [column]);
        if (repeated.Count == 0)
            return;
        var first = new Dictionary<string, List<Row>>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
            if (row.IsKept && row[column] is { } key && repeated.Contains(row))
            {
                if (first.TryGetValue(key, out var same))
                    same.Add(row);
                else
                    first.Add(key, [row]);
            }
        foreach (var same in first.Values)
            if (same.Count > 1)
                Judge(table, same, keyColumn, issues);
        WarnOfCase(table, first, keyColumn, issues);
    }

    static void Judge(Table table, List<Row> same, string keyColumn, IssueLog issues)
    {
        if (same.TrueForAll(row => row.Says(same[0])))
            foreach (var row in same.Skip(1))
            {
                row.Fate = RowFate.Repeated;
                issues.Warn(row, table.File, keyColumn, "id.duplicate-identical");
            }
        else
            foreach (var row in same)
                issues.Quarantine(table.File, row, keyColumn, "id.duplicate-different");
    }

    static void WarnOfCase(Table table, Dictionary<string, List<Row>> byKey, string keyColumn, IssueLog issues)
    {
        var anyCase = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, rows) in byKey)
            if (!anyCase.Add(key))
                issues.Warn(rows[0], table.File, keyColumn, "id.case-collision");
    }
}
