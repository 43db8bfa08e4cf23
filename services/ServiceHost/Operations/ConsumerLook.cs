using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Bus;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Operations;

/// <summary>Looks at every consumer of this service: checkpoints and halts here, heads here and at the sources.</summary>
internal sealed class ConsumerLook(EventLog log, ServiceDefinition definition, SubscriptionRunners runners, IEnumerable<IBusConsumer> consumers, BusSettings settings,
    SourceFeed feed, LogLag lag, Halts halts, ILogger<ConsumerLook> logger)
{
    const string Relay = "relay";

    readonly HaltTable halted = new(log.Database, log.Schema);
    readonly string schema = EventLogSchema.Quoted(log.Schema);

    /// <summary>Name and source of each consumer.</summary>
    public IReadOnlyList<(string Name, string Source)> Consumers { get; } =
    [
        .. runners.All.Select(runner => (runner.Subscription.Name, definition.Name)),
        .. consumers.Select(consumer => (consumer.Name, consumer.Source)),
        .. settings.Broker is null ? Array.Empty<(string, string)>() : [(Relay, definition.Name)],
    ];

    /// <summary>State of every consumer, for one tenant or for all.</summary>
    /// <param name="known">States of the last look: a tenant that was caught up, and whose sources have nothing new, is not looked at again.</param>
    public async Task<IReadOnlyList<ConsumerState>> LookAsync(string? only, IReadOnlyList<ConsumerState> known, CancellationToken cancellation)
    {
        var heads = new Dictionary<string, IReadOnlyDictionary<string, long>>(StringComparer.Ordinal);
        foreach (var source in Consumers.Select(consumer => consumer.Source).Distinct(StringComparer.Ordinal))
            heads[source] = await HeadsAsync(source, known, cancellation);
        var before = known.ToLookup(state => state.Tenant, StringComparer.Ordinal);
        var states = new List<ConsumerState>();
        foreach (var tenant in only is not null ? [only] : heads.Values.SelectMany(of => of.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray())
        {
            var last = before[tenant].ToArray();
            var same = last.Length == Consumers.Count && last.All(state => state.Lag == 0 && state.Halt is null && state.Head == heads[state.Source].GetValueOrDefault(tenant));
            states.AddRange(same ? last : await LookAsync(tenant, heads, cancellation));
        }
        return await WithSourcesAsync(states, cancellation);
    }

    async Task<IReadOnlyDictionary<string, long>> HeadsAsync(string source, IReadOnlyList<ConsumerState> known, CancellationToken cancellation)
    {
        if (source == definition.Name)
            return await log.HeadsAsync(cancellation);
        try
        {
            return await feed.HeadsAsync(source, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && (Outage.Is(e) || e is TaskCanceledException or InvalidOperationException or System.Text.Json.JsonException)) // also where Services:{source} is not set
        {
            logger.LogDebug("{Source} cannot be asked for its positions: {Reason}", source, e.Message);
            return known.Where(state => state.Source == source).GroupBy(state => state.Tenant).ToDictionary(of => of.Key, of => of.Max(state => state.Head), StringComparer.Ordinal);
        }
    }

    async Task<List<ConsumerState>> LookAsync(string tenant, Dictionary<string, IReadOnlyDictionary<string, long>> heads, CancellationToken cancellation)
    {
        var positions = await PositionsAsync(tenant, cancellation);
        var standing = (await halted.ListAsync(tenant, cancellation)).ToDictionary(halt => halt.Consumer, StringComparer.Ordinal);
        var own = Consumers.Where(consumer => consumer.Source == definition.Name).Select(consumer => positions.GetValueOrDefault(consumer)).ToArray();
        var behind = await lag.BehindAsync(tenant, heads.GetValueOrDefault(definition.Name)?.GetValueOrDefault(tenant) ?? 0, own, cancellation);
        var (states, nth) = (new List<ConsumerState>(), 0);
        foreach (var consumer in Consumers)
        {
            var position = positions.GetValueOrDefault(consumer);
            halts.Passed(consumer.Name, tenant, position);
            // One that was passed by a replica which did not know of it is over
            var halt = standing.GetValueOrDefault(consumer.Name) is { } at && at.Position > position ? HaltState.Of(at) : null;
            var of = consumer.Source == definition.Name ? behind[nth++] : new(heads[consumer.Source].GetValueOrDefault(tenant), 0, null);
            states.Add(new(consumer.Name, consumer.Source, tenant, position, of.Head, of.Events, of.OldestAt, halt));
        }
        return states;
    }

    /// <summary>Asks each source once for all that is behind there.</summary>
    async Task<IReadOnlyList<ConsumerState>> WithSourcesAsync(List<ConsumerState> states, CancellationToken cancellation)
    {
        foreach (var late in states.Where(state => state.Source != definition.Name && state.Position < state.Head).GroupBy(state => (state.Consumer, state.Source)).ToArray())
            try
            {
                var behind = await feed.BehindAsync(late.Key.Source, late.ToDictionary(state => state.Tenant, state => state.Position, StringComparer.Ordinal), cancellation);
                foreach (var state in late)
                    if (behind.TryGetValue(state.Tenant, out var now))
                        states[states.IndexOf(state)] = state with { Head = now.Head, Lag = now.Events, OldestAt = now.OldestAt };
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && (Outage.Is(e) || e is TaskCanceledException or InvalidOperationException or System.Text.Json.JsonException)) // also where Services:{source} is not set
            {
                logger.LogDebug("{Source} cannot be asked for its lag: {Reason}", late.Key.Source, e.Message);
            }
        return states;
    }

    async Task<Dictionary<(string Consumer, string Source), long>> PositionsAsync(string tenant, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(log.Database, tenant, new NpgsqlBatchCommand($"select consumer, source, seq from {schema}.eq_progress where tenant_id = $1") { Parameters = { new() { Value = tenant } } });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        var positions = new Dictionary<(string, string), long>();
        while (await reader.ReadAsync(cancellation))
            positions[(reader.GetString(0), reader.GetString(1))] = reader.GetInt64(2);
        return positions;
    }
}
