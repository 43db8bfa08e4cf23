using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A feed while its news are recorded.</summary>
/// <param name="Resumed">It was interrupted while they were.</param>
internal sealed record Recording(string Tenant, Guid Feed, bool Resumed, EventContext Context);

/// <summary>A draft with what the thread that reads knows about it.</summary>
/// <param name="Owner">Pseudonym of its person; null if it is about nobody, empty if the person has none yet.</param>
internal readonly record struct FoundDraft(Draft Draft, Guid Key, bool IsKnown, Guid? Owner);

/// <summary>
/// Second pass: rows that are news are read again by a thread of their own and recorded batch by batch: pseudonyms, events, then the state of their records. Never more than
/// a few batches are in memory. A batch whose state is written is not recorded again after a crash; the events of one whose state is not are the same as before.
/// </summary>
internal sealed class RecordNews(RecordStore records, Pseudonyms pseudonyms, SealNews sealNews, EventLog log)
{
    const int BatchSize = 4000;
    const int BatchesAhead = 2;
    const int StudentsAtOnce = 400;

    /// <summary>How many events were recorded.</summary>
    public async Task<long> RunAsync(Recording recording, ValidatedFeed validated, KnownRecords known, Func<int, Task> progress, CancellationToken cancellation)
    {
        var touched = recording.Resumed ? await records.TouchedAsync(known.Keyed, recording.Feed, cancellation) : [];
        var (total, done) = (Math.Max(1, validated.Differences.Kinds.Values.Sum(k => (long)k.Added + k.Changed + k.Gone)), 0L);
        await FlowAsync(async pipe =>
        {
            await foreach (var batch in DraftsAsync(validated, known, cancellation))
            {
                var news = await NewsAsync(recording, batch, known, cancellation);
                await RecordAsync(pipe, news, await LostAsync(news, batch, known.Keyed, cancellation));
            }
            foreach (var chunk in validated.Differences.Gone.Chunk(BatchSize))
                await RecordAsync(pipe, await GoneAsync(recording, chunk, known.Keyed, cancellation), []);
        });
        await records.DateAsync(known.Keyed, validated.Differences.Dated, cancellation);
        // School enrolments follow from the state that the news left
        await FlowAsync(async pipe =>
        {
            foreach (var students in touched.Chunk(StudentsAtOnce))
                await RecordAsync(pipe, await DerivedAsync(recording, students, known.Keyed, cancellation), []);
        });
        return done;

        async Task FlowAsync(Func<NewsPipe, Task> make)
        {
            var pipe = new NewsPipe(log, recording, KeepAsync);
            pipe.Start(cancellation);
            try
            {
                await make(pipe);
            }
            finally
            {
                await pipe.CompleteAsync(); // a repeat must not meet what is still under way
            }
        }

        async Task RecordAsync(NewsPipe pipe, List<News> news, Guid[] lost)
        {
            if (news.Count == 0)
                return;
            var students = news.Where(n => n is { StreamType: "student", Kind: RecordKind.SectionEnrollment or RecordKind.Person or RecordKind.SourceEnrollment }).Select(n => (Owner: n.State.Owner!.Value, n.State.Feed)).ToList();
            // The state of a row that is read again names the feed it came with: after an interruption its student is not found by this feed
            lost = [.. lost.Union(students.Where(s => s.Feed != recording.Feed).Select(s => s.Owner))];
            touched.UnionWith(students.Select(s => s.Owner));
            touched.UnionWith(lost);
            await sealNews.RunAsync(recording.Tenant, news, cancellation);
            await pipe.AddAsync(new(news, lost), cancellation);
        }

        async Task KeepAsync(NewsBatch batch)
        {
            EventSourcing.Faults.FaultPoint.Reached("news.appended", batch.News[0].Event.Data.GetType().Name);
            await records.ReplaceAsync(known.Keyed, recording.Feed, batch.News, batch.Lost, cancellation);
            done += batch.News.Count;
            await progress((int)Math.Min(95, 20 + (75 * done / total)));
        }
    }

