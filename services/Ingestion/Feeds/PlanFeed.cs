using System.Globalization;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>Counts of one file or of a whole feed. Read = accepted + unchanged + quarantined, always.</summary>
internal sealed record FeedCounts(int Read, int Accepted, int Unchanged, int Quarantined, int WouldDelete)
{
    public static readonly FeedCounts None = new(0, 0, 0, 0, 0);

    public FeedCounts Plus(FeedCounts other) => new(Read + other.Read, Accepted + other.Accepted, Unchanged + other.Unchanged, Quarantined + other.Quarantined, WouldDelete + other.WouldDelete);
}

/// <param name="State"><c>applied</c> or <c>rejected</c>.</param>
internal sealed record FileCounts(string File, string State, FeedCounts Counts);

/// <summary>One piece of news: the event, the stream it goes to, and the state that replaces the known one.</summary>
internal sealed record News(string Stream, string StreamType, NewEvent Event, RecordKind Kind, Guid Key, Known State, (string System, Guid Number)? Number = null);

/// <summary>What applying a feed means: news in the order in which they are recorded, and the counts.</summary>
internal sealed record FeedPlan(IReadOnlyList<News> News, IReadOnlyList<FileCounts> Files, FeedCounts Total);

/// <summary>From checked records to news: what differs from what is known. Pure, so that a repeat after a crash plans the same.</summary>
internal static class PlanFeed
{
    static readonly Dictionary<FileSpec, RecordKind> Complete = new()
    {
        [FileSpecs.Orgs] = RecordKind.Organization,
        [FileSpecs.Sessions] = RecordKind.Session,
        [FileSpecs.Courses] = RecordKind.Course,
        [FileSpecs.Classes] = RecordKind.Class,
        [FileSpecs.Users] = RecordKind.Person,
        [FileSpecs.Enrollments] = RecordKind.SectionEnrollment,
        [FileSpecs.Demographics] = RecordKind.Demographics,
    };

    /// <summary>News of drafts, in their order.</summary>
    public static List<News> Differences(Guid feed, IEnumerable<Draft> drafts, KnownRecords known, IReadOnlyDictionary<string, Guid> persons)
    {
        var keyed = known.Keyed;
        var news = new List<News>();
        var ofRow = new Dictionary<(string, int, RecordKind), int>();
        foreach (var draft in drafts)
        {
            // Hashes and ids that events keep hold the pseudonym, never the id it stands for: after an erasure nothing leads back
            var owner = draft.PersonKey ?? (draft.Person is { } person ? persons[person] : null);
            var pseudonym = owner?.ToString("N") ?? "";
            var key = keyed.Record(draft.Kind, draft.Key);
            var hash = keyed.Content(draft.Kind, owner is null ? draft.Content : $"{pseudonym}\n{draft.Content}");
            var before = known.Records.TryGetValue((draft.Kind, key), out var record) ? record.Hash : (Guid?)null;
            if (before == hash)
                continue;
            MarkRows(draft);
            var nth = owner is null ? 0 : ofRow[(draft.Place.File, draft.Place.Row, draft.Kind)] = ofRow.GetValueOrDefault((draft.Place.File, draft.Place.Row, draft.Kind)) + 1;
            var id = keyed.Event(feed, draft.Place.File, draft.Place.Row, draft.Kind, owner is null ? draft.Key : $"{pseudonym}\n{nth.ToString(CultureInfo.InvariantCulture)}");
            var data = draft.Event(new(pseudonym, new(before?.ToString("N"), hash.ToString("N")), keyed.Salt(id)));
            var (stream, type) = draft.Stream(pseudonym);
            news.Add(new(stream, type, new NewEvent(id, data, Origin(feed, data, draft)), draft.Kind, key, new Known(hash, owner, feed, draft.Place.File, draft.Place.Row, draft.Memory),
                draft.Number is { } number ? (number.System, keyed.Number(number.System, number.Value)) : null));
        }
        return news;
    }

    static EventSource Origin(Guid feed, object data, Draft draft) =>
        data is SchoolEnrollmentDerived derived ? derived.Rows[0] : new(feed, draft.Place.File, draft.Place.Row);

    static void MarkRows(Draft draft)
    {
        if (draft.Row is { } row)
            row.MarkChanged();
        if (draft is SessionDraft { Declared: { } declared })
            declared.MarkChanged();
        if (draft is CoverageDraft coverage)
            foreach (var stated in coverage.Rows)
                stated.MarkChanged();
    }

    /// <summary>Counts of each file, once news have marked their rows.</summary>
    public static IReadOnlyList<FileCounts> Count(IReadOnlyList<ReadFile> files, KnownRecords known)
    {
        var counts = new List<FileCounts>(files.Count);
        foreach (var (spec, table) in files)
        {
            if (table is null)
            {
                counts.Add(new(spec.Name, "rejected", FeedCounts.None));
                continue;
            }
            var (quarantined, accepted) = (table.Fates.Of(RowFate.Quarantined), table.Fates.Accepted);
            counts.Add(new(NameOf(spec, table), "applied", new(table.Fates.Count, accepted, table.Fates.Count - quarantined - accepted, quarantined, WouldDelete(spec, table, known))));
        }
        // Several kinds of facts of one plain file that become rows of the same file count together
        return [.. counts.GroupBy(c => (c.File, c.State)).Select(g => new FileCounts(g.Key.File, g.Key.State, g.Aggregate(FeedCounts.None, (sum, file) => sum.Plus(file.Counts))))];
    }

    static string NameOf(FileSpec spec, Table table) => table.File == spec.Name ? spec.Name : $"{table.File} ({spec.Name})";

    /// <summary>Known records of a complete file that it no longer holds. Rows that were set aside count as present.</summary>
    static int WouldDelete(FileSpec spec, Table table, KnownRecords known)
    {
        if (table is not CsvTable || !Complete.TryGetValue(spec, out var kind))
            return 0;
        var present = new HashSet<Guid>();
        foreach (var row in table.Rows)
            if (row[0] is { } key)
                present.Add(known.Keyed.Record(kind, key));
        return known.Records.Keys.Count(k => k.Kind == kind && !present.Contains(k.Key));
    }
}
