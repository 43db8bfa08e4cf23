using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.SetAside;
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
    readonly Dictionary<(string System, Guid Number), Guid> numbers = [];
    Dictionary<string, int> statistics = [];
    readonly List<(SetAsideRow Row, string State)> aside = [];
    readonly HashSet<Guid> recorded = [];
    readonly List<(string Stream, SideFiles.PeriodAttendanceRecorded Period)> periods = [];
    int feeds;

    public Keyed Keyed { get; } = new(Key, "test", "sis");

    /// <summary>The state of every record, as the table <c>record</c> would hold it.</summary>
    public Dictionary<(RecordKind Kind, Guid Key), Known> Records { get; } = [];

    /// <summary>Day on which the next feed comes.</summary>
    public DateOnly Today { get; set; } = new(2026, 1, 15);

    public SourceMappings Mappings { get; set; } = SourceMappings.Type.Initial;

    public Guid Person(string id) => persons[id];

    /// <summary>Ids of everybody known.</summary>
    public IEnumerable<string> Ids => persons.Keys;

    /// <summary>Feeds a package whose outcome does not matter to the test.</summary>
    public District Given(byte[] package, params (string, string)[] side)
    {
        Feed(package.AsUpload(side)).Held.ShouldBeEmpty();
        return this;
    }

    public Fed When(byte[] package, params (string, string)[] side) => Feed(package.AsUpload(side));

    /// <summary>The same, and a person lets it through if it is held.</summary>
    public Fed Released(byte[] package, params (string, string)[] side) => Feed(package.AsUpload(side), released: true);

    /// <summary>The same, and students with new ids are linked first to those whom their numbers name.</summary>
    public Fed Linked(byte[] package, params (string, string)[] side)
    {
        foreach (var link in Links(ValidateFeed.Run(package.AsUpload(side), Mappings, new PackageLimits(), Known(Guid.Empty), Today)).Found)
            Keyed.Link(link.New.Blind, link.Student.First);
        return Released(package, side);
    }

    public IdLinks Links(ValidatedFeed validated) => IdLinks.Find(validated.Newcomers,
        numbers.Where(n => blind.Values.Any(p => p.Key == n.Value)).GroupBy(n => n.Value).Select(s => new NumberedStudent(s.Key, blind.First(p => p.Value.Key == s.Key).Key, [.. s.Select(n => n.Key)])), validated.HoldsPerson);

    /// <param name="again">A feed that came before and is released now, in its old place.</param>
    /// <param name="quietly">Nothing is set aside anew.</param>
    public Fed Feed(IReadOnlyList<UploadPart> parts, bool released = false, Guid? again = null, bool quietly = false)
    {
        var feed = again ?? NewId();
        var known = Known(feed);
        var validated = ValidateFeed.Run(parts, Mappings, new PackageLimits(), known, Today);
        if (validated.Rejection is not null)
            return new(feed, validated, new([], [], FeedCounts.None), []);
        if (validated.Reasons.Count > 0 && !released)
            return new(feed, validated, new([], validated.Counts, FeedCounts.Of(validated.Counts)), validated.Reasons);
        var fed = Apply(feed, validated, known);
        statistics = validated.Statistics.ToDictionary();
        if (quietly)
            return fed with { Held = validated.Reasons };
        aside.RemoveAll(a => SeqOf(a.Row.Feed) < SeqOf(feed) && validated.Files.Any(f => f is { Table.Completeness: Rows.Completeness.Complete } && f.Spec.Name == a.Row.Spec));
        aside.AddRange(SetAsideRows.Found(validated, SetAsideRows.Codes(validated)).Select(f => (new SetAsideRow(feed, f.Spec, f.Issue.File, f.Issue.Row!.Value, f.Changes, f.Target, f.Values, [], f.Identifier), f.Target is null ? "open" : "waiting")));
        return fed with { Held = validated.Reasons };
    }

    /// <summary>A person mends a column of a row that was set aside. False if there is no such row.</summary>
    public bool Correct(Guid feed, string file, int row, string column, string value)
    {
        var at = aside.FindIndex(a => a.Row.Feed == feed && a.Row.File == file && a.Row.Row == row);
        if (at >= 0)
            aside[at] = (aside[at].Row with { Values = new Dictionary<string, string>(aside[at].Row.Values) { [column] = value } }, "corrected");
        return at >= 0;
    }

    /// <summary>Reads rows again that were corrected or whose target has come; null if there are none.</summary>
    public Fed? Replay()
    {
        var due = aside.Where(a => a.State == "corrected" || (a.State == "waiting" && a.Row.Target is { } target
                && ((Records.TryGetValue(target, out var there) && !there.Removed) || (target.Kind == RecordKind.Person && blind.ContainsKey(target.Key)))))
            .OrderBy(a => SeqOf(a.Row.Feed)).ThenBy(a => a.Row.Spec, StringComparer.Ordinal).ThenBy(a => a.Row.File, StringComparer.Ordinal).ThenBy(a => a.Row.Row).Select(a => a.Row).ToList();
        if (due.Count == 0)
            return null;
        var feed = NewId();
        var known = Known(feed);
        var validated = ValidateFeed.Again(due, Mappings.Rules, known, Today);
        var fed = Apply(feed, validated, known);
        foreach (var table in validated.Files.Select(f => f.Table).OfType<SetAsideTable>())
            foreach (var row in table.Rows)
            {
                var (origin, target) = (table.Origins[row.N], table.Fates.TargetOf(row.N));
                aside.RemoveAll(a => a.Row == origin);
                if (row.Fate is Rows.RowFate.Quarantined or Rows.RowFate.Parked)
                    aside.Add((origin with { Target = target }, row.Fate == Rows.RowFate.Quarantined ? "open" : target == origin.Target && target is not null ? "stuck" : "waiting"));
            }
        return fed;
    }

    Guid NewId() => new(++feeds, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    static int SeqOf(Guid feed) => BitConverter.ToInt32(feed.ToByteArray());

    Fed Apply(Guid feed, ValidatedFeed validated, KnownRecords known)
    {
        var files = validated.Counts;
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
        return new(feed, validated, new(news, files, FeedCounts.Of(files)), []);
    }

    List<News> Stated(Guid feed, ValidatedFeed validated, KnownRecords known)
    {
        var news = new List<News>();
        var overtaken = Records.ToDictionary();
        validated.Restate(draft =>
        {
            if (draft.Person is { } id)
            {
                persons.TryAdd(id, PersonToken.Read(id) ?? (blind.TryGetValue(Keyed.Record(RecordKind.Person, id), out var there) ? there.Key : Guid.NewGuid()));
                if (draft.PersonRole is { } role)
                    blind[Keyed.Record(RecordKind.Person, id)] = (persons[id], role);
            }
            var (key, isKnown) = known.At(draft);
            // What a later feed said in the meantime stays
            if (draft.Place.Feed is { } came && overtaken.TryGetValue((draft.Kind, key), out var now) && SeqOf(now.Feed) > SeqOf(came))
                return;
            var owner = draft.PersonKey ?? (draft.Person is { } person ? persons[person] : null);
            if (PlanFeed.Of(feed, draft, key, owner, isKnown ? Records[(draft.Kind, key)].Hash : null, Keyed) is { } one)
                Apply(one, news);
        });
        return news;
    }

    void Apply(News one, List<News> news)
    {
        // The log takes an id once: an event with that of another would be lost
        if (one.Event.Data is SideFiles.PeriodAttendanceRecorded period)
            periods.Add((one.Stream, period));
        recorded.Add(one.Event.Id).ShouldBeTrue($"{one.Event.Data.GetType().Name} has the id of another event");
        Records[(one.Kind, one.Key)] = one.State;
        if (one is { Number: { } number, State.Owner: { } owner })
            numbers[number] = owner;
        news.Add(one);
    }

    KnownRecords Known(Guid feed)
    {
        var individuals = new KnownKind(hashes: true);
        foreach (var (key, person) in blind)
            individuals.Add(new(key, person.Key, false, false, person.Role, null, null, null, null, null));
        return new(Keyed, Load, individuals, statistics)
        {
            Numbers = new(() => numbers.Select(n => (n.Key.Number, n.Value))),
            Periods = stream => periods.Where(p => p.Stream == stream).Select(p => p.Period).ToList(),
        };

        KnownKind Load(RecordKind kind)
        {
            var records = new KnownKind(owners: true);
            foreach (var ((_, key), r) in Records.Where(r => r.Key.Kind == kind))
                records.Add(new(key, r.Hash, r.Removed, r.Feed == feed, r.File, r.Facts.Year, r.Facts.Ends ?? r.Facts.Day, r.Modified, r.Owner, r.Memory, r.Mark, r.Facts.Day));
            return records;
        }
    }
}
