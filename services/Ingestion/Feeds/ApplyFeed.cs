using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Quality;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.SetAside;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>
/// Takes one feed from received to applied, held or rejected. A first pass over the rows decides everything and changes nothing; a second one reads again what is news
/// and records it. After a crash at any point a repeat decides the same, appends the same event ids (which adds nothing) and goes on.
/// </summary>
internal sealed class ApplyFeed(FeedWork work, UploadVault vault, RecordStore records, RecordNews record, LinkStudents link, TenantDatabase database, EventLog log, DistrictKeys keys, MappingsOfFeed mappings, SetAsideRows setAside, DistrictCalendar calendar, IngestionSettings settings, TimeProvider clock, ILogger<ApplyFeed> logger)
{
    public async Task RunAsync(string tenant, FeedRow feed, CancellationToken cancellation)
    {
        var context = new EventContext(feed.ReceivedBy, feed.Correlation);
        var began = clock.GetTimestamp();
        if (!await DecidedAsync(tenant, feed, cancellation))
            return;
        // Once news were recorded there is no way back: the checks that hold a feed were made before
        var decided = feed.IsRecorded || feed.Decision is { Step: Decision.Released };
        if (!feed.IsRecorded)
            await work.ProgressAsync(tenant, feed.FeedId, FeedState.Validating, 1, null, cancellation);
        await AppendAsync(tenant, feed, "received", new FeedReceived(feed.FeedId, feed.Source, feed.Sha256, feed.Bytes, feed.ReceivedAt), context, null, cancellation);
        Reached("feed.received", feed);
        var known = await records.LoadAsync(await keys.ForAsync(tenant, feed.Source, cancellation), feed.FeedId, cancellation);
        var loaded = clock.GetTimestamp();
        var validated = await ReadAsync(tenant, feed, known, cancellation);
        if (feed is { IsRecorded: false, Decision: { Step: Decision.Released, Relink: true } decision } && validated.Rejection is null && await link.RunAsync(feed, decision, known.Keyed, validated, cancellation))
        {
            // The new ids are known now, and so is everything that lies under the first ones
            known = await records.LoadAsync(known.Keyed, feed.FeedId, cancellation);
            validated = await ReadAsync(tenant, feed, known, cancellation);
        }
        SpentMemory.GiveBack(validated.Files.Sum(f => (long)(f.Table?.Fates.Count ?? 0)));
        // After an interruption they would say less: what was recorded meanwhile is known now
        if (!feed.IsRecorded)
            await work.KeepIssuesAsync(tenant, feed.FeedId, validated.Issues, validated.Findings(), cancellation);
        Reached("feed.validated", feed);
        if (validated.Rejection is { } rejection)
        {
            await RejectAsync(tenant, feed, rejection.File, rejection.Code, rejection.Message, context, cancellation);
            return;
        }
        // What was new when it was first recorded counts, not what is still new after an interruption
        var (files, checkedAt) = (feed.IsRecorded && feed.Files is { } counted ? counted : validated.Counts, clock.GetTimestamp());
        if (!decided && validated.Reasons is { Count: > 0 } reasons)
        {
            await HoldAsync(tenant, feed, new(reasons, await record.EffectsAsync(known.Keyed, validated.Differences, cancellation), await link.OfferAsync(known.Keyed, validated, cancellation)), files, context, cancellation);
            return;
        }
        await work.ProgressAsync(tenant, feed.FeedId, FeedState.Applying, 20, files, cancellation);
        var recorded = await record.RunAsync(new(tenant, feed.FeedId, feed.IsRecorded, context), validated, known, done => work.ProgressAsync(tenant, feed.FeedId, FeedState.Applying, done, null, cancellation), cancellation);
        files = [.. files.Select(f => f with { Counts = f.Counts with { Removed = f.Counts.WouldDelete } })];
        var appended = clock.GetTimestamp();
        Reached("feed.recorded", feed);
        var position = await AppendAsync(tenant, feed, "applied", new FeedApplied(feed.FeedId, FeedCounts.Of(files), files), context, null, cancellation);
        Reached("feed.said-applied", feed);
        if (!feed.Replay)
            await SupersedeAsync(tenant, feed, files, cancellation);
        await using (var session = await database.OpenAsync(tenant, cancellation))
        {
            if (!feed.Replay)
                await setAside.KeepAsync(session, feed, validated, cancellation);
            await SetAsideRows.SettleAsync(session, validated, cancellation);
            await FindingRows.OpenAsync(session, feed, cancellation);
            await (feed.Replay ? FindingRows.CloseCorrectedAsync(session, feed, validated.Files, cancellation) : FindingRows.CloseAsync(session, feed, validated.Files, cancellation));
            await ReceivedDays.AskAsync(session, feed.Source, clock.GetUtcNow(), cancellation);
            await SetAsideRows.SupersedeAsync(session, feed, [.. validated.Files.Where(f => f.Table is { Completeness: Completeness.Complete }).Select(f => f.Spec.Name)], cancellation);
            await work.FinishAsync(session, feed.FeedId, FeedState.Applied, null, null, files, feed.Replay ? null : validated.Statistics, position, cancellation);
            if (await SetAsideRows.AnyDueAsync(session, feed.Source, cancellation))
                await work.QueueReplayAsync(session, EventIds.Derive(feed.FeedId, "replay"), feed.Source, feed.ReceivedBy, feed.Correlation, null, cancellation);
            Reached("feed.finishing", feed);
            await session.CommitAsync(cancellation);
        }
        Reached("feed.finished", feed);
        logger.LogInformation("Feed {Feed}: {Events} events; loaded in {Load} ms, checked in {Check} ms, recorded in {Record} ms",
            feed.FeedId, recorded, Between(began, loaded), Between(loaded, checkedAt), Between(checkedAt, appended));
    }

