using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Quality;

/// <summary>Equal findings of one feed about one file.</summary>
/// <param name="Subject">What makes files of two feeds the same: the mapping that reads them, else the name.</param>
/// <param name="Schools">Known schools that rows with it name, with how many do.</param>
internal sealed record Finding(string Subject, string File, string Code, string Severity, int Count, IReadOnlyList<string> Columns, IReadOnlyDictionary<string, int> Schools)
{
    /// <summary>Findings about the feed as a whole.</summary>
    public const string WholeFeed = "(feed)";

    public static IReadOnlyList<Finding> Of(IReadOnlyCollection<FindingTally> tallies, IReadOnlyList<ReadFile> files, Func<string, bool> isKnown) =>
    [
        .. tallies.GroupBy(t => (Subject: files.FirstOrDefault(f => f.File == t.File)?.Subject ?? t.File, t.Code)).Select(same => new Finding(same.Key.Subject, same.Last().File, same.Key.Code, same.First().Severity,
            same.Sum(t => t.Count), [.. same.SelectMany(t => t.Columns).Distinct(StringComparer.Ordinal)],
            same.SelectMany(t => t.Schools).Where(s => isKnown(s.Key)).GroupBy(s => s.Key, StringComparer.Ordinal).OrderBy(s => s.Key, StringComparer.Ordinal).ToDictionary(s => s.Key, s => s.Sum(n => n.Value)))),
    ];
}
