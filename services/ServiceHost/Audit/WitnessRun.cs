using System.Collections.Concurrent;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>
/// Shows every new checkpoint to the witnesses and stores their cosignatures. A witness that holds a larger checkpoint than the database ever signed proves
/// that the database was rolled back: then nothing is signed any more.
/// </summary>
internal sealed class WitnessRun(AuditSettings settings, AuditLogReads reads, AuditSigning signing, TimeProvider clock, ILogger<WitnessRun> logger) : BackgroundService
{
    const int Tries = 3;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Limit, MaxResponseContentBufferSize = 64 * 1024 };
    readonly ConcurrentDictionary<string, bool> offered = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> compared = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string Witness, string Tenant), long> held = new();
    readonly ConcurrentDictionary<string, string> said = new(StringComparer.Ordinal);

    /// <summary>True if this process may sign for the tenant: every witness was asked once what it holds, or the signing memory knows the log.</summary>
    /// <param name="remembered">The memory outside of the database knows the log.</param>
    public async Task<bool> MaySignAsync(string tenant, bool remembered, CancellationToken cancellation)
    {
        if (settings.Witnesses.Count == 0 || compared.ContainsKey(tenant))
            return true;
        var asked = await reads.CheckpointAsync(tenant, null, cancellation) is null || await OfferAsync(tenant, cancellation);
        if (!asked && !remembered)
            return false;
        compared[tenant] = true;
        return true;
    }

    /// <summary>Shows the tenant's latest checkpoint soon.</summary>
    public void Offer(string tenant) => offered[tenant] = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Witnesses.Count == 0)
            return;
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            foreach (var tenant in offered.Keys)
                try
                {
                    offered.TryRemove(tenant, out _);
                    if (!await OfferAsync(tenant, stoppingToken))
                        Offer(tenant);
                }
                catch (Exception e) when (Outage.Is(e) && !stoppingToken.IsCancellationRequested)
                {
                    Offer(tenant);
                }
    }

    /// <summary>True if every witness cosigned.</summary>
    async Task<bool> OfferAsync(string tenant, CancellationToken cancellation)
    {
        var all = true;
        foreach (var witness in settings.Witnesses.Select(one => new Witness(one, http)))
        {
            var trouble = await OfferAsync(witness, tenant, cancellation);
            if (trouble is not null && said.GetValueOrDefault(witness.Name) != trouble)
                logger.LogWarning("Witness {Witness} has not cosigned for {Tenant}: {Trouble}", witness.Name, tenant, trouble);
            said[witness.Name] = trouble ?? "";
            all &= trouble is null;
        }
        return all;
    }

    async Task<string?> OfferAsync(Witness witness, string tenant, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await reads.CheckpointAsync(tenant, null, cancellation) is not { } checkpoint || witness.Signed(checkpoint.Note) && held.ContainsKey((witness.Name, tenant)))
                return null;
            // What this process does not know it finds out by being corrected
            var old = Math.Min(held.GetValueOrDefault((witness.Name, tenant), checkpoint.Size), checkpoint.Size);
            var answer = await witness.OfferAsync(checkpoint.Note, old, await reads.ConsistencyAsync(tenant, old, checkpoint.Size, cancellation) ?? [], cancellation);
            if (answer.Trouble is not null)
                return answer.Trouble;
            if (answer.Line is { } line)
            {
                held[(witness.Name, tenant)] = checkpoint.Size;
                if (!witness.Signed(checkpoint.Note))
                    await signing.Signer!.CosignAsync(tenant, checkpoint, line, cancellation);
                return null;
            }
            held[(witness.Name, tenant)] = answer.Size!.Value;
            // Another replica may have signed more in the meantime
            if (answer.Size > checkpoint.Size && answer.Size > (await reads.CheckpointAsync(tenant, null, cancellation))?.Size)
            {
                await signing.Signer!.RefuseAsync(tenant, $"Witness {witness.Name} holds a checkpoint of {answer.Size} leaves, the database's last is of {checkpoint.Size}: it was rolled back.", cancellation);
                return $"it holds {answer.Size} leaves, which the database does not know";
            }
        }
        return "it was corrected again and again";
    }

    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }
}
