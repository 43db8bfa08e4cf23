using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>News in the order in which they are recorded, and the counts.</summary>
internal sealed record FeedPlan(IReadOnlyList<News> News, IReadOnlyList<FileCounts> Files, FeedCounts Total);

/// <summary>What one feed came to. Nothing of a held feed is applied.</summary>
internal sealed record Fed(Guid Feed, ValidatedFeed Validated, FeedPlan Plan, IReadOnlyList<HoldReason> Held)
{
    public IEnumerable<object> Events => Plan.News.Select(n => n.Event.Data);
    public IEnumerable<string> Codes => Validated.Issues.Select(i => i.Code);
    public IEnumerable<(int? Row, string Code)> In(string file) => Validated.Issues.Where(i => i.File == file).Select(i => (i.Row, i.Code));
    public FeedCounts Counts(string file) => Plan.Files.Single(f => f.File == file).Counts;
}

/// <summary>A district in memory: the pure decisions, feed after feed, with no database. Given feeds, when a feed, then events.</summary>
internal sealed class District
{
    static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    readonly Dictionary<string, Guid> persons = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, (Guid Key, string Role)> blind = [];
    readonly Dictionary<(string System, Guid Number), Guid?> numbers = [];
    Dictionary<string, int> statistics = [];
    int feeds;

    public Keyed Keyed { get; } = new(Key, "test", "sis");

    /// <summary>The state of every record, as the table <c>record</c> would hold it.</summary>
    public Dictionary<(RecordKind Kind, Guid Key), Known> Records { get; } = [];

    /// <summary>Day on which the next feed comes.</summary>
    public DateOnly Today { get; set; } = new(2026, 1, 15);

    public SourceMappings Mappings { get; set; } = SourceMappings.Type.Initial;

    public Guid Person(string id) => persons[id];

    /// <summary>Feeds a package whose outcome does not matter to the test.</summary>
    public District Given(byte[] package, params (string, string)[] side)
    {
        Feed(package.AsUpload(side)).Held.ShouldBeEmpty();
        return this;
    }

    public Fed When(byte[] package, params (string, string)[] side) => Feed(package.AsUpload(side));

    /// <summary>The same, and a person lets it through if it is held.</summary>
    public Fed Released(byte[] package, params (string, string)[] side) => Feed(package.AsUpload(side), released: true);

    public Fed Feed(IReadOnlyList<UploadPart> parts, bool released = false)
    {
        var feed = new Guid(++feeds, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);
        var known = Known(feed);
        var validated = ValidateFeed.Run(parts, Mappings, new PackageLimits(), known, Today);
        if (validated.Rejection is not null)
            return new(feed, validated, new([], [], FeedCounts.None), []);
        var (files, held) = (validated.Counts, validated.Reasons);
        if (held.Count > 0 && !released)
            return new(feed, validated, new([], files, FeedCounts.Of(files)), held);
        var before = Records.ToDictionary();
        var news = Stated(feed, validated, known);
        foreach (var gone in validated.Differences.Gone)
            if (Records[(gone.Kind, gone.Key)] is { Removed: false } record && Removals.Of(feed, gone, record, Keyed) is { } removal)
                Apply(removal, news);
        foreach (var (kind, key, at) in validated.Differences.Dated)
            Records[(kind, key)] = Records[(kind, key)] with { Modified = at };
        var touched = news.Where(n => n is { StreamType: "student", Kind: RecordKind.SectionEnrollment or RecordKind.Person or RecordKind.SourceEnrollment }).Select(n => n.State.Owner!.Value).ToHashSet();
        touched.UnionWith(news.Where(n => n.Kind == RecordKind.SectionEnrollment).Select(n => before.TryGetValue((n.Kind, n.Key), out var was) ? was.Owner : null).OfType<Guid>());
        var state = Records.Where(r => r.Value.Owner is { } owner && touched.Contains(owner)).ToDictionary();
        foreach (var derived in PlanFeed.Derived(feed, touched, state, Keyed).ToList())
            Apply(derived, news);
        statistics = validated.Statistics.ToDictionary();
        return new(feed, validated, new(news, files, FeedCounts.Of(files)), held);
    }

    List<News> Stated(Guid feed, ValidatedFeed validated, KnownRecords known)
    {
        var news = new List<News>();
        validated.Restate(draft =>
        {
            if (draft.Person is { } id)
            {
                persons.TryAdd(id, PersonToken.Read(id) ?? Guid.NewGuid());
                if (draft.PersonRole is { } role)
                    blind[Keyed.Record(RecordKind.Person, id)] = (persons[id], role);
            }
            var (key, before) = known.At(draft);
            var owner = draft.PersonKey ?? (draft.Person is { } person ? persons[person] : null);
            if (PlanFeed.Of(feed, draft, key, owner, before, Keyed) is { } one)
                Apply(one, news);
        });
        return news;
    }

    void Apply(News one, List<News> news)
    {
        Records[(one.Kind, one.Key)] = one.State;
        if (one is { Number: { } number, State.Owner: { } owner })
            numbers[number] = owner;
        news.Add(one);
    }

    KnownRecords Known(Guid feed)
    {
        var individuals = new KnownKind();
        foreach (var (key, person) in blind)
            individuals.Add(new(key, person.Key, false, false, person.Role, null, null, null, null, null));
        var known = new KnownRecords(Keyed, Load, individuals, statistics);
        foreach (var (number, person) in numbers)
            known.Numbers.Add(number, person);
        return known;

        KnownKind Load(RecordKind kind)
        {
            var records = new KnownKind(owners: true);
            foreach (var ((_, key), r) in Records.Where(r => r.Key.Kind == kind))
                records.Add(new(key, r.Hash, r.Removed, r.Feed == feed, r.File, r.Facts.Year, r.Facts.Ends ?? r.Facts.Day, r.Modified, r.Owner, r.Memory, r.Mark));
            return records;
        }
    }
}
