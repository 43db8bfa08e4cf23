using System.Diagnostics.Metrics;
using EquityPlatform.Contracts.Bus;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>What an operator watches: batches out and in, gaps healed, duplicates dropped, consumers that stand still.</summary>
internal sealed class BusMetrics : IDisposable
{
    readonly Meter meter = new("EquityPlatform.Bus");
    readonly Counter<long> batches;
    readonly Counter<long> events;
    readonly Counter<long> applied;
    readonly Counter<long> duplicates;
    readonly Counter<long> pulls;
    readonly Counter<long> halts;
    readonly Histogram<double> latency;

    public BusMetrics()
    {
        batches = meter.CreateCounter<long>("equity.relay.batches", "{batch}", "Batches that the broker confirmed");
        events = meter.CreateCounter<long>("equity.relay.events", "{event}", "Published events that the broker confirmed");
        applied = meter.CreateCounter<long>("equity.consumer.events", "{event}", "Events whose effect was committed");
        duplicates = meter.CreateCounter<long>("equity.consumer.duplicates", "{event}", "Events dropped because their effect was committed before");
        pulls = meter.CreateCounter<long>("equity.consumer.pulls", "{pull}", "Times a gap or a lost tail was healed by pulling");
        halts = meter.CreateCounter<long>("equity.consumer.halts", "{halt}", "Times a consumer came to stand still for a tenant");
        latency = meter.CreateHistogram<double>("equity.consumer.latency", "ms", "From the recording of the last event to its committed effect");
    }

    public void Sent(EventBatch batch)
    {
        batches.Add(1, new KeyValuePair<string, object?>("source", batch.Source));
        events.Add(batch.Events.Count, new KeyValuePair<string, object?>("source", batch.Source));
    }

    public void Applied(string consumer, int count, TimeSpan? age)
    {
        applied.Add(count, new KeyValuePair<string, object?>("consumer", consumer));
        if (age is { } since)
            latency.Record(since.TotalMilliseconds, new KeyValuePair<string, object?>("consumer", consumer));
    }

    public void Duplicates(string consumer, int count) => duplicates.Add(count, new KeyValuePair<string, object?>("consumer", consumer));
    public void Pulled(string consumer) => pulls.Add(1, new KeyValuePair<string, object?>("consumer", consumer));
    public void Halted(string consumer) => halts.Add(1, new KeyValuePair<string, object?>("consumer", consumer));
    public void Dispose() => meter.Dispose();
}
