using System.Runtime.InteropServices;
using CsvHelper;
using EquityPlatform.Ingestion.Packages;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>One file as rows of its known columns, or nothing of it if the file as a whole cannot be trusted.</summary>
internal sealed class CsvTable(FileSpec spec) : Table(spec)
{
    readonly List<Row> rows = [];

    public override IEnumerable<Row> Rows => rows;

    /// <summary>Reads a file; null (with a file rejection among the issues) if its header or its quoting is broken.</summary>
    public static CsvTable? Read(FileSpec spec, byte[] content, IssueLog issues)
    {
        var bytes = TextDecoding.ToUtf8(spec.Name, content, issues);
        if (bytes.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            issues.RejectFile(spec.Name, null, null, "csv.empty");
            return null;
        }
        var separator = Separators.Of(bytes.Span);
        if (separator != ',')
            issues.Warn(spec.Name, 1, null, "csv.delimiter", ("delimiter", separator == '\t' ? "tabs" : separator.ToString()));
        var scan = Scan.Of(spec, bytes, separator);
        if (scan.Malformed.Count > 0 && bytes.Span.IndexOf("\\\""u8) >= 0)
        {
            // Some systems escape quotes with a backslash; if doubling them makes the file sound, that is what was meant.
            var repaired = Repaired(bytes.Span);
            var again = Scan.Of(spec, repaired, separator);
            if (again.Malformed.Count == 0)
            {
                issues.Warn(spec.Name, scan.Malformed.Keys.Min(), null, "csv.backslash-quote");
                (scan, bytes) = (again, repaired);
            }
        }
        return scan.ToTable(bytes, issues);
    }

    /// <summary>\" becomes "", and \\" (a backslash before the closing quote) becomes \".</summary>
    static ReadOnlyMemory<byte> Repaired(ReadOnlySpan<byte> bytes)
    {
        var copy = new byte[bytes.Length];
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i..].StartsWith("\\\""u8))
            {
                "\"\""u8.CopyTo(copy.AsSpan(length));
                (length, i) = (length + 2, i + 1);
            }
            else
            {
                copy[length++] = bytes[i];
                if (bytes[i..].StartsWith("\\\\\""u8))
                    i++;
            }
        }
        return copy.AsMemory(0, length);
    }

    /// <summary>One pass of CsvHelper, which gives physical line numbers and names what is wrong with a record's quoting.</summary>
    sealed class Scan(FileSpec spec, char separator)
    {
        readonly record struct Found(int Line, int Offset, int Length, int Fields, bool Fits, string?[] Values, bool Control);

        readonly List<Found> found = [];
        Header? header;
        IReadOnlyList<HeaderIssue> headerIssues = [];

        public Dictionary<int, CsvMalformedReason> Malformed { get; } = [];

        public static Scan Of(FileSpec spec, ReadOnlyMemory<byte> bytes, char separator)
        {
            var scan = new Scan(spec, separator);
            scan.Run(bytes);
            return scan;
        }

        void Run(ReadOnlyMemory<byte> bytes)
        {
            using var reader = CsvReader.Create(bytes, new CsvReaderOptions
            {
                Separator = separator,
                HasHeader = false,
                TrackLineNumbers = true,
                PoolStrings = true,
                IncludeValuesInExceptions = false,
                MalformedData = CsvMalformedDataHandling.Recover,
                OnMalformedRecord = m => Malformed.TryAdd((int)m.LineNumber, m.Reason),
            });
            while (reader.Read())
            {
                var place = ((int)reader.LineNumber, (int)reader.ByteOffset, reader.RawRecord.Length);
                if (header is null)
                {
                    (header, headerIssues) = spec.IsHeaded
                        ? Header.Match(spec, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)])
                        : Header.ByPlace(spec, reader.FieldCount);
                    if (header is null)
                        return;
                    if (spec.IsHeaded)
                        continue;
                }
                var values = new string?[spec.Columns.Count];
                var control = false;
                var fits = header.Fits(reader.FieldCount);
                foreach (var (field, column) in header.Kept)
                {
                    // Of a row of another width only the key is taken, so that its record still counts as present.
                    if (field >= reader.FieldCount || (!fits && column != 0))
                        continue;
                    var text = values[column] = Field.Clean(reader.GetString(field));
                    control |= text is not null && Field.HasControl(text);
                }
                found.Add(new(place.Item1, place.Item2, place.Length, reader.FieldCount, fits, values, control));
            }
        }

        public CsvTable? ToTable(ReadOnlyMemory<byte> bytes, IssueLog issues)
        {
            foreach (var (column, code, rejects, arguments) in headerIssues)
            {
                if (rejects)
                    issues.RejectFile(spec.Name, 1, column, code, arguments);
                else
                    issues.Warn(spec.Name, 1, column, code, arguments);
            }
            if (header is null)
                return null;
            if (UnclosedAt(bytes) is { } line)
            {
                issues.RejectFile(spec.Name, line, null, "csv.unterminated-quote");
                return null;
            }
            var table = new CsvTable(spec) { Completeness = FileSpecs.Roster.Contains(spec) ? Completeness.Complete : Completeness.Facts };
            foreach (ref readonly var record in CollectionsMarshal.AsSpan(found))
                table.rows.Add(ToRow(table, record, header, bytes, issues));
            return table;
        }

        Row ToRow(CsvTable table, in Found record, Header head, ReadOnlyMemory<byte> bytes, IssueLog issues)
        {
            var row = new Row(table, table.rows.Count, record.Line, record.Values);
            var malformed = Malformed.Count > 0 && Malformed.TryGetValue(record.Line, out var reason) ? reason : (CsvMalformedReason?)null;
            if (malformed is CsvMalformedReason.TextAfterClosingQuote)
                issues.Quarantine(spec.Name, row, null, "csv.quote");
            else if (!record.Fits)
                issues.Quarantine(spec.Name, row, null, "csv.column-count", ("found", Invariant(record.Fields)), ("expected", Invariant(head.Width)));
            else if (record.Control)
                issues.Quarantine(spec.Name, row, null, "csv.control-character");
            else if (malformed is CsvMalformedReason.StrayQuote)
                issues.Warn(spec.Name, row.Line, null, "csv.stray-quote");
            if (row.IsKept && SpansLines(bytes.Span, record))
                issues.Warn(spec.Name, row.Line, null, "csv.newline-in-field");
            return row;
        }

        /// <summary>
        /// Line of a quote that swallowed rows. A quote left open runs to the next quote, perhaps many rows on; it shows by a
        /// record over several lines that is malformed, of another width, or has the separators of two rows in it.
        /// </summary>
        int? UnclosedAt(ReadOnlyMemory<byte> bytes)
        {
            foreach (var (line, reason) in Malformed)
                if (reason is CsvMalformedReason.UnterminatedQuote)
                    return line;
            foreach (ref readonly var record in CollectionsMarshal.AsSpan(found))
            {
                if (SpansLines(bytes.Span, record)
                    && (!record.Fits || Malformed.ContainsKey(record.Line)
                        || (spec.Columns.Count > 2 && bytes.Span.Slice(record.Offset, record.Length).Count((byte)separator) >= 2 * (record.Fields - 1))))
                    return record.Line;
            }
            return null;
        }

        static bool SpansLines(ReadOnlySpan<byte> bytes, in Found record) =>
            bytes.Slice(record.Offset, record.Length).IndexOfAny((byte)'\r', (byte)'\n') >= 0;

        static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
