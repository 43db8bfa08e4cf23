using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>A side file states facts, and may say of single ones that they are deleted (<c>status</c> = <c>tobedeleted</c>).</summary>
internal static class SideDeletions
{
    public static void Mark(Table table, Reading reading)
    {
        if (table.Spec.Kind is null || table.Spec.Find("status") is not { } status || table is CsvTable { Marks.Deletes: false })
            return;
        foreach (var row in table.Rows)
            if (row.IsKept && string.Equals(row[status], "tobedeleted", StringComparison.OrdinalIgnoreCase))
            {
                row.MarkDelete();
                if (table.Spec.KeyOf(row) is { } key)
                    reading.Delete(table, key, row);
            }
    }
}
