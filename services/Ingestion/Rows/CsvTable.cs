using System.Buffers;
using System.Globalization;
using CsvHelper;
using EquityPlatform.Ingestion.Packages;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>What the columns <c>status</c> and <c>dateLastModified</c> of a file hold.</summary>
internal sealed class ChangeMarks
{
    public int Rows { get; set; }
    public int Filled { get; set; }
    public int Both { get; set; }
    public int? First { get; set; }
    public bool Deletes { get; set; }
}

/// <summary>
/// One CSV file as rows of its known columns, or nothing of it if the file as a whole cannot be trusted. A first scan of the whole file finds what is wrong with its form;
/// then its rows may be read again and again. Never more than a few rows are in memory.
/// </summary>
internal sealed class CsvTable : Table
{
    /// <summary>No field of ours is near that; a quote left open would otherwise fill the memory.</summary>
    const int LongestRecord = 1 << 20;

    /// <summary>Below it a thread of its own is not worth its start.</summary>
    const int Large = 20_000;

    static readonly SearchValues<byte> Suspicious = SearchValues.Create([.. Enumerable.Range(0, 32).Except([9, 10, 13]).Append(9).Append(127).Append(0xC2).Select(b => (byte)b)]);

    readonly Func<Stream> open;
    readonly char separator;
    readonly Header header;

    CsvTable(FileSpec spec, Func<Stream> open, char separator, Header header) : base(spec)
    {
        (this.open, this.separator, this.header) = (open, separator, header);
        Completeness = FileSpecs.Roster.Contains(spec) ? Completeness.Complete : Completeness.Facts;
    }

    public ChangeMarks Marks { get; } = new();

    public override IEnumerable<Row> Rows => Read(header.Kept);

    public override IEnumerable<Row> Only(params IReadOnlyCollection<int> columns) => Read([.. header.Kept.Where(k => columns.Contains(k.Column))]);

    IEnumerable<Row> Read(IReadOnlyList<(int Field, int Column)> kept) =>
        (Marks.Rows < Large ? Split(kept) : Ahead.Of(Split(kept))).Select((row, n) => new Row(this, n, row.Line, row.Values));

    IEnumerable<(int Line, string?[] Values)> Split(IReadOnlyList<(int Field, int Column)> kept)
    {
        using var reader = CsvReader.Create(open(), Options(separator, null));
        if (Spec.IsHeaded && !reader.Read())
            yield break;
        while (reader.Read())
            yield return ((int)reader.LineNumber, Values(reader, kept));
    }

    string?[] Values(CsvReader reader, IReadOnlyList<(int Field, int Column)> kept)
    {
        var (values, fields) = (new string?[Spec.Columns.Count], reader.FieldCount);
        var fits = header.Fits(fields);
        foreach (var (field, column) in kept)
            // Of a row of another width only the key is taken, so that its record still counts as present.
            if (field < fields && (fits || column == 0) && !reader.IsEmpty(field))
                values[column] = Field.Clean(reader.GetString(field));
        return values;
    }

    static CsvReaderOptions Options(char separator, Action<CsvMalformedRecord>? malformed) => new()
    {
        Separator = separator,
        HasHeader = false,
        TrackLineNumbers = true,
        PoolStrings = true,
        IncludeValuesInExceptions = false,
        MalformedData = CsvMalformedDataHandling.Recover,
        MaxRecordSize = LongestRecord,
        OnMalformedRecord = malformed,
    };

    /// <summary>Opens a file; null (with a file rejection among the issues) if its header or its quoting is broken.</summary>
    public static CsvTable? Read(FileSpec spec, byte[] content, IssueLog issues) => Read(spec, PackageFile.Of(content), issues);

    /// <param name="backslash">The source says that it writes quotation marks with a backslash.</param>
    public static CsvTable? Read(FileSpec spec, PackageFile file, IssueLog issues, bool backslash = false)
    {
        var open = TextDecoding.ToUtf8(spec.Name, file, issues);
        if (FirstLine(open) is not { Length: > 0 } first)
        {
            issues.RejectFile(spec.Name, null, null, "csv.empty");
            return null;
        }
        var separator = Separators.Of(first);
        if (separator != ',')
            issues.Warn(spec.Name, 1, null, "csv.delimiter", ("delimiter", separator == '\t' ? "tabs" : separator.ToString()));
        var scan = new Scan(spec, backslash ? Unescaped : open, separator).Run();
        if (!backslash && scan.Malformed.Count > 0)
        {
            // Some systems escape quotes with a backslash; if doubling them makes the file sound, that is what was meant.
            Stream Repaired() => new RepairedQuotes(open());
            var again = new Scan(spec, Repaired, separator).Run();
            if (again.Malformed.Count == 0)
            {
                issues.Warn(spec.Name, scan.Malformed.Keys.Min(), null, "csv.backslash-quote");
                scan = again;
            }
        }
        return scan.ToTable(issues);

        Stream Unescaped() => new BackslashQuotes(open(), (byte)separator);
    }