    /// <summary>Drafts of the second pass, in batches, while they are read.</summary>
    static async IAsyncEnumerable<List<FoundDraft>> DraftsAsync(ValidatedFeed validated, KnownRecords known, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var room = new SemaphoreSlim(BatchesAhead);
        var batches = Channel.CreateUnbounded<List<FoundDraft>>();
        var reading = Task.Factory.StartNew(Read, stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(stop.Token))
            {
                room.Release();
                yield return batch;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        void Read()
        {
            var batch = new List<FoundDraft>(BatchSize);
            Exception? fault = null;
            try
            {
                validated.Restate(draft =>
                {
                    var (key, isKnown) = known.At(draft);
                    batch.Add(new(draft, key, isKnown, draft.PersonKey ?? (draft.Person is { } person ? known.Person(person)?.Key ?? Guid.Empty : null)));
                    if (batch.Count == BatchSize)
                        Hand();
                });
                Hand();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                fault = e; // thrown where the batches are taken
            }
            finally
            {
                batches.Writer.Complete(fault);
            }

            void Hand()
            {
                room.Wait(stop.Token);
                batches.Writer.TryWrite(batch);
                batch = new(BatchSize);
            }
        }
    }

    async Task<List<News>> NewsAsync(Recording recording, List<FoundDraft> batch, KnownRecords known, CancellationToken cancellation)
    {
        await pseudonyms.EnsureAsync(batch, known, cancellation);
        var news = new List<News>(batch.Count);
        var overtaken = await records.OvertakenAsync(known.Keyed, [.. batch.Where(f => f.Draft.Place.Feed is not null).Select(f => (f.Draft.Kind, f.Key, f.Draft.Place.Feed!.Value))], cancellation);
        var hashes = new Dictionary<(RecordKind, Guid), Guid>();
        foreach (var kind in batch.Where(f => f.IsKnown).GroupBy(f => f.Draft.Kind))
            foreach (var (key, hash) in await records.HashesAsync(known.Keyed, kind.Key, [.. kind.Select(f => f.Key).Distinct()], cancellation))
                hashes.Add((kind.Key, key), hash);
        foreach (var (draft, key, isKnown, found) in batch)
        {
            // What a later feed said in the meantime stays
            if (overtaken.Contains((draft.Kind, key)))
                continue;
            var owner = found == Guid.Empty ? known.Person(draft.Person!)!.Value.Key : found;
            if (PlanFeed.Of(recording.Feed, draft, key, owner, isKnown && hashes.TryGetValue((draft.Kind, key), out var before) ? before : null, known.Keyed) is { } one)
                news.Add(one);
        }
        return news;
    }

    /// <summary>Students whose section enrolments were other people's until now.</summary>
    async Task<Guid[]> LostAsync(List<News> news, List<FoundDraft> batch, Keyed keyed, CancellationToken cancellation)
    {
        var changed = batch.Where(f => f is { Draft.Kind: RecordKind.SectionEnrollment, IsKnown: true }).Select(f => f.Key).ToHashSet();
        if (changed.Count == 0)
            return [];
        var before = await records.FindAsync(keyed, RecordKind.SectionEnrollment, [.. changed], cancellation);
        return [.. news.Where(n => n.Kind == RecordKind.SectionEnrollment && before.TryGetValue(n.Key, out var known) && known.Owner != n.State.Owner).Select(n => before[n.Key].Owner).OfType<Guid>().Distinct()];
    }

    async Task<List<News>> GoneAsync(Recording recording, Gone[] gone, Keyed keyed, CancellationToken cancellation)
    {
        var news = new List<News>(gone.Length);
        foreach (var kind in gone.GroupBy(g => g.Kind))
        {
            var details = await records.FindAsync(keyed, kind.Key, [.. kind.Select(g => g.Key)], cancellation);
            foreach (var one in kind)
                if (details.TryGetValue(one.Key, out var known) && !known.Removed && Removals.Of(recording.Feed, one, known, keyed) is { } removal)
                    news.Add(removal);
        }
        return news;
    }

    /// <summary>School enrolments of students whose section enrolments or own rows are news.</summary>
    async Task<List<News>> DerivedAsync(Recording recording, Guid[] students, Keyed keyed, CancellationToken cancellation)
    {
        var state = await records.OfOwnersAsync(keyed, students, cancellation);
        return [.. PlanFeed.Derived(recording.Feed, students, state, keyed)];
    }

    /// <summary>What a feed would do, by kind and school.</summary>
    public async Task<IReadOnlyList<HoldEffect>> EffectsAsync(Keyed keyed, Differences differences, CancellationToken cancellation)
    {
        var gone = new Dictionary<(RecordKind, string?), int>();
        foreach (var kind in differences.Gone.GroupBy(g => g.Kind))
            foreach (var chunk in kind.Select(g => g.Key).Chunk(BatchSize))
                foreach (var (_, known) in await records.FindAsync(keyed, kind.Key, chunk, cancellation))
                    gone[(kind.Key, known.Facts.School)] = gone.GetValueOrDefault((kind.Key, known.Facts.School)) + 1;
        return Hold.EffectsOf(differences, gone);
    }
}