    async Task<ValidatedFeed> ReadAsync(string tenant, FeedRow feed, KnownRecords known, CancellationToken cancellation)
    {
        var (today, zone) = (calendar.DayOf(tenant, feed.ReceivedAt), calendar.Zone(tenant));
        var saved = await mappings.LoadAsync(tenant, feed, cancellation);
        if (feed.Replay)
            return ValidateFeed.Again(await setAside.DueAsync(tenant, feed.Source, cancellation), saved.Rules, known, today, zone);
        var parts = await vault.ReadAsync(tenant, feed.UploadId, feed.WrappedKey ?? throw new InvalidOperationException("The key of a waiting feed is gone."), feed.Parts, cancellation);
        return await Task.Run(() => ValidateFeed.Run(parts, saved, settings.Limits, known, today, zone), cancellation);
    }

    /// <summary>The feed stands between two steps.</summary>
    [System.Diagnostics.Conditional("FAULT_POINTS")]
    static void Reached(string point, FeedRow feed) => FaultPoint.Reached(point, feed.Replay ? "replay" : feed.Source);

    long Between(long from, long to) => (long)clock.GetElapsedTime(from, to).TotalMilliseconds;

    public async Task RejectAsync(string tenant, FeedRow feed, string file, string code, string message, EventContext context, CancellationToken cancellation)
    {
        var position = await AppendAsync(tenant, feed, "rejected", new FeedRejected(feed.FeedId, file, code), context, null, cancellation);
        Reached("feed.said-rejected", feed);
        await using var session = await database.OpenAsync(tenant, cancellation);
        if (code == "feed.internal-error")
            await FindingRows.KeepAsync(session, feed.FeedId, [new(file, file, code, Severity.BatchRejected, 1, [], new Dictionary<string, int>())], cancellation);
        // What a later feed took the place of says nothing any more
        if (code != "hold.superseded")
            await FindingRows.OpenAsync(session, feed, cancellation);
        await work.FinishAsync(session, feed.FeedId, FeedState.Rejected, code, message, null, null, position, cancellation);
        await session.CommitAsync(cancellation);
    }

    /// <summary>A person must look first. The upload stays; later feeds go on.</summary>
    async Task HoldAsync(string tenant, FeedRow feed, Hold hold, IReadOnlyList<FileCounts> files, EventContext context, CancellationToken cancellation)
    {
        await AppendAsync(tenant, feed, feed.Decision?.Id is { } again ? $"held {again:N}" : "held", new FeedHeld(feed.FeedId, hold.Reasons, hold.Effects, FeedCounts.Of(files)), context, null, cancellation);
        Reached("feed.said-held", feed);
        var code = hold.Reasons[0].Code;
        await work.HoldAsync(tenant, feed.FeedId, code, IssueTexts.Sentence("feed.held", new Dictionary<string, string>()), hold, files, cancellation);
        Reached("feed.is-held", feed);
        logger.LogInformation("Feed {Feed} of {Tenant} is held: {Code}", feed.FeedId, tenant, code);
    }

