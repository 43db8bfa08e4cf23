using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>Runs the consumers of other services' events.</summary>
internal sealed class ConsumerHost(IEnumerable<IBusConsumer> consumers, ConsumerTools tools, SchemaGate gate, ILoggerFactory loggers) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.OpenedAsync(stoppingToken);
        await Task.WhenAll(consumers.Select(consumer => new ConsumerRun(consumer, tools, loggers.CreateLogger($"EquityPlatform.Consumers.{consumer.Name}")).RunAsync(stoppingToken)));
    }
}

/// <summary>What every consumer's run works with.</summary>
internal sealed record ConsumerTools(ServiceDefinition Definition, PartitionLeases Leases, BusSettings Settings, Broker Broker, SourceFeed Feed, EffectWriter Effects, Halts Halts, BusMetrics Metrics, TimeProvider Clock);
