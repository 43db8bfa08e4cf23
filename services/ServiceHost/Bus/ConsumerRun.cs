using System.Collections.Concurrent;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.ServiceHost.Database;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>One consumer: a queue for each partition that this replica holds, a lane for each tenant.</summary>
internal sealed class ConsumerRun(IBusConsumer consumer, ConsumerTools tools, ILogger logger)
{
    // A queue keeps what a consumer has not read for a while; beyond it the oldest go, as the log has them all
    const int QueueBatches = 10_000;
    const int QueueBytes = 64 * 1024 * 1024;
    const int DeliveryLimit = 20;
    const ushort Prefetch = 64;

    readonly ConcurrentDictionary<string, TenantLane> lanes = new(StringComparer.Ordinal);
    readonly Dictionary<int, HostReceiveEndpointHandle> endpoints = [];
    readonly ConcurrentBag<Task> running = [];
    CancellationToken stopping;

    public async Task RunAsync(CancellationToken cancellation)
    {
        stopping = cancellation;
        try
        {
            await Task.WhenAll(FollowLeasesAsync(cancellation), PullWhenIdleAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var lane in lanes.Values)
                lane.Dispose();
        }
    }

    async Task FollowLeasesAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var changed = tools.Leases.ChangedAsync(cancellation);
            for (var partition = 0; partition < tools.Settings.Partitions; partition++)
            {
                var mine = Holds(partition);
                if (mine && !endpoints.ContainsKey(partition) && tools.Broker.Consuming is { } bus)
                    endpoints[partition] = Connect(bus, partition);
                else if (!mine && endpoints.Remove(partition, out var endpoint))
                    await StopAsync(endpoint, cancellation);
            }
            await changed;
        }
    }

    async Task StopAsync(HostReceiveEndpointHandle endpoint, CancellationToken cancellation)
    {
        try
        {
            await endpoint.StopAsync(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && (Outage.Is(e) || e is MassTransitException or RabbitMQ.Client.Exceptions.RabbitMQClientException or OperationCanceledException))
        {
            // With the connection the queue's reader is gone as well
            logger.LogWarning("{Consumer} left a queue in disorder: {Reason}", consumer.Name, e.Message);
        }
    }

    HostReceiveEndpointHandle Connect(IBusControl bus, int partition) => bus.ConnectReceiveEndpoint(QueueName(partition), endpoint =>
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = Prefetch;
        endpoint.ConcurrentMessageLimit = Prefetch;
        // No error queue: the log is where a batch can be had again
        endpoint.DiscardFaultedMessages();
        endpoint.DiscardSkippedMessages();
        if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
        {
            queue.SetQuorumQueue();
            queue.SetQueueArgument("x-max-length", QueueBatches);
            queue.SetQueueArgument("x-max-length-bytes", QueueBytes);
            queue.SetQueueArgument("x-overflow", "drop-head");
            queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
            queue.Bind(consumer.NoticesOnly ? tools.Settings.NoticesExchange : tools.Settings.Exchange, binding =>
            {
                binding.ExchangeType = RabbitMQ.Client.ExchangeType.Topic;
                binding.RoutingKey = BusSettings.RoutingKey(consumer.Source, partition);
            });
        }
        endpoint.Handler<EventBatch>(received => received.Message.Source == consumer.Source
            ? Lane(received.Message.Tenant).OfferAsync(received.Message, stopping)
            : Task.CompletedTask);
    });

    // A queue keeps the bindings it was made with: with other ones it is another queue
    string QueueName(int partition) => FormattableString.Invariant($"equity.{tools.Definition.Name}.{consumer.Name.Replace('/', '-')}{(consumer.NoticesOnly ? ".notices" : "")}.{partition}");

    /// <summary>Finds what no batch told of: a lost tail, or a district whose first batches went by before the queue was there.</summary>
    async Task PullWhenIdleAsync(CancellationToken cancellation)
    {
        var changed = Task.CompletedTask;
        while (true)
        {
            if (changed.IsCompleted)
                changed = tools.Leases.ChangedAsync(cancellation);
            try
            {
                if (Enumerable.Range(0, tools.Settings.Partitions).Any(Holds))
                    Look(await tools.Feed.HeadsAsync(consumer.Source, cancellation));
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && (Outage.Is(e) || e is TaskCanceledException or InvalidOperationException or System.Text.Json.JsonException))
            {
                // Also where Services:{source} is not set: said again and again, and the rest of the service goes on
                logger.LogWarning("{Consumer} cannot ask {Source} for its positions: {Reason}", consumer.Name, consumer.Source, e.Message);
            }
            await Task.WhenAny(Task.Delay(tools.Settings.IdlePull, tools.Clock, cancellation), changed);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    void Look(IReadOnlyDictionary<string, long> heads)
    {
        foreach (var (tenant, head) in heads.Where(head => Holds(tools.Settings.PartitionOf(head.Key))))
        {
            var lane = Lane(tenant);
            if (lane.IsIdleFor(tools.Settings.IdlePull))
                lane.Seen(head);
        }
    }

    bool Holds(int partition) => tools.Leases.Of(PartitionLeases.ConsumerLease(consumer.Name), partition) is not null;

    TenantLane Lane(string tenant)
    {
        if (lanes.TryGetValue(tenant, out var there))
            return there;
        var made = new TenantLane(consumer, tenant, tools, logger);
        var lane = lanes.GetOrAdd(tenant, made);
        if (ReferenceEquals(lane, made))
            running.Add(lane.RunAsync(stopping));
        else
            made.Dispose();
        return lane;
    }
}
