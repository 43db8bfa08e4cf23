using System.Globalization;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Records;

/// <summary>Reads fields of one row by their rules. The first broken rule quarantines the row; later reads return nothing useful.</summary>
internal readonly struct RowCheck(Table table, Row row, IssueLog issues, Keyed? keyed = null)
{
    static readonly DateOnly Earliest = new(1990, 1, 1);
    static readonly DateOnly Latest = new(2100, 12, 31);

    public string File => table.File;
    public FileSpec Spec => table.Spec;
    public string? Identifier => table.Identifier;
    public Row Row { get; } = row;
    public bool Ok => Row.IsKept;

    public void Quarantine(string? column, string code, params ReadOnlySpan<(string, string)> arguments)
    {
        if (Row.IsKept)
            issues.Quarantine(table.File, Row, column, code, arguments);
    }

    /// <summary>The row refers to something of another file that is not there (or was set aside).</summary>
    /// <param name="id">The id that it refers to, in the source system.</param>
    public void Missing(string column, FileSpec target, string id)
    {
        if (!Row.IsKept)
            return;
        // A complete package is closed in itself; what comes bit by bit may come in any order
        if (table.Completeness == Completeness.Complete)
            issues.Quarantine(table.File, Row, column, "ref.missing", ("target", target.Name));
        else
        {
            var isKept = issues.Park(table.File, Row, column, "ref.missing", ("target", target.Name));
            if (isKept && target.Kind is { } kind && keyed is not null && PersonToken.Read(id) is null)
                table.Fates.Wait(Row.N, kind, keyed.Record(kind, id));
        }
    }

    public void Warn(string? column, string code, params ReadOnlySpan<(string, string)> arguments) => issues.Warn(Row, table.File, column, code, arguments);

    /// <summary>True if the file's list of columns has it at all.</summary>
    public bool Has(string column) => table.Spec.Find(column) is not null;

    public string? Optional(string column) => Row[table.Spec[column]];

    public string Required(string column)
    {
        if (Optional(column) is { } text)
            return text;
        Quarantine(column, "field.required");
        return "";
    }

    /// <summary>Identifiers are text, compared ordinally; numbers made by a spreadsheet and Social Security numbers are not taken.</summary>
    public string Id(string column)
    {
        var id = Required(column);
        return id.Length == 0 || Sound(column, id) ? id : "";
    }

    public string? OptionalId(string column) => Optional(column) is { } id && Sound(column, id) ? id : null;

    /// <summary>Several identifiers in one field, separated by commas.</summary>
    public IReadOnlyList<string> Ids(string column)
    {
        var ids = Required(column).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var id in ids)
            Sound(column, id);
        return ids;
    }

    /// <summary>False (and the row set aside) for ids that a spreadsheet spoiled and for Social Security numbers.</summary>
    public bool Sound(string column, string id)
    {
        if (id.Length > 255)
            Quarantine(column, "field.too-long", ("limit", "255"));
        else if (Field.IsScientific(id))
            Quarantine(column, "id.scientific-notation");
        else if (Field.LooksLikeSsn(id))
            Quarantine(column, "ssn.value");
        else
            return true;
        return false;
    }

    /// <summary>A value of a closed list; another case is read as meant, an unknown value quarantines.</summary>
    public string Enum(string column, IReadOnlyList<string> values)
    {
        var text = Required(column);
        if (table.Spec.Codes.TryGetValue((column, text), out var code))
            text = code;
        if (text.Length == 0 || values.Contains(text))
            return text;
        if (values.FirstOrDefault(v => v.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } meant)
        {
            Warn(column, "enum.case");
            return meant;
        }
        if (text.StartsWith("ext:", StringComparison.Ordinal) && table.Spec.Find("sourcedId") is not null)
        {
            Warn(column, "enum.extension");
            return text;
        }
        Quarantine(column, "enum.unknown");
        return "";
    }

    public bool? Boolean(string column)
    {
        if (Optional(column) is not { } text)
            return null;
        if (text is "true" or "false")
            return text == "true";
        bool? meant = text.ToUpperInvariant() switch
        {
            "TRUE" or "1" or "Y" or "YES" or "T" => true,
            "FALSE" or "0" or "N" or "NO" or "F" => false,
            _ => null,
        };
        if (meant is null)
            Quarantine(column, "boolean.unknown");
        else
            Warn(column, "boolean.form");
        return meant;
    }

    public DateOnly? Date(string column) => Date(column, Earliest, Latest);

    public DateOnly RequiredDate(string column)
    {
        Required(column);
        return Date(column) ?? default;
    }

    /// <summary>Year-month-day, or an ISO instant whose date is taken. Other forms are never guessed (05/02 has two meanings).</summary>
    public DateOnly? Date(string column, DateOnly from, DateOnly to)
    {
        if (Optional(column) is not { } text)
            return null;
        if (!HasIsoForm(text))
        {
            Quarantine(column, "date.format");
            return null;
        }
        if (!DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date < from || date > to)
        {
            Quarantine(column, "date.range");
            return null;
        }
        if (text.Length > 10)
            Warn(column, "date.time-dropped");
        return date;
    }

    static bool HasIsoForm(string text)
    {
        if (text.Length < 10 || text[4] != '-' || text[7] != '-')
            return false;
        for (var i = 0; i < 10; i++)
            if (i is not (4 or 7) && !char.IsAsciiDigit(text[i]))
                return false;
        return text.Length == 10
            || (text[10] is 'T' && DateTimeOffset.TryParse("2000-01-01" + text[10..], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _));
    }

    public int? Integer(string column, int from, int to)
    {
        if (Optional(column) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to)
            return number;
        Quarantine(column, "number.format");
        return null;
    }
}
