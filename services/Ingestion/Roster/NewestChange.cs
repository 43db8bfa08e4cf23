using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>
/// Rows of a file of changes come in any order and more than once: of each id the newest <c>dateLastModified</c> counts, and nothing older than what an earlier
/// file of changes said. <c>tobedeleted</c> takes the record away.
/// </summary>
internal static class NewestChange
{
    public static void Choose(Table table, Reading reading, string keyColumn)
    {
        var column = table.Spec[keyColumn];
        var newest = new Dictionary<string, Row>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            if (!row.IsKept || row[column] is not { } key || !Says(table, row, reading))
                continue;
            if (!newest.TryGetValue(key, out var other) || At(other) <= At(row))
                newest[key] = row;
            if (other is not null)
                Pass(At(other) <= At(row) ? other : row, "delta.superseded");
        }
        foreach (var (key, row) in newest)
        {
            var known = table.Spec.Kind is { } kind ? reading.Known.ModifiedOf(kind, key) : 0;
            if (row.Modified is { } at && at.UtcTicks < known)
                Pass(row, "delta.stale");
            else if (row.IsDelete)
                reading.Delete(table, table.Spec.KeyOf(row) ?? key, row);
        }

        void Pass(Row row, string code)
        {
            row.Fate = RowFate.Repeated;
            reading.Issues.Warn(row, table.File, "dateLastModified", code);
        }
    }

    static DateTimeOffset At(Row row) => row.Modified ?? DateTimeOffset.MinValue;

    /// <summary>True if status and date can be read; a row to be deleted is marked.</summary>
    static bool Says(Table table, Row row, Reading reading)
    {
        var check = reading.Check(table, row);
        // Where the manifest says "changes" and the rows look complete, the feed is held; read as changes they take nobody away
        // and Ed-Fi gives one state of each item, so nothing is older than something else
        if (!reading.LooksComplete.Contains(table) && table is not EdFi.EdFiTable)
        {
            check.Required("status");
            if (check.Required("dateLastModified").Length > 0 && row.Modified is null)
                check.Quarantine("dateLastModified", "date.format");
        }
        switch (check.Optional("status")?.ToLowerInvariant())
        {
            case "tobedeleted":
                row.MarkDelete();
                break;
            case "inactive":
                check.Warn("status", "status.inactive");
                break;
            case null or "active":
                break;
            default:
                check.Quarantine("status", "enum.unknown");
                break;
        }
        return check.Ok;
    }
}
