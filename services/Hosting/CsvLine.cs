using System.Text;

namespace EquityPlatform.Hosting;

/// <summary>Lines of RFC 4180. A field that a spreadsheet would run as a formula is led by an apostrophe: names of files and schools come from outside.</summary>
public static class CsvLine
{
    /// <summary>Adds a line.</summary>
    public static void Append(StringBuilder text, params ReadOnlySpan<string?> fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
                text.Append(',');
            text.Append(Field(fields[i] ?? ""));
        }
        text.Append("\r\n");
    }

    static string Field(string value)
    {
        if (value.TrimStart(' ') is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..])
            value = "'" + value;
        return value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
