using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>Keeps the audit log of every tenant close behind the event log, and signs how far it reaches.</summary>
internal sealed class AuditLogRun(EventLog log, AuditFollower follower, CheckpointSigner? signer, AuditSettings settings, SchemaGate gate, TimeProvider clock, ILogger<AuditLogRun> logger) : BackgroundService
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    readonly Dictionary<string, DateTimeOffset> signed = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.OpenedAsync(stoppingToken);
        if (signer is null)
            logger.LogWarning("No checkpoint of the audit log is signed: Audit:KeyFile is not set");
        var pending = new HashSet<string>(StringComparer.Ordinal);
        long? looked = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var head = await log.HeadAsync(stoppingToken);
                if (looked != head)
                    pending.UnionWith(looked is { } from ? await log.TenantsAsync(from, head, stoppingToken) : await log.TenantsAsync(stoppingToken));
                looked = head;
                await FollowAsync(pending, stoppingToken);
                await log.WaitForCommitAsync(head, pending.Count > 0 ? settings.Checkpoint / 4 : Poll, stoppingToken);
            }
            catch (Exception e) when (Outage.Is(e) && !stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("The audit log waits for its database: {Reason}", e.Message);
                looked = null;
                await Task.Delay(Poll, clock, stoppingToken);
            }
        }
    }

    /// <summary>A batch of each tenant in turn; a tenant is done when its tree is whole and signed.</summary>
    async Task FollowAsync(HashSet<string> pending, CancellationToken cancellation)
    {
        foreach (var tenant in pending.Order(StringComparer.Ordinal).ToArray())
        {
            var more = await follower.FollowAsync(tenant, cancellation);
            var now = clock.GetUtcNow();
            if (signer is not null && now - signed.GetValueOrDefault(tenant) < settings.Checkpoint)
                continue;
            if (signer is not null && await signer.SignAsync(tenant, cancellation))
                signed[tenant] = now;
            if (!more)
                pending.Remove(tenant);
        }
    }
}
