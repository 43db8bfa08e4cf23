using System.Globalization;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>
/// What translating found out: one finding for each file, property and descriptor value, with the first line and the number of lines, however many there are. A file is
/// translated more than once, so what it says is taken once.
/// </summary>
internal sealed class Findings
{
    readonly Dictionary<(string File, string? Column, string Code, string Detail), (int Line, int Count)> found = [];

    /// <summary>False once everything was said.</summary>
    public bool Listens { get; set; } = true;

    public void Add(string file, int line, string? column, string code, string detail = "")
    {
        if (!Listens)
            return;
        var key = (file, column, code, detail);
        found[key] = found.TryGetValue(key, out var seen) ? (seen.Line, seen.Count + 1) : (line, 1);
    }

    /// <summary>Hands the findings about a file over, as warnings, and forgets them.</summary>
    public void Tell(string file, IssueLog issues)
    {
        foreach (var (key, (line, count)) in found.Where(f => f.Key.File == file).OrderBy(f => f.Value.Line).ToList())
        {
            issues.Warn(file, line, key.Column, key.Code, ("value", key.Detail), ("count", count.ToString(CultureInfo.InvariantCulture)));
            found.Remove(key);
        }
    }
}
