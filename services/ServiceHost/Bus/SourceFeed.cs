using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.ServiceHost.Feeds;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>A run of a source's events: everything published in (<paramref name="After"/>, <paramref name="To"/>].</summary>
internal sealed record Run(long After, long To, IReadOnlyList<PublishedEvent> Events)
{
    /// <summary>The source has more than this.</summary>
    public bool More { get; init; }
}

/// <summary>Reads a source's pull feed.</summary>
internal sealed class SourceFeed(ServiceClients clients)
{
    const int Limit = 2_000;

    /// <summary>A source that says nothing for so long has gone without closing the connection.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>The next run after a position. A connection that is cut in the middle gives the run up to the last event that came.</summary>
    public async Task<Run> PullAsync(string source, string tenant, long after, CancellationToken cancellation, int limit = Limit)
    {
        var path = FormattableString.Invariant($"api/{source}/v1/events?after={after}&limit={limit}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Silence);
        using var answer = await clients.For(source, tenant).GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        answer.EnsureSuccessStatusCode();
        var events = new List<PublishedEvent>();
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
            using var lines = new StreamReader(body);
            while (await lines.ReadLineAsync(patience.Token) is { } line)
            {
                patience.CancelAfter(Silence);
                if (line.StartsWith("{\"position\":", StringComparison.Ordinal))
                {
                    var end = Read<FeedPosition>(line);
                    return new(after, end.Position, events) { More = end.Head > end.Position };
                }
                events.Add(Read<PublishedEvent>(line));
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && (e is IOException or HttpRequestException or OperationCanceledException || (e is JsonException && events.Count > 0)))
        {
            // The last line may be half a line; what came before it counts
        }
        return events.Count > 0 ? new(after, events[^1].Seq, events) { More = true } : throw new IOException($"The feed of {source} ended without its position.");
    }

    /// <summary>Last position of every tenant that the source has.</summary>
    public async Task<IReadOnlyDictionary<string, long>> HeadsAsync(string source, CancellationToken cancellation) =>
        await clients.For(source, ServiceClients.AllTenants).GetFromJsonAsync<Dictionary<string, long>>($"api/{source}/v1/events/heads", Publishing.Json, cancellation) ?? [];

    /// <summary>What every tenant has there after a position.</summary>
    public async Task<IReadOnlyDictionary<string, Operations.Behind>> BehindAsync(string source, IReadOnlyDictionary<string, long> positions, CancellationToken cancellation)
    {
        using var answer = await clients.For(source, ServiceClients.AllTenants).PostAsJsonAsync($"api/{source}/v1/events/behind", positions, Publishing.Json, cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<Dictionary<string, Operations.Behind>>(Publishing.Json, cancellation) ?? [];
    }

    static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line, Publishing.Json) ?? throw new JsonException("A line of the feed holds null.");
}
