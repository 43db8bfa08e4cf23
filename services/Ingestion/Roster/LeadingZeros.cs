using System.Globalization;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>A spreadsheet drops leading zeros from whole columns; that shows against the last feed, as a share, without keeping any value.</summary>
internal static class LeadingZeros
{
    public static void Watch(Table table, string column, Reading reading)
    {
        if (reading.IsAgain)
            return;
        int index = table.Spec[column], values = 0, zeros = 0;
        foreach (var row in table.Only(index))
            if (row[index] is { } text)
            {
                values++;
                if (text.Length > 1 && text[0] == '0')
                    zeros++;
            }
        if (values == 0)
            return;
        var name = $"{table.File}/{column}";
        var now = 100 * zeros / values;
        reading.Statistics[name] = now;
        if (reading.Known.Statistics.TryGetValue(name, out var before) && before >= 50 && now <= before - 50)
        {
            reading.Holds.Add(new("id.leading-zero-suspect", Count: before, Known: now, File: table.File));
            reading.Issues.Warn(table.File, null, column, "id.leading-zero-suspect", ("before", before.ToString(CultureInfo.InvariantCulture)), ("now", now.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
