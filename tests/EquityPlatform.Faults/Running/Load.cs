using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EquityPlatform.Faults.Checking;
using EquityPlatform.Hosting;
using EquityPlatform.Testing;

namespace EquityPlatform.Faults.Running;

/// <summary>
/// Clients of the rig. Each sends one command after another to any replica. Where the outcome is unknown, some repeat at once with the same id (as a good client
/// does), others leave it open until the end, so that the checker sees what an unknown command left behind.
/// </summary>
sealed class Load : IDisposable
{
    const int Clients = 6;
    const int Streams = 7;
    const int LargeEvery = 40;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(900);

    /// <summary>Before a client repeats what it has no answer to, as clients do.</summary>
    static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    readonly int[] ports;
    readonly History history;
    readonly int seed;
    readonly HttpClient http;
    readonly TimeProvider clock;
    readonly Dictionary<string, string> tokens;
    CancellationTokenSource stop = new();
    Task running = Task.CompletedTask;
    int number;

    public Load(int[] ports, History history, int seed, TimeProvider? clock = null)
    {
        (this.ports, this.history, this.seed) = (ports, history, seed);
        this.clock = clock ?? TimeProvider.System;
        http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), PooledConnectionLifetime = TimeSpan.FromSeconds(20) }) { Timeout = Patience };
        // Good for hours before and after: the services' clocks may be stepped, the clients' are not
        var identity = new DemoIdentity(DemoTokens.KeyFile, new HoursAgo(this.clock));
        tokens = Tenants.ToDictionary(tenant => tenant, tenant => identity.Issue("data-steward", tenant, "demo:data-steward", "data-steward", [], TimeSpan.FromHours(6)));
    }

    public static readonly string[] Tenants = ["north", "east", "south"];

    /// <summary>From this on, clients send only to these replicas (a load balancer that has seen the others fail).</summary>
    public HashSet<int> Avoid { get; } = [];

    /// <summary>The last answers of servers that were neither success nor refusal.</summary>
    public IReadOnlyCollection<string> Troubles => troubles;
    readonly System.Collections.Concurrent.ConcurrentQueue<string> troubles = new();

    public void Start()
    {
        stop = new();
        running = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => ClientAsync(new Random(HashCode.Combine(seed, client, number)), stop.Token))));
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running;
    }

    async Task ClientAsync(Random random, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var sent = Next(random);
            history.Write(sent);
            var leavesOpen = random.Next(4) == 0;
            while (true)
            {
                sent = await SendAsync(sent, Port(random));
                history.Write(sent);
                if (sent.Fate is not Fate.Unknown || leavesOpen || cancellation.IsCancellationRequested)
                    break;
                await Task.Delay(RetryPause, CancellationToken.None);
            }
            await Task.Delay(Pause, clock, CancellationToken.None);
        }
    }

    Sent Next(Random random)
    {
        var tenant = Tenants[random.Next(Tenants.Length)];
        var nth = Interlocked.Increment(ref number);
        var events = nth % LargeEvery == 0 ? 230 : random.Next(1, 4); // a large one goes by COPY
        return new(Guid.NewGuid(), tenant, $"entry-{random.Next(Streams)}", nth, events, random.Next(3) == 0, $"{tenant} {nth} {random.NextInt64():x}", Fate.Sent);
    }

    int Port(Random random)
    {
        int[] open;
        lock (Avoid)
            open = [.. ports.Where(port => !Avoid.Contains(port))];
        return open[random.Next(open.Length)];
    }

    /// <summary>Sends a command, for the first time or again.</summary>
    public async Task<Sent> SendAsync(Sent sent, int? port = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port ?? ports[0]}/api/source/v1/entries");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[sent.Tenant]);
        request.Headers.Add("Idempotency-Key", sent.Command.ToString());
        request.Content = JsonContent.Create(new { sent.Stream, sent.Number, sent.Events, sent.Inside, sent.Text });
        try
        {
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.OK && JsonNode.Parse(body) is { } done)
                return sent with { Fate = Fate.Acknowledged, First = done["firstPosition"]!.GetValue<long>(), Last = done["lastPosition"]!.GetValue<long>() };
            if ((int)answer.StatusCode < 500)
                return sent with { Fate = Fate.Refused, Answer = $"{(int)answer.StatusCode} {body}" };
            troubles.Enqueue($"{(int)answer.StatusCode} {CodeOf(body)}");
            return sent with { Fate = Fate.Unknown, Answer = $"{(int)answer.StatusCode} {CodeOf(body)}" };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or System.Text.Json.JsonException)
        {
            return sent with { Fate = Fate.Unknown, Answer = e.GetType().Name };
        }
    }

    static string CodeOf(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["code"]?.ToString() ?? "";
        }
        catch (System.Text.Json.JsonException)
        {
            return "";
        }
    }

    /// <summary>Repeats what was left open until each command has an answer.</summary>
    public async Task ResolveAsync()
    {
        foreach (var sent in history.All.Where(sent => sent.Fate is Fate.Unknown or Fate.Sent))
            await Eventually.Async(async () =>
            {
                var again = await SendAsync(sent, ports[0]);
                history.Write(again);
                return again.Fate is not Fate.Unknown;
            }, TimeSpan.FromSeconds(30), "an open command is answered");
    }

    sealed class HoursAgo(TimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() - TimeSpan.FromHours(3);
    }

    public void Dispose()
    {
        http.Dispose();
        stop.Dispose();
    }
}