    /// <summary>The text up to the first line break, without blanks before it; empty if there is no text at all.</summary>
    static byte[] FirstLine(Func<Stream> open)
    {
        using var source = open();
        var (buffer, line) = (new byte[8192], new List<byte>());
        while (source.Read(buffer) is var read and > 0)
            foreach (var b in buffer.AsSpan(0, read))
            {
                if (line.Count == 0 && b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                    continue;
                if (b is (byte)'\r' or (byte)'\n' || line.Count == LongestRecord)
                    return [.. line];
                line.Add(b);
            }
        return [.. line];
    }

    /// <summary>One pass of CsvHelper over the whole file, which gives physical line numbers and names what is wrong with a record's quoting.</summary>
    sealed class Scan(FileSpec spec, Func<Stream> open, char separator)
    {
        readonly record struct Finding(int Row, int Line, string Code, int Fields);

        readonly List<Finding> findings = [];
        Header? header;
        IReadOnlyList<HeaderIssue> headerIssues = [];
        CsvTable? table;
        int? unclosed;

        public Dictionary<int, CsvMalformedReason> Malformed { get; } = [];

        public Scan Run()
        {
            using var reader = CsvReader.Create(open(), Options(separator, m => Malformed.TryAdd((int)m.LineNumber, m.Reason)));
            var n = 0;
            try
            {
                while (reader.Read())
                {
                    if (header is null)
                    {
                        (header, headerIssues) = spec.IsHeaded
                            ? Header.Match(spec, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)])
                            : Header.ByPlace(spec, reader.FieldCount);
                        if (header is null)
                            return this;
                        table = new(spec, open, separator, header);
                        if (spec.IsHeaded)
                            continue;
                    }
                    Look(reader, header, table!, n++);
                }
            }
            catch (CsvFormatException)
            {
                unclosed ??= (int)reader.LineNumber; // a record longer than any of ours
            }
            table?.Marks.Rows = n;
            return this;
        }

        void Look(CsvReader reader, Header head, CsvTable to, int n)
        {
            to.Fates.Meet(n);
            var (line, fields) = ((int)reader.LineNumber, reader.FieldCount);
            var raw = reader.RawRecord;
            var fits = head.Fits(fields);
            var malformed = Malformed.Count > 0 && Malformed.TryGetValue(line, out var reason) ? reason : (CsvMalformedReason?)null;
            var suspicious = raw.IndexOfAny(Suspicious) >= 0;
            if (malformed is CsvMalformedReason.TextAfterClosingQuote)
                findings.Add(new(n, line, "csv.quote", fields));
            else if (!fits)
                findings.Add(new(n, line, "csv.column-count", fields));
            else if (suspicious && HasControl(reader, head))
                findings.Add(new(n, line, "csv.control-character", fields));
            else if (malformed is CsvMalformedReason.StrayQuote)
                findings.Add(new(n, line, "csv.stray-quote", fields));
            if (raw.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
            {
                // A quote left open runs to the next quote, perhaps many rows on: such a record is malformed, of another width, or has the separators of two rows in it
                if (!fits || malformed is not null || (spec.Columns.Count > 2 && raw.Count((byte)separator) >= 2 * (fields - 1)))
                    unclosed ??= line;
                else
                    findings.Add(new(n, line, "csv.newline-in-field", fields));
            }
            if (fits)
                Mark(reader, head, to.Marks, line);
        }

        static bool HasControl(CsvReader reader, Header head)
        {
            foreach (var (field, _) in head.Kept)
                if (field < reader.FieldCount && Field.Clean(reader.GetString(field)) is { } text && Field.HasControl(text))
                    return true;
            return false;
        }

        void Mark(CsvReader reader, Header head, ChangeMarks marks, int line)
        {
            if (spec.Find("status") is not { } status || spec.Find("dateLastModified") is not { } modified)
                return;
            string? says = null, at = null;
            foreach (var (field, column) in head.Kept)
                if ((column == status || column == modified) && field < reader.FieldCount && !reader.IsEmpty(field) && Field.Clean(reader.GetString(field)) is { } text)
                    (says, at) = column == status ? (text, at) : (says, text);
            if (says is null && at is null)
                return;
            marks.Filled++;
            marks.First ??= line;
            marks.Both += says is not null && at is not null ? 1 : 0;
            marks.Deletes |= string.Equals(says, "tobedeleted", StringComparison.OrdinalIgnoreCase);
        }

        public CsvTable? ToTable(IssueLog issues)
        {
            foreach (var (column, code, rejects, arguments) in headerIssues)
            {
                if (rejects)
                    issues.RejectFile(spec.Name, 1, column, code, arguments);
                else
                    issues.Warn(spec.Name, 1, column, code, arguments);
            }
            if (header is null || table is null)
                return null;
            if (Malformed.Where(m => m.Value is CsvMalformedReason.UnterminatedQuote).Select(m => (int?)m.Key).FirstOrDefault() is { } quote)
                unclosed = quote;
            if (unclosed is { } line)
            {
                issues.RejectFile(spec.Name, line, null, "csv.unterminated-quote");
                return null;
            }
            foreach (var found in findings)
            {
                var row = new Row(table, found.Row, found.Line, []);
                if (found.Code is "csv.stray-quote" or "csv.newline-in-field")
                {
                    if (row.IsKept)
                        issues.Warn(spec.Name, found.Line, null, found.Code);
                }
                else if (found.Code == "csv.column-count")
                    issues.Quarantine(spec.Name, row, null, found.Code, ("found", Invariant(found.Fields)), ("expected", Invariant(header.Width)));
                else
                    issues.Quarantine(spec.Name, row, null, found.Code);
            }
            return table;
        }

        static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
