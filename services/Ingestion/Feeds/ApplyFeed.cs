using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>
/// Takes one feed from received to applied or rejected. All decisions are pure and see the state from before the feed, which
/// is replaced only in the last transaction; so after a crash at any point a repeat decides the same, appends the same event
/// ids (which adds nothing) and goes on.
/// </summary>
internal sealed class ApplyFeed(FeedWork work, UploadVault vault, RecordStore records, Pseudonyms pseudonyms, TenantDatabase database, EventLog log, DistrictKeys keys, SealNews sealNews, MappingsOfFeed mappings, IngestionSettings settings, TimeProvider clock, ILogger<ApplyFeed> logger)
{
    public async Task RunAsync(string tenant, FeedRow feed, CancellationToken cancellation)
    {
        var context = new EventContext(feed.ReceivedBy, feed.Correlation);
        var began = clock.GetTimestamp();
        await work.ProgressAsync(tenant, feed.FeedId, FeedState.Validating, 1, null, cancellation);
        await AppendAsync(tenant, feed, "received", new FeedReceived(feed.FeedId, feed.Source, feed.Sha256, feed.Bytes, feed.ReceivedAt), context, cancellation);
        var parts = await vault.ReadAsync(tenant, feed.UploadId, feed.WrappedKey ?? throw new InvalidOperationException("The key of a waiting feed is gone."), feed.Parts, cancellation);
        var known = await records.LoadAsync(await keys.ForAsync(tenant, feed.Source, cancellation), cancellation);
        var loaded = clock.GetTimestamp();
        var validated = ValidateFeed.Run(parts, await mappings.LoadAsync(tenant, feed, cancellation), settings.Limits, known, DateOnly.FromDateTime(feed.ReceivedAt.UtcDateTime));
        await work.KeepIssuesAsync(tenant, feed.FeedId, validated.Issues, cancellation);
        if (validated.Rejection is { } rejection)
        {
            await RejectAsync(tenant, feed, rejection.File, rejection.Code, rejection.Message, context, cancellation);
            return;
        }
        var checkedAt = clock.GetTimestamp();
        var persons = await pseudonyms.OfAsync(validated.Drafts, known, cancellation);
        var news = PlanFeed.Differences(feed.FeedId, validated.Drafts, known, persons);
        news.AddRange(PlanFeed.Differences(feed.FeedId, await DerivedAsync(news, known, cancellation), known, persons));
        var files = PlanFeed.Count(validated.Files, known);
        var plan = new FeedPlan(news, files, files.Aggregate(FeedCounts.None, (sum, file) => sum.Plus(file.Counts)));
        await work.ProgressAsync(tenant, feed.FeedId, FeedState.Applying, 20, plan, cancellation);
        var planned = clock.GetTimestamp();
        await sealNews.RunAsync(tenant, news, cancellation);
        var sealedAt = clock.GetTimestamp();
        await AppendNewsAsync(tenant, feed, plan, context, cancellation);
        var appended = clock.GetTimestamp();
        var position = await AppendAsync(tenant, feed, "applied", new FeedApplied(feed.FeedId, plan.Total, plan.Files), context, cancellation);
        await using var session = await database.OpenAsync(tenant, cancellation);
        await RecordStore.ReplaceAsync(session, feed.Source, news, cancellation);
        await PersonNumbers.ReplaceAsync(session, feed.Source, news, cancellation);
        await work.FinishAsync(session, feed.FeedId, FeedState.Applied, null, null, plan, validated.Statistics, position, cancellation);
        await session.CommitAsync(cancellation);
        logger.LogInformation("Feed {Feed}: {Events} events; loaded in {Load} ms, checked in {Check} ms, planned in {Plan} ms, sealed in {Seal} ms, appended in {Append} ms, state in {State} ms",
            feed.FeedId, news.Count, Between(began, loaded), Between(loaded, checkedAt), Between(checkedAt, planned), Between(planned, sealedAt), Between(sealedAt, appended), Between(appended, clock.GetTimestamp()));
    }

    long Between(long from, long to) => (long)clock.GetElapsedTime(from, to).TotalMilliseconds;

    public async Task RejectAsync(string tenant, FeedRow feed, string file, string code, string message, EventContext context, CancellationToken cancellation)
    {
        var position = await AppendAsync(tenant, feed, "rejected", new FeedRejected(feed.FeedId, file, code), context, cancellation);
        await using var session = await database.OpenAsync(tenant, cancellation);
        await work.FinishAsync(session, feed.FeedId, FeedState.Rejected, code, message, null, null, position, cancellation);
        await session.CommitAsync(cancellation);
    }

    /// <summary>School enrolments of the students whose section enrolments or own rows are news.</summary>
    async Task<IReadOnlyList<Draft>> DerivedAsync(List<News> news, KnownRecords known, CancellationToken cancellation)
    {
        var touched = news.Where(n => n.Kind is RecordKind.SectionEnrollment or RecordKind.Person && n.StreamType == "student")
            .Select(n => n.State.Owner).OfType<Guid>().Distinct().ToList();
        if (touched.Count == 0)
            return [];
        var inForce = await records.OfOwnersAsync(known.Keyed, touched, cancellation);
        return StudentsNow.Of(touched, inForce, news).SelectMany(SchoolEnrollments.Derive).ToList();
    }

    async Task AppendNewsAsync(string tenant, FeedRow feed, FeedPlan plan, EventContext context, CancellationToken cancellation)
    {
        var streams = plan.News.GroupBy(n => n.Stream).ToList();
        var (done, shown) = (0, clock.GetTimestamp());
        await foreach (var result in log.AppendBulkAsync(Appends(), cancellation))
        {
            if (result is not (AppendResult.Appended or AppendResult.Repeated))
                throw new FeedFaultException(result is AppendResult.AppendRefused refused ? refused.Code : "append.version-conflict");
            done++;
            if (clock.GetElapsedTime(shown) > TimeSpan.FromMilliseconds(300))
            {
                shown = clock.GetTimestamp();
                await work.ProgressAsync(tenant, feed.FeedId, FeedState.Applying, 20 + (75 * done / streams.Count), null, cancellation);
            }
        }

        async IAsyncEnumerable<Append> Appends()
        {
            foreach (var stream in streams)
            {
                yield return new(tenant, stream.Key, stream.First().StreamType, ExpectedVersion.Any, [.. stream.Select(n => n.Event)], context);
                await Task.CompletedTask;
            }
        }
    }

    async Task<long> AppendAsync(string tenant, FeedRow feed, string step, object happened, EventContext context, CancellationToken cancellation)
    {
        var append = new Append(tenant, $"feed-{feed.FeedId:D}", "feed", ExpectedVersion.Any, [new NewEvent(EventIds.Derive(feed.FeedId, step), happened)], context);
        return await log.AppendAsync(append, cancellation) switch
        {
            AppendResult.Appended appended => appended.LastPosition,
            AppendResult.Repeated repeated => repeated.LastPosition,
            AppendResult.AppendRefused refused => throw new FeedFaultException(refused.Code),
            var other => throw new System.Diagnostics.UnreachableException($"An append to any version ended as {other.GetType().Name}."),
        };
    }
}

/// <summary>The log refused an event of a feed: a fault of ours, not of the district's files.</summary>
internal sealed class FeedFaultException(string code) : Exception($"The event log refused an event of the feed ({code}).");
