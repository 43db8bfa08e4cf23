using EquityPlatform.EventSourcing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Database;

/// <summary>The runners of a service's subscriptions to its own log, by name.</summary>
internal sealed class SubscriptionRunners(EventLog log, IEnumerable<ISubscription> subscriptions, ILogger<SubscriptionRunner> logger)
{
    readonly Dictionary<string, SubscriptionRunner> runners = subscriptions.ToDictionary(s => s.Name, s => new SubscriptionRunner(log, s, logger), StringComparer.Ordinal);

    public IReadOnlyCollection<SubscriptionRunner> All => runners.Values;

    /// <summary>Another try now, if it is a subscription of this service.</summary>
    public void Retry(string name, string tenant)
    {
        if (runners.TryGetValue(name, out var runner))
            runner.Retry(tenant);
    }

    public SubscriptionRunner Named(string name) =>
        runners.TryGetValue(name, out var runner) ? runner : throw new InvalidOperationException($"There is no subscription named {name}.");
}

/// <summary>Runs the subscriptions once the schema is known to be right.</summary>
internal sealed class SubscriptionHost(SubscriptionRunners runners, SchemaGate gate) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.OpenedAsync(stoppingToken);
        await Task.WhenAll(runners.All.Select(runner => runner.RunAsync(stoppingToken)));
    }
}
