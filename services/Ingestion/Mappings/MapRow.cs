using System.Globalization;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>Values of one row in the columns of a canonical file, or what nobody decided about it.</summary>
/// <param name="Undecided">Canonical column whose value no code and no condition covers.</param>
internal readonly record struct MappedRow(string?[] Values, string? Undecided);

/// <summary>Turns a row of a plain file into rows of one canonical file. Pure: the same row gives the same rows whenever it is read again.</summary>
internal sealed class MapRow
{
    readonly TableMapping table;
    readonly HashSet<string> nulls;
    readonly IReadOnlyList<(int Column, ColumnMapping Filled)[]> variants;
    readonly Func<string, int> field;

    /// <param name="field">Place of a column of the plain file in its rows.</param>
    public MapRow(TableMapping table, IReadOnlyList<string> nulls, Func<string, int> field)
    {
        (this.table, this.field) = (table, field);
        Target = Find(table.Table) ?? throw new ArgumentException("The mapping names a file that does not exist.", nameof(table));
        this.nulls = new(nulls, StringComparer.OrdinalIgnoreCase);
        variants = [.. (table.Each ?? [new Dictionary<string, ColumnMapping>()]).Select(each =>
            table.Columns.Where(c => !each.ContainsKey(c.Key)).Concat(each).Select(c => (Target[c.Key], c.Value)).ToArray())];
    }

    /// <summary>The file whose rows come out.</summary>
    public FileSpec Target { get; }

    /// <summary>The canonical file of a name, if rows may be mapped to it.</summary>
    public static FileSpec? Find(string name) => FileSpecs.Roster.Concat(FileSpecs.Side).FirstOrDefault(s => s.Name == name && s != FileSpecs.Declarations);

    public IEnumerable<MappedRow> Of(Row row)
    {
        if (Holds(row) is not { } holds)
        {
            yield return new(Values(row, variants[0]).Values, table.When!.First(w => Undecided(row, w)).Column);
            yield break;
        }
        if (!holds)
            yield break;
        foreach (var variant in variants)
        {
            var mapped = Values(row, variant);
            if (table.Needs is null || table.Needs.All(need => mapped.Values[Target[need]] is not null))
                yield return mapped;
        }
    }

    MappedRow Values(Row row, (int Column, ColumnMapping Filled)[] columns)
    {
        var values = new string?[Target.Columns.Count];
        string? undecided = null;
        foreach (var (column, filled) in columns)
        {
            var text = filled.Constant ?? (filled.Join is { } parts ? Joined(row, parts) : filled.From is { } from ? Text(row, from) : null);
            if (text is not null && filled.Part is { } part)
                text = Part(text, part);
            if (filled.Codes is { } codes)
            {
                var known = Find(codes, text ?? "");
                if (known is null && text is not null)
                    undecided ??= Target.Columns[column].Name;
                text = string.IsNullOrEmpty(known) ? null : known;
            }
            if (text is not null && filled.Dates is { } form)
                text = Date(text, form) ?? text;
            values[column] = text is not null && filled.Around is { } around ? around.Replace("*", text, StringComparison.Ordinal) : text;
        }
        return new(values, undecided);
    }

    /// <summary>Null if a condition does not cover the row's value.</summary>
    bool? Holds(Row row)
    {
        foreach (var condition in table.When ?? [])
        {
            if (Undecided(row, condition))
                return null;
            var text = Text(row, condition.Column) ?? "";
            if (condition.Is is { } wanted && !Has(wanted, text))
                return false;
            if (condition.Is is null && condition.IsNot is { } unwanted && Has(unwanted, text))
                return false;
        }
        return true;
    }

    bool Undecided(Row row, RowCondition condition) =>
        condition is { Is: { } wanted, IsNot: { } unwanted } && (Text(row, condition.Column) ?? "") is var text && !Has(wanted, text) && !Has(unwanted, text);

    string? Text(Row row, string column) => row[field(column)] is { } text && !nulls.Contains(text) ? text : null;

    string? Joined(Row row, IReadOnlyList<string> columns)
    {
        var texts = columns.Select(c => Text(row, c)).ToList();
        return texts.TrueForAll(t => t is null) ? null : string.Join('|', texts);
    }

    static bool Has(IReadOnlyList<string> list, string text) => list.Contains(text, StringComparer.OrdinalIgnoreCase);

    static string? Find(IReadOnlyDictionary<string, string> codes, string text) =>
        codes.TryGetValue(text, out var exact) ? exact : codes.FirstOrDefault(c => c.Key.Equals(text, StringComparison.OrdinalIgnoreCase)).Value;

    static string? Part(string text, string part)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var found = part switch
        {
            "beforeComma" => comma < 0 ? text : text[..comma],
            "afterComma" => comma < 0 ? "" : text[(comma + 1)..],
            "firstWord" => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(""),
            _ => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(""),
        };
        return Field.Clean(found);
    }

    /// <summary>The date in the declared form as year-month-day; null leaves the text for the reader to refuse.</summary>
    static string? Date(string text, string form) =>
        DateTime.TryParseExact(text, Forms[form], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var at) ? at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    /// <summary>Forms of dates that a mapping may declare, with those of a time behind them, which is dropped.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Forms = new Dictionary<string, string[]>
    {
        ["yyyy-MM-dd"] = ["yyyy-M-d", "yyyy-M-d H:mm", "yyyy-M-d H:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"],
        ["yyyy/MM/dd"] = ["yyyy/M/d", "yyyy/M/d H:mm", "yyyy/M/d H:mm:ss", "yyyy/MM/dd h:mm:ss tt 'AST'"],
        ["M/d/yyyy"] = ["M/d/yyyy", "M/d/yyyy H:mm", "M/d/yyyy H:mm:ss", "M/d/yyyy h:mm:ss tt"],
        ["d/M/yyyy"] = ["d/M/yyyy", "d/M/yyyy H:mm", "d/M/yyyy H:mm:ss"],
        ["MMddyyyy"] = ["MMddyyyy"],
        ["yyyyMMdd"] = ["yyyyMMdd"],
        ["MMyy"] = ["MMyy"],
    };
}
