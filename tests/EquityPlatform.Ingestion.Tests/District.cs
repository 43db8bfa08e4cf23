using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>What one feed came to.</summary>
internal sealed record Fed(Guid Feed, ValidatedFeed Validated, FeedPlan Plan)
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
    static readonly DateOnly Today = new(2026, 1, 15);

    readonly Dictionary<string, Guid> persons = new(StringComparer.Ordinal);
    KnownRecords known = new(new Keyed(Key, "test", "sis"));
    int feeds;

    public KnownRecords Known => known;
    public SourceMappings Mappings { get; set; } = SourceMappings.Type.Initial;
    public Guid Person(string id) => persons[id];

    /// <summary>Feeds a package whose outcome does not matter to the test.</summary>
    public District Given(byte[] package, params (string, string)[] side)
    {
        Feed(package.AsUpload(side));
        return this;
    }

    public Fed When(byte[] package, params (string, string)[] side) => Feed(package.AsUpload(side));

    public Fed Feed(IReadOnlyList<UploadPart> parts)
    {
        var feed = new Guid(++feeds, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);
        var validated = ValidateFeed.Run(parts, Mappings, new PackageLimits(), known, Today);
        if (validated.Rejection is not null)
            return new(feed, validated, new([], [], FeedCounts.None));
        foreach (var draft in validated.Drafts)
            if (draft.Person is { } id)
                persons.TryAdd(id, PersonToken.Read(id) ?? Guid.NewGuid());
        var news = PlanFeed.Differences(feed, validated.Drafts, known, persons);
        var touched = news.Where(n => n.Kind is RecordKind.SectionEnrollment or RecordKind.Person && n.StreamType == "student").Select(n => n.State.Owner!.Value).Distinct().ToList();
        var inForce = known.Records.Where(r => r.Value.Owner is { } owner && touched.Contains(owner)).ToDictionary();
        news.AddRange(PlanFeed.Differences(feed, StudentsNow.Of(touched, inForce, news).SelectMany(SchoolEnrollments.Derive), known, persons));
        var files = PlanFeed.Count(validated.Files, known);
        var plan = new FeedPlan(news, files, files.Aggregate(FeedCounts.None, (sum, file) => sum.Plus(file.Counts)));
        Apply(plan, validated);
        return new(feed, validated, plan);
    }

    void Apply(FeedPlan plan, ValidatedFeed validated)
    {
        foreach (var one in plan.News)
            known.Records[(one.Kind, one.Key)] = one.State;
        foreach (var one in plan.News)
            if (one is { Number: { } number, State.Owner: { } owner })
                known.Numbers[number] = owner;
        foreach (var draft in validated.Drafts.Where(d => d.PersonRole is not null))
            known.Persons[known.Keyed.Record(RecordKind.Person, draft.Person!)] = new(persons[draft.Person!], draft.PersonRole!);
        known.Statistics.Clear();
        foreach (var (name, percent) in validated.Statistics)
            known.Statistics[name] = percent;
        var next = new KnownRecords(known.Keyed);
        foreach (var (key, record) in known.Records)
            next.Records.Add(key, record);
        foreach (var (key, person) in known.Persons)
            next.Persons.Add(key, person);
        foreach (var (key, person) in known.Numbers)
            next.Numbers.Add(key, person);
        foreach (var (name, percent) in known.Statistics)
            next.Statistics.Add(name, percent);
        known = next;
    }
}