    /// <summary>The service ended again and again over a feed: it is not begun again before a person decides. One that is recorded in part keeps its place, and later ones wait.</summary>
    public async Task StopAsync(string tenant, FeedRow feed, CancellationToken cancellation)
    {
        var context = new EventContext(feed.ReceivedBy, feed.Correlation);
        await AppendAsync(tenant, feed, $"stopped {feed.Decision?.Id:N}", new FeedStopped(feed.FeedId, feed.Attempts, feed.IsRecorded), context, null, cancellation);
        await (feed.IsRecorded
            ? work.InterruptAsync(tenant, feed.FeedId, "feed.stopped-part", IssueTexts.Sentences["feed.stopped-part"], cancellation)
            : work.HoldAsync(tenant, feed.FeedId, "feed.stopped", IssueTexts.Sentences["feed.stopped"], new([new("feed.stopped")], []), [], cancellation));
    }

    /// <summary>What held feeds of the same source would say about the same files has been said anew.</summary>
    async Task SupersedeAsync(string tenant, FeedRow feed, IReadOnlyList<FileCounts> files, CancellationToken cancellation)
    {
        foreach (var held in await work.HeldBeforeAsync(tenant, feed.Source, feed.FeedId, [.. files.Select(f => f.File)], cancellation))
            if (await work.DecideAsync(tenant, held.FeedId, new(Decision.Superseded, feed.ReceivedBy, feed.Correlation), cancellation) is { } decided)
                await DecidedAsync(tenant, decided, cancellation);
    }

    /// <summary>Writes a decision into the log and does what follows from it; a repeat adds nothing. False if that was the feed's end.</summary>
    public async Task<bool> DecidedAsync(string tenant, FeedRow feed, CancellationToken cancellation)
    {
        if (feed.Decision is not { } decision || feed.State is FeedState.Applied or FeedState.Rejected)
            return true;
        var context = new EventContext(decision.By, decision.Correlation);
        switch (decision)
        {
            case { Step: Decision.Released }:
                await AppendAsync(tenant, feed, decision.EventStep, new FeedReleased(feed.FeedId, decision.Relink), context, decision.Reason, cancellation);
                return true;
            case { Step: Decision.TriedAgain }:
                await AppendAsync(tenant, feed, decision.EventStep, new FeedTriedAgain(feed.FeedId), context, decision.Reason, cancellation);
                return true;
            case { Corrected: { } corrected }:
                await AppendAsync(tenant, corrected.FeedId, $"corrected {feed.FeedId:N}", corrected, context, decision.Reason, cancellation);
                return true;
            case { Step: Decision.Superseded }:
                await RejectAsync(tenant, feed, "(feed)", "hold.superseded", IssueTexts.Sentences["hold.superseded"], context, cancellation);
                return false;
            default:
                var position = await AppendAsync(tenant, feed, decision.EventStep, new FeedRefused(feed.FeedId), context, decision.Reason, cancellation);
                Reached("feed.said-refused", feed);
                await using (var session = await database.OpenAsync(tenant, cancellation))
                {
                    await work.FinishAsync(session, feed.FeedId, FeedState.Rejected, "hold.refused", IssueTexts.Sentences["hold.refused"], null, null, position, cancellation);
                    await session.CommitAsync(cancellation);
                }
                return false;
        }
    }

    Task<long> AppendAsync(string tenant, FeedRow feed, string step, object happened, EventContext context, string? reason, CancellationToken cancellation) =>
        AppendAsync(tenant, feed.FeedId, step, happened, context, reason, cancellation);

    public async Task<long> AppendAsync(string tenant, Guid feed, string step, object happened, EventContext context, string? reason, CancellationToken cancellation)
    {
        var append = new Append(tenant, $"feed-{feed:D}", "feed", ExpectedVersion.Any, [new NewEvent(EventIds.Derive(feed, step), happened, Reason: reason)], context);
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
