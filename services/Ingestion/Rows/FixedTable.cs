using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Packages;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>A file without separators: every column has its place in the line.</summary>
internal sealed class FixedTable(FileSpec spec, ReadOnlyMemory<byte> bytes, IReadOnlyList<FixedColumn> widths, IssueLog issues) : Table(spec)
{
    readonly (int Column, int From, int Length)[] places = [.. widths.Where(w => spec.Find(w.Name) is not null).Select(w => (spec[w.Name], w.From - 1, w.Length))];

    /// <summary>Null (with a file rejection among the issues) if a column that is read has no place, or the file is empty.</summary>
    public static FixedTable? Read(FileSpec spec, byte[] content, IReadOnlyList<FixedColumn> widths, IssueLog issues)
    {
        var bytes = TextDecoding.ToUtf8(spec.Name, content, issues);
        if (bytes.Span.Trim(" \t\r\n"u8).IsEmpty)
            issues.RejectFile(spec.Name, null, null, "csv.empty");
        else if (spec.Columns.FirstOrDefault(c => !widths.Any(w => w.Name == c.Name)) is { } placeless)
            issues.RejectFile(spec.Name, null, placeless.Name, "header.required-missing", ("column", placeless.Name));
        else
            return new(spec, bytes, widths, issues);
        return null;
    }

    public override IEnumerable<Row> Rows
    {
        get
        {
            using var lines = new StreamReader(new MemoryStream(bytes.ToArray(), writable: false));
            var (n, line) = (0, 0);
            while (lines.ReadLine() is { } text)
            {
                line++;
                if (string.IsNullOrWhiteSpace(text))
                    continue;
                var values = new string?[Spec.Columns.Count];
                var row = new Row(this, n++, line, values);
                foreach (var (column, from, length) in places)
                    values[column] = from < text.Length ? Field.Clean(text.Substring(from, Math.Min(length, text.Length - from))) : null;
                if (row.IsKept && values.Any(v => v is not null && Field.HasControl(v)))
                    issues.Quarantine(File, row, null, "csv.control-character");
                yield return row;
            }
        }
    }
}
