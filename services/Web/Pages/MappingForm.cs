using System.Globalization;
using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>A description of a file as the fields of a form, and back. Whatever a description can say survives the way through the form.</summary>
internal static class MappingForm
{
    public const string Blank = "(blank)";
    public const string Constant = "=";
    public const string Join = "+";
    private const string Column = "c:";

    public static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Select(l => l.Length == 0 ? Blank : l));

    public static string CodeLines(IReadOnlyDictionary<string, string>? codes) => string.Join('\n', (codes ?? new Dictionary<string, string>()).Select(c => $"{(c.Key.Length == 0 ? Blank : c.Key)} = {c.Value}"));

    public static string WidthLines(FileForm form) => string.Join('\n', (form.Widths ?? []).Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Name}, {w.From}, {w.Length}")));

    /// <summary>What fills a column, as the choice of the form.</summary>
    public static string Choice(ColumnMapping? filled) => filled switch { null => "", { From: { } from } => Column + from, { Constant: not null } => Constant, _ => Join };

    public static string ChoiceOf(string column) => Column + column;

    public static string Text(ColumnMapping? filled) => filled?.Constant ?? (filled?.Join is { } join ? string.Join(" | ", join) : "");

    /// <summary>Columns that the facts of one row fill differently.</summary>
    public static IReadOnlyList<string> Varying(TableMapping table) => [.. (table.Each ?? []).SelectMany(e => e.Keys).Distinct(StringComparer.Ordinal)];

    public static FileMapping Read(IFormCollection form)
    {
        var tables = Math.Min(form.Whole("tables") ?? 0, 50);
        var widths = Rows(form, "widths").Select(Width).ToList();
        return new(form.Word("name"), form.Word("title"), Rows(form, "files"), new(form.Word("header") != "no", widths.Count == 0 ? null : widths), Rows(form, "nulls"),
            [.. Enumerable.Range(0, tables).Select(t => Table(form, string.Create(CultureInfo.InvariantCulture, $"t{t}."))).Where(t => t.Table.Length > 0)]);
    }

    /// <summary>Columns of the file as far as they are known: those seen, those that have a place, those that are read.</summary>
    public static IReadOnlyList<string> ColumnsOf(IFormCollection form, FileMapping mapping) =>
    [
        .. form["column"].OfType<string>().Concat((mapping.Form.Widths ?? []).Select(w => w.Name))
            .Concat(mapping.Tables.SelectMany(t => t.Columns.Values.Concat((t.Each ?? []).SelectMany(e => e.Values)).SelectMany(c => new[] { c.From }.Concat(c.Join ?? []).OfType<string>()).Concat((t.When ?? []).Select(w => w.Column))))
            .Where(c => c.Length > 0).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>A new description for a file of which only the columns are known: those are filled whose name is the platform's.</summary>
    public static FileMapping Begin(string file, IReadOnlyList<string> columns, bool header, FileTemplate? template)
    {
        var stem = Path.GetFileNameWithoutExtension(file);
        var name = string.Join('-', new string([.. stem.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var pattern = System.Text.RegularExpressions.Regex.Replace(file, "[0-9][0-9._-]*[0-9]|[0-9]", "*");
        var filled = (template?.Columns ?? []).Where(c => c.Kept).Select(c => (c.Name, From: columns.FirstOrDefault(have => Same(have, c.Name)))).Where(c => c.From is not null)
            .ToDictionary(c => c.Name, c => new ColumnMapping(c.From), StringComparer.Ordinal);
        return new(name.Length > 50 ? name[..50].TrimEnd('-') : name, stem, [pattern], new(header), [], template is null ? [] : [new(template.File, null, filled)]);
    }

    private static bool Same(string one, string other) => Letters(one) == Letters(other);

    private static string Letters(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static TableMapping Table(IFormCollection form, string at)
    {
        var varying = Names(form.Word(at + "varying"));
        var facts = varying.Count == 0 ? 0 : Math.Min(form.Whole(at + "facts") ?? 0, 200);
        var each = Enumerable.Range(0, facts).Select(e => Columns(form, string.Create(CultureInfo.InvariantCulture, $"{at}e{e}."))).ToList();
        var when = Enumerable.Range(0, Math.Min(form.Whole(at + "conditions") ?? 0, 50)).Select(w => Condition(form, string.Create(CultureInfo.InvariantCulture, $"{at}w{w}."))).OfType<RowCondition>().ToList();
        var needs = Names(form.Word(at + "needs"));
        return new(form.Word(at + "table"), form.Words(at + "identifier"), Columns(form, at), when.Count == 0 ? null : when, needs.Count == 0 ? null : needs, each.Count == 0 ? null : each);
    }

    private static RowCondition? Condition(IFormCollection form, string at)
    {
        var (column, wanted, unwanted) = (form.Words(at + "column"), Rows(form, at + "is"), Rows(form, at + "isNot"));
        return column is null ? null : new(column, wanted.Count == 0 ? null : wanted, unwanted.Count == 0 ? null : unwanted);
    }

    private static Dictionary<string, ColumnMapping> Columns(IFormCollection form, string at)
    {
        var columns = new Dictionary<string, ColumnMapping>(StringComparer.Ordinal);
        foreach (var field in form.Keys.Where(k => k.StartsWith(at + "c.", StringComparison.Ordinal) && k.EndsWith(".from", StringComparison.Ordinal)))
            if (Filled(form, field[..^"from".Length]) is { } filled)
                columns[field[(at.Length + 2)..^".from".Length]] = filled;
        return columns;
    }

    private static ColumnMapping? Filled(IFormCollection form, string at)
    {
        var (choice, text) = (form[at + "from"].ToString(), form.Word(at + "text"));
        if (choice.Length == 0)
            return null;
        var codes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Rows(form, at + "codes"))
        {
            var sign = line.LastIndexOf('=');
            var (key, value) = sign < 0 ? (line, "") : (line[..sign].Trim(), line[(sign + 1)..].Trim());
            codes[key == Blank ? "" : key] = value;
        }
        return new(choice.StartsWith(Column, StringComparison.Ordinal) ? choice[Column.Length..] : null, choice == Constant ? text : null,
            choice == Join ? [.. text.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)] : null,
            form.Words(at + "dates"), codes.Count == 0 ? null : codes, form.Words(at + "part"), form.Words(at + "around"));
    }

    private static List<string> Rows(IFormCollection form, string name) =>
        [.. form.Word(name).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l == Blank ? "" : l)];

    private static List<string> Names(string text) => [.. text.Split([' ', ',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>What cannot be read stays to be seen, and the service says what is wrong with it.</summary>
    private static FixedColumn Width(string line)
    {
        var parts = line.Split(',', StringSplitOptions.TrimEntries);
        return new(parts[0], Whole(1), Whole(2));

        int Whole(int n) => n < parts.Length && int.TryParse(parts[n], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
