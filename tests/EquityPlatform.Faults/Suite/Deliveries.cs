using System.Globalization;
using System.Text.Json;
using EquityPlatform.Faults.Running;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace EquityPlatform.Faults.Suite;

/// <summary>A broker that delivers every message three times and in any order.</summary>
static class Deliveries
{
    const string Exchange = "equity.batches";
    const string Between = "shuffled";
    const int Window = 12;
    const int Enough = 120;

    public static IEnumerable<Fault> All => [new("thrice-and-shuffled", 8, ShuffleAsync)];

    /// <summary>A queue of our own takes the place of the sink's at the exchange; what comes goes on to the sink three times, shuffled within a window.</summary>
    static async Task<string> ShuffleAsync(RunningRig rig, Random random)
    {
        await using var connection = await new ConnectionFactory { Uri = rig.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(Between, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(Between, Exchange, "source.#");
        for (var partition = 0; partition < 2; partition++)
            await channel.ExchangeUnbindAsync(SinkExchange(partition), Exchange, $"source.{partition}");
        var (came, went, inversions) = (0, 0, 0);
        var last = new Dictionary<string, long>();
        var held = new List<(string Route, IReadOnlyBasicProperties Properties, byte[] Body)>();
        var work = new SemaphoreSlim(1);
        async Task FlushAsync()
        {
            var batch = held.SelectMany(message => Enumerable.Repeat(message, 3)).ToArray();
            held.Clear();
            random.Shuffle(batch);
            foreach (var (route, properties, body) in batch)
            {
                using var json = JsonDocument.Parse(body);
                var (tenant, seq) = (json.RootElement.GetProperty("tenant").GetString()!, json.RootElement.GetProperty("previousSeq").GetInt64());
                inversions += last.TryGetValue(tenant, out var before) && seq < before ? 1 : 0;
                last[tenant] = seq;
                await channel.BasicPublishAsync(SinkExchange(int.Parse(route[^1..], CultureInfo.InvariantCulture)), "", mandatory: false, new BasicProperties(properties), body);
                went++;
            }
        }
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            await work.WaitAsync();
            came++;
            held.Add((message.RoutingKey, new BasicProperties(message.BasicProperties), message.Body.ToArray()));
            if (held.Count >= Window)
                await FlushAsync();
            work.Release();
        };
        await channel.BasicConsumeAsync(Between, autoAck: true, consumer);
        await rig.AcknowledgesAsync(10);
        await Eventually.Async(() => came >= Enough, TimeSpan.FromSeconds(40), "batches come");
        for (var partition = 0; partition < 2; partition++)
            await channel.ExchangeBindAsync(SinkExchange(partition), Exchange, $"source.{partition}");
        await channel.QueueDeleteAsync(Between);
        await work.WaitAsync();
        await FlushAsync();
        if (inversions < Window)
            throw new MissedException($"only {inversions} of {went} deliveries were out of order");
        return $"{came} batches delivered {went} times, {inversions} out of order";
    }

    static string SinkExchange(int partition) => string.Create(CultureInfo.InvariantCulture, $"equity.sink.ledger-1.{partition}");
}
