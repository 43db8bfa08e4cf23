using System.Text.Json;
using RabbitMQ.Client;

namespace EquityPlatform.Faults.Checking;

/// <summary>A listener of the checker's own on the broker: a durable queue that gets every batch, and nobody pulls for it.</summary>
sealed class Tap(Uri broker)
{
    const string Exchange = "equity.batches";
    const string Queue = "tap";
    readonly List<TapBatch> heard = [];

    /// <summary>Before the first batch is published.</summary>
    public async Task OpenAsync()
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.QueueBindAsync(Queue, Exchange, "source.#");
    }

    /// <summary>Everything heard so far, in the order of the broker.</summary>
    public async Task<IReadOnlyList<TapBatch>> HeardAsync()
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        while (await channel.BasicGetAsync(Queue, autoAck: false) is { } message)
        {
            heard.Add(Read(message.Body));
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
        }
        return heard;
    }

    static TapBatch Read(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        var batch = json.RootElement;
        return new(batch.GetProperty("tenant").GetString()!, batch.GetProperty("previousSeq").GetInt64(), batch.GetProperty("toSeq").GetInt64(),
            [.. batch.GetProperty("events").EnumerateArray().Select(e => (e.GetProperty("seq").GetInt64(), e.GetProperty("id").GetGuid()))]);
    }

    Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
}
