using System.Text.RegularExpressions;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>What a mapping must say before it can be saved or tried.</summary>
internal static partial class CheckMapping
{
    public static readonly IReadOnlyList<string> Systems = ["state", "district", "local"];
    static readonly string[] Parts = ["beforeComma", "afterComma", "firstWord", "lastWord"];

    public static Refusal? Of(FileMapping mapping)
    {
        if (!Name().IsMatch(mapping.Name ?? ""))
            return Refusal.Invalid("mapping.name", "A mapping is named with lower-case letters, digits and hyphens.");
        if (mapping.Files is not { Count: > 0 } || mapping.Files.Any(string.IsNullOrWhiteSpace))
            return Refusal.Invalid("mapping.files", "State which files the mapping reads, by name, with * for anything.");
        if (mapping.Tables is not { Count: > 0 })
            return Refusal.Invalid("mapping.tables", "State what the rows become.");
        if (mapping.Form is null || mapping.Nulls is null)
            return Refusal.Invalid("mapping.form", "The form of the file and the list of words that mean no data are missing; both may be empty.");
        if (mapping.Form.Widths is { } widths && (widths.Count == 0 || widths.Any(w => string.IsNullOrWhiteSpace(w.Name) || w.From < 1 || w.Length < 1)))
            return Refusal.Invalid("mapping.widths", "Columns by place need a name, a first character from 1 and a length.");
        return mapping.Tables.Select(Table).FirstOrDefault(refusal => refusal is not null);
    }

    static Refusal? Table(TableMapping table)
    {
        if (MapRow.Find(table.Table ?? "") is not { } target)
            return Refusal.Invalid("mapping.table", "Rows can only become rows of the files that templates are offered for.");
        if (table.Identifier is { } system && !Systems.Contains(system))
            return Refusal.Invalid("mapping.identifier", "Students are named by their state, district or local number, or by the id of the source's roster.");
        if (table.Columns is null)
            return Refusal.Invalid("mapping.columns", $"State what fills the columns of {table.Table}.");
        var all = table.Columns.Concat((table.Each ?? []).SelectMany(each => each)).ToList();
        if (all.Select(c => c.Key).Concat(table.Needs ?? []).FirstOrDefault(c => target.Find(c) is not { } index || target.Columns[index].Name != c || !target.Columns[index].Kept) is { } unknown)
            return Refusal.Invalid("mapping.column-unknown", $"{table.Table} has no column {unknown}.");
        if (target.Columns.Where(c => c is { Required: true, Kept: true }).FirstOrDefault(c => !all.Exists(a => a.Key == c.Name)) is { } missing)
            return Refusal.Invalid("mapping.column-missing", $"Nothing fills the column {missing.Name} of {table.Table}.");
        foreach (var (name, filled) in all)
        {
            if (new object?[] { filled.From, filled.Constant, filled.Join }.Count(f => f is not null) != 1)
                return Refusal.Invalid("mapping.filled", $"The column {name} must be filled from one column, from a constant or from columns joined.");
            if (filled.Dates is { } form && !MapRow.Forms.ContainsKey(form))
                return Refusal.Invalid("mapping.dates", $"Dates are written as {string.Join(", ", MapRow.Forms.Keys)}.");
            if (filled.Part is { } part && !Parts.Contains(part))
                return Refusal.Invalid("mapping.part", $"A part of a text is one of {string.Join(", ", Parts)}.");
            if (new[] { filled.From }.Concat(filled.Join ?? []).OfType<string>().Any(Field.NamesSsn))
                return Refusal.Invalid("mapping.ssn", "Social Security numbers are not taken in.");
        }
        return (table.When ?? []).Any(w => string.IsNullOrWhiteSpace(w.Column) || (w.Is is null && w.IsNot is null))
            ? Refusal.Invalid("mapping.when", "A condition needs a column and values for which rows count or are left out.")
            : null;
    }

    /// <summary>Columns of the plain file that a mapping reads.</summary>
    public static IReadOnlyList<string> ColumnsOf(FileMapping mapping) =>
    [
        .. mapping.Tables.SelectMany(t => t.Columns.Values.Concat((t.Each ?? []).SelectMany(each => each.Values)).SelectMany(c => new[] { c.From }.Concat(c.Join ?? []))
            .Concat((t.When ?? []).Select(w => (string?)w.Column))).OfType<string>().Distinct(StringComparer.Ordinal),
    ];

    /// <summary>True if a mapping reads files of this name.</summary>
    public static bool Reads(FileMapping mapping, string file) =>
        mapping.Files.Any(pattern => Regex.IsMatch(file, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,49}$")]
    private static partial Regex Name();
}
