using System.Collections.Concurrent;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>
/// Keeps the audit log of every tenant close behind the event log, and signs how far it reaches. Where it must not sign, it says so loudly, in the log and
/// in readiness; other tenants go on.
/// </summary>
internal sealed class AuditLogRun(EventLog log, AuditFollower follower, AuditOrigin origins, AuditSigning signing, WitnessRun witnesses, AuditSettings settings, SchemaGate gate, TimeProvider clock, ILogger<AuditLogRun> logger)
    : BackgroundService, IHealthCheck
{
    /// <summary>Leaves are added in rounds, not after every commit: a round costs the database a transaction.</summary>
    static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>So often every log is looked at: another replica may have died between its leaves and its signature.</summary>
    static readonly TimeSpan LookAtAll = TimeSpan.FromSeconds(20);

    const int AtOnce = 4;

    readonly ConcurrentDictionary<string, DateTimeOffset> signed = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, string> troubles = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.OpenedAsync(stoppingToken);
        if (signing.Signer is null)
            logger.LogWarning("No checkpoint of the audit log is signed: Audit:KeyFile is not set");
        var (pending, fresh) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        long? looked = null;
        DateTimeOffset? all = null;
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                var head = await log.HeadAsync(stoppingToken);
                if (clock.GetUtcNow() is var now && (all is null || now < all || now - all >= LookAtAll))
                    (all, looked) = (now, null);
                if (looked != head)
                    fresh.UnionWith(looked is { } from && from < head ? await log.TenantsAsync(from, head, stoppingToken) : await log.TenantsAsync(stoppingToken));
                looked = head;
                pending.UnionWith(fresh);
                if (await RoundAsync(pending, fresh, stoppingToken))
                    continue;
                await Task.Delay(Round, clock, stoppingToken);
                if (pending.Count == 0)
                    await log.WaitForCommitAsync(head, Poll, stoppingToken);
            }
            catch (Exception e) when (Outage.Is(e) && !stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("The audit log waits for its database: {Reason}", e.Message);
                looked = null;
                await Task.Delay(Poll, clock, stoppingToken);
            }
    }

    /// <summary>
    /// A batch of each tenant, of some at a time: each waits for the disk at its end. A tenant is done when its tree is whole and signed. One that only waits for its next signature
    /// is left alone until then. True if a tree has more to add at once.
    /// </summary>
    async Task<bool> RoundAsync(HashSet<string> pending, HashSet<string> fresh, CancellationToken cancellation)
    {
        string[] tenants = [.. pending.Where(tenant => fresh.Contains(tenant) || IsDue(tenant)).Order(StringComparer.Ordinal)];
        var steps = new Step[tenants.Length];
        await Parallel.ForAsync(0, tenants.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (i, token) => steps[i] = await StepAsync(tenants[i], token));
        foreach (var (tenant, step) in tenants.Zip(steps))
        {
            fresh.Remove(tenant);
            if (step == Step.Behind)
                fresh.Add(tenant);
            if (step == Step.Done)
                pending.Remove(tenant);
        }
        return steps.Contains(Step.Behind);
    }

    enum Step { Unsigned, Behind, Done }

    async Task<Step> StepAsync(string tenant, CancellationToken cancellation)
    {
        try
        {
            var behind = await follower.FollowAsync(tenant, cancellation);
            var signed = await SignAsync(tenant, cancellation);
            if (signed && !behind)
                troubles.TryRemove(tenant, out _);
            return behind ? Step.Behind : signed ? Step.Done : Step.Unsigned;
        }
        catch (Exception e) when (!Outage.Is(e) && !cancellation.IsCancellationRequested)
        {
            // A damaged tree of one tenant is that tenant's trouble; it is tried again when its log moves
            Say(tenant, $"the audit log cannot be continued: {e.Message}", e);
            return Step.Done;
        }
    }

    bool IsDue(string tenant) => !signed.TryGetValue(tenant, out var last) || clock.GetUtcNow() is var now && (now < last || now - last >= settings.Checkpoint);

    /// <summary>True if there is nothing left to sign for now.</summary>
    async Task<bool> SignAsync(string tenant, CancellationToken cancellation)
    {
        if (signing.Signer is not { } signer)
            return true;
        if (!IsDue(tenant))
            return false;
        if (!await witnesses.MaySignAsync(tenant, signer.Remembers(tenant), cancellation))
        {
            Say(tenant, "nothing is signed until a witness answers: neither it nor the signing memory vouches for the log", null);
            return false;
        }
        var outcome = await signer.SignAsync(tenant, cancellation);
        if (outcome.Refusal is { } refusal)
        {
            Say(tenant, $"nothing is signed any more: {refusal} Compare with the last checkpoint that a witness or an office holds, then found the log anew: deploy/eq audit-log {origins.Service} found {tenant} REASON", null);
            return false;
        }
        if (outcome.NotHere is { } why)
        {
            Say(tenant, $"this process signs nothing: {why} Give all replicas one Audit:MemoryFolder. If it was lost: deploy/eq audit-log {origins.Service} accept-memory {tenant}", null);
            return false;
        }
        if (outcome.Size is not null)
        {
            signed[tenant] = clock.GetUtcNow();
            witnesses.Offer(tenant);
        }
        return true;
    }

    void Say(string tenant, string trouble, Exception? cause)
    {
        if (troubles.TryGetValue(tenant, out var said) && said == trouble)
            return;
        troubles[tenant] = trouble;
        logger.LogCritical(cause, "Audit log {Origin}: {Trouble}", origins.Of(tenant), trouble);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(troubles.IsEmpty
        ? HealthCheckResult.Healthy()
        : HealthCheckResult.Degraded(string.Join(". ", troubles.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}: {one.Value}"))));
}
