using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>Counts of one file or of a whole feed. Read = accepted + unchanged + quarantined + parked, always.</summary>
/// <param name="WouldDelete">Known records that go: a complete file no longer holds them, or the source says so.</param>
/// <param name="Removed">Of these, how many went.</param>
internal sealed record FeedCounts(int Read, int Accepted, int Unchanged, int Quarantined, int WouldDelete, int Parked = 0, int Removed = 0)
{
    public static readonly FeedCounts None = new(0, 0, 0, 0, 0);

    public FeedCounts Plus(FeedCounts other) => new(Read + other.Read, Accepted + other.Accepted, Unchanged + other.Unchanged, Quarantined + other.Quarantined,
        WouldDelete + other.WouldDelete, Parked + other.Parked, Removed + other.Removed);

    public static FeedCounts Of(IEnumerable<FileCounts> files) => files.Aggregate(None, (sum, file) => sum.Plus(file.Counts));

    /// <summary>Counts of each file, once the first pass has marked the rows.</summary>
    public static IReadOnlyList<FileCounts> Of(IReadOnlyList<ReadFile> files, Differences differences)
    {
        var (counts, counted) = (new List<FileCounts>(files.Count), new HashSet<RecordKind>());
        foreach (var file in files)
        {
            var (spec, table) = file;
            if (table is null)
            {
                counts.Add(new(file.File, "rejected", None));
                continue;
            }
            var (read, quarantined, parked, accepted) = (table.Fates.Count, table.Fates.Of(RowFate.Quarantined), table.Fates.Of(RowFate.Parked), table.Fates.Accepted);
            // What goes is counted with the first file that speaks of its kind
            var gone = spec.Kinds.Sum(kind => counted.Add(kind) && differences.Kinds.TryGetValue(kind, out var change) ? change.Gone : 0);
            counts.Add(new(NameOf(spec, table), "applied", new(read, accepted, read - quarantined - parked - accepted, quarantined, gone, parked)));
        }
        // Several kinds of facts of one plain file that become rows of the same file count together
        return [.. counts.GroupBy(c => (c.File, c.State)).Select(g => new FileCounts(g.Key.File, g.Key.State, Of(g)))];
    }

    static string NameOf(FileSpec spec, Table table) => table.File == spec.Name ? spec.Name : $"{table.File} ({spec.Name})";
}

/// <param name="State"><c>applied</c> or <c>rejected</c>.</param>
internal sealed record FileCounts(string File, string State, FeedCounts Counts);
