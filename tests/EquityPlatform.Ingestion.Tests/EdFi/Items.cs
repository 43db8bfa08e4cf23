using System.Text;
using EquityPlatform.Ingestion.EdFi;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Tests.EdFi;

/// <summary>Ed-Fi items in memory, translated: given lines, then rows of canonical files and findings.</summary>
internal sealed class Items
{
    readonly Dictionary<string, string> files = new(StringComparer.Ordinal);
    readonly IssueLog issues = new();
    IReadOnlyList<Table>? tables;

    public static Items Given(string resource, params string[] lines) => new Items().And(resource, lines);

    public Items And(string resource, params string[] lines)
    {
        files[resource + ".jsonl"] = string.Join('\n', lines);
        return this;
    }

    public EdFiManifest? Manifest { get; init; }

    public Items With(EdFiManifest manifest)
    {
        var items = new Items { Manifest = manifest };
        foreach (var (name, text) in files)
            items.files.Add(name, text);
        return items;
    }

    public IReadOnlyList<Table> Tables => tables ??= EdFiTable.Of(new EdFiFeed(files.ToDictionary(f => f.Key, f => (Func<Stream>)(() => new MemoryStream(Encoding.UTF8.GetBytes(f.Value)))), Manifest), issues);

    /// <summary>Values of some columns of every row of a canonical file, joined by bars; rows that were set aside in brackets, rows to be taken away after a minus.</summary>
    public IReadOnlyList<string> Rows(FileSpec spec, string columns) =>
        [.. Tables.Where(t => t.Spec == spec).SelectMany(t => t.Rows).Select(row => Text(row, string.Join('|', columns.Split(' ').Select(c => row[spec[c]]))))];

    static string Text(Row row, string text) => !row.IsKept ? $"({text})" : row.IsDelete ? "-" + text : text;

    public IReadOnlyList<string> Codes
    {
        get
        {
            _ = Tables;
            return [.. issues.Finish().Select(i => i.Code)];
        }
    }

    public IReadOnlyList<RowIssue> Issues
    {
        get
        {
            _ = Tables;
            return issues.Finish();
        }
    }
}
