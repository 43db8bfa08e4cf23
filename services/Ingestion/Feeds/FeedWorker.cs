using System.Data.Common;
using System.Threading.Channels;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Erasure;
using EquityPlatform.ServiceHost.Sealing;
using Npgsql;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>Wakes the worker of this process; other replicas' uploads are found by polling.</summary>
internal sealed class FeedSignal
{
    readonly Channel<bool> channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => channel.Writer.TryWrite(true);

    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await channel.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing was signalled in time: the caller looks anyway.
        }
    }
}

/// <summary>
/// Applies waiting feeds and does erasures between them, each district's in order, one at a time across all replicas (advisory lock). A process that dies
/// leaves the feed waiting; the next one starts it over and adds only what is missing. A feed that ends the process again and again is set aside.
/// </summary>
internal sealed class FeedWorker(FeedWork work, ApplyFeed apply, GiveUpFeed giveUp, ErasureRows erasures, EraseStudents erase, KeyGate keys, UploadVault vault, SetAside.SetAsideRows setAside, TenantDatabase database, FeedSignal signal, IngestionSettings settings, TimeProvider clock, ILogger<FeedWorker> logger) : BackgroundService
{
    const int Attempts = 5;
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(5);

    /// <summary>How long an interrupted feed rests until it is tried again. A new process tries at once: perhaps it brings the repair.</summary>
    static readonly TimeSpan Rest = TimeSpan.FromMinutes(15);

    readonly Dictionary<Guid, long> resting = [];

    /// <summary>Feeds whose present attempt is counted; what the database interrupts is the same attempt.</summary>
    readonly HashSet<Guid> begun = [];

    /// <summary>Feeds whose last attempt ended in a fault, and not with the process.</summary>
    readonly HashSet<Guid> failed = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await keys.OpenedAsync(stoppingToken);
        var (swept, reassured) = (DateTimeOffset.MinValue, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!reassured)
                    await erase.ReassureAsync(stoppingToken);
                reassured = true;
                foreach (var tenant in (await work.TenantsAsync(stoppingToken)).Union(await erasures.TenantsAsync(stoppingToken)))
                    await DrainAsync(tenant, stoppingToken);
                if (clock.GetUtcNow() - swept > SweepEvery)
                {
                    await vault.SweepAsync(clock.GetUtcNow() - settings.Retention, stoppingToken);
                    await setAside.SweepAsync(clock.GetUtcNow() - settings.SetAsideRetention, stoppingToken);
                    swept = clock.GetUtcNow();
                }
            }
            catch (Exception e) when (e is DbException or TimeoutException or IOException)
            {
                // Also while the schema is still being made. What was begun is begun again.
                logger.LogWarning("Feeds wait for the database: {Reason}", e.Message);
            }
            await signal.WaitAsync(Poll, clock, stoppingToken);
        }
    }

    async Task DrainAsync(string tenant, CancellationToken cancellation)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellation);
        if (!await LockAsync(connection, tenant, cancellation))
            return;
        try
        {
            while (await ErasedAsync(tenant, cancellation) && await work.NextAsync(tenant, cancellation) is { } feed && !IsResting(feed))
                await OneAsync(tenant, feed, cancellation);
        }
        finally
        {
            await UnlockAsync(connection, tenant);
        }
    }

    /// <summary>Does what erasures are due. If one fails, the district's feeds wait: they must not write about somebody who is being erased.</summary>
    async Task<bool> ErasedAsync(string tenant, CancellationToken cancellation)
    {
        try
        {
            await erase.RunAsync(tenant, cancellation);
            return true;
        }
        catch (Exception e) when (IsOurs(e))
        {
            logger.LogError(e, "An erasure of {Tenant} failed; its feeds wait", tenant);
            return false;
        }
    }

    /// <summary>An interrupted feed rests; one that ended the process does until a person decides.</summary>
    bool IsResting(FeedRow feed) => feed.State == FeedState.Interrupted && (feed.Code == "feed.stopped-part" || (resting.TryGetValue(feed.FeedId, out var since) && clock.GetElapsedTime(since) < Rest));

    async Task OneAsync(string tenant, FeedRow feed, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        try
        {
            if (feed.Decision is { Step: Decision.GivenUp })
            {
                await giveUp.RunAsync(tenant, feed, cancellation);
                return;
            }
            if (feed is { Attempts: >= Attempts, State: not FeedState.Interrupted } && !begun.Contains(feed.FeedId))
            {
                if (failed.Remove(feed.FeedId) && !feed.IsRecorded)
                    await apply.RejectAsync(tenant, feed, "(feed)", "feed.internal-error", Rows.IssueTexts.Sentences["feed.internal-error"], new EventContext(feed.ReceivedBy, feed.Correlation), cancellation);
                else
                {
                    await apply.StopAsync(tenant, feed, cancellation);
                    logger.LogCritical("Feed {Feed} of {Tenant} ended the service {Attempts} times; it waits for a person", feed.FeedId, tenant, feed.Attempts);
                }
                return;
            }
            if (begun.Add(feed.FeedId))
                await work.BeginAsync(tenant, feed.FeedId, Attempts, cancellation);
            await apply.RunAsync(tenant, feed, cancellation);
            begun.Remove(feed.FeedId);
            logger.LogInformation("Feed {Feed} of {Tenant} done in {Milliseconds} ms", feed.FeedId, tenant, (long)clock.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await work.GiveBackAsync(tenant, feed.FeedId, CancellationToken.None);
            throw;
        }
        catch (Exception e) when (IsOurs(e))
        {
            // A fault of ours. Tried again a few times; then the feed is rejected, so that later feeds are not held up for good. Once something of it was recorded it is not: log and
            // state might disagree about some records, and later feeds would build on that. It rests where it is, and says so.
            logger.LogError(e, "Feed {Feed} of {Tenant} failed", feed.FeedId, tenant);
            begun.Remove(feed.FeedId);
            failed.Add(feed.FeedId);
            if (await work.FindAsync(tenant, feed.FeedId, cancellation) is { Attempts: >= Attempts, IsRecorded: true })
            {
                resting[feed.FeedId] = clock.GetTimestamp();
                await work.InterruptAsync(tenant, feed.FeedId, "feed.interrupted", Rows.IssueTexts.Sentences["feed.interrupted"], cancellation);
                logger.LogCritical("Feed {Feed} of {Tenant} is interrupted; later feeds of the district wait", feed.FeedId, tenant);
            }
        }
    }

    /// <summary>A server that stops, is full or cannot be reached is waited for; anything else would fail again.</summary>
    static bool IsOurs(Exception e) => e switch
    {
        PostgresException { IsTransient: true } => false,
        PostgresException refused => !(refused.SqlState.StartsWith("57", StringComparison.Ordinal) || refused.SqlState.StartsWith("08", StringComparison.Ordinal) || refused.SqlState.StartsWith("53", StringComparison.Ordinal)),
        DbException or TimeoutException or IOException or OperationCanceledException => false,
        _ => true,
    };

    static async Task<bool> LockAsync(NpgsqlConnection connection, string tenant, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('ingestion-apply:' || $1, 0))", connection);
        command.Parameters.Add(new() { Value = tenant });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    static async Task UnlockAsync(NpgsqlConnection connection, string tenant)
    {
        if (connection.State != System.Data.ConnectionState.Open)
            return;
        await using var command = new NpgsqlCommand("select pg_advisory_unlock(hashtextextended('ingestion-apply:' || $1, 0))", connection);
        command.Parameters.Add(new() { Value = tenant });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
