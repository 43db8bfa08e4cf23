namespace EquityPlatform.Ingestion.Rows;

/// <summary>A finding about the header row; <c>Rejects</c> means that the file cannot be read by it.</summary>
internal readonly record struct HeaderIssue(string? Column, string Code, bool Rejects, (string, string)[] Arguments);

/// <summary>Which field of a row is which known column.</summary>
internal sealed class Header
{
    Header(int width, int namedWidth, IReadOnlyList<(int Field, int Column)> kept) => (Width, this.namedWidth, Kept) = (width, namedWidth, kept);

    readonly int namedWidth;

    public int Width { get; }
    public IReadOnlyList<(int Field, int Column)> Kept { get; }

    /// <summary>Rows may leave out fields of trailing columns that have no name.</summary>
    public bool Fits(int fields) => fields >= namedWidth && fields <= Width;

    /// <summary>Matches names exactly, then by case; null if a required column is missing or a name is repeated.</summary>
    public static (Header?, IReadOnlyList<HeaderIssue>) Match(FileSpec spec, IReadOnlyList<string> names)
    {
        var found = new List<HeaderIssue>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var columns = new List<(int Field, int Column)>();
        var named = 0;
        for (var field = 0; field < names.Count; field++)
        {
            var name = Name(names[field]);
            if (name is null)
                continue;
            named = field + 1;
            if (!seen.Add(name))
                found.Add(new(Shown(spec, name), "header.repeated", true, [("column", Shown(spec, name))]));
            else if (Field.NamesSsn(name))
                found.Add(new(null, "ssn.column-dropped", false, []));
            else if (spec.Find(name) is { } column)
            {
                columns.Add((field, column));
                if (spec.Columns[column].Name != name && spec.Columns[column].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                    found.Add(new(spec.Columns[column].Name, "header.case", false, [("name", name), ("column", spec.Columns[column].Name)]));
            }
            else if (!spec.IsPlain)
                found.Add(new(Shown(spec, name), "header.unknown", false, [("column", Shown(spec, name))]));
        }
        foreach (var (missing, index) in spec.Columns.Select((c, i) => (c, i)))
            if (missing.Required && !columns.Exists(c => c.Column == index))
                found.Add(new(missing.Name, "header.required-missing", true, [("column", missing.Name)]));
        if (!spec.IsPlain && names.Any(n => Name(n) is null))
            found.Add(new(null, "header.blank", false, []));
        if (!spec.IsPlain && columns.Zip(columns.Skip(1)).Any(pair => pair.Second.Column < pair.First.Column))
            found.Add(new(null, "header.order", false, []));
        return found.Exists(i => i.Rejects)
            ? (null, found)
            : (new Header(names.Count, named, [.. columns.Where(c => spec.Columns[c.Column].Kept)]), found);
    }

    /// <summary>Columns by place, for files whose first row holds data.</summary>
    public static (Header?, IReadOnlyList<HeaderIssue>) ByPlace(FileSpec spec, int fields)
    {
        var missing = spec.Columns.FirstOrDefault(c => Place(c.Name) is not { } place || place >= fields);
        return missing is null
            ? (new Header(fields, fields, [.. spec.Columns.Select((c, i) => (Place(c.Name) ?? 0, i))]), [])
            : (null, [new(missing.Name, "header.required-missing", true, [("column", missing.Name)])]);
    }

    static int? Place(string name) => name.Length > 1 && name[0] == '#' && int.TryParse(name.AsSpan(1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var place) && place > 0 ? place - 1 : null;

    /// <summary>Some systems put single quotation marks around names.</summary>
    static string? Name(string raw) => Field.Clean(raw) is { } name ? name.Length > 2 && name[0] == '\'' && name[^1] == '\'' ? name[1..^1] : name : null;

    /// <summary>An unknown name is shown only if it looks like a name of a column: without a header, the first row holds a person.</summary>
    static string Shown(FileSpec spec, string name) =>
        spec.Find(name) is { } known ? spec.Columns[known].Name
        : name.Length <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_') && name.Any(char.IsAsciiLetterLower) && !name.Any(char.IsAsciiDigit) && (name.Contains('.', StringComparison.Ordinal) || name.Contains('_', StringComparison.Ordinal) || name.Skip(1).Any(char.IsAsciiLetterUpper)) ? name
        : "(not shown)";
}
