using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using EquityPlatform.Testing;

namespace EquityPlatform.Faults.Checking;

/// <summary>An auditor: asks for the latest checkpoints all the time, and for everything at the end.</summary>
sealed class AuditReader(IReadOnlyList<Func<Uri>> sources, IReadOnlyList<string> tenants) : IAsyncDisposable
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    readonly ConcurrentQueue<SeenCheckpoint> seen = new();
    readonly Dictionary<string, string> tokens = tenants.ToDictionary(tenant => tenant, tenant => DemoTokens.For("auditor", tenant));
    readonly CancellationTokenSource stopping = new();
    Task watching = Task.CompletedTask;

    /// <summary>Every checkpoint that was served.</summary>
    public IReadOnlyList<SeenCheckpoint> Seen => [.. seen.Distinct()];

    public void Start() => watching = Task.Run(async () =>
    {
        using var timer = new PeriodicTimer(Every);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        while (!stopping.IsCancellationRequested)
        {
            foreach (var source in sources)
                foreach (var tenant in tenants)
                    try
                    {
                        if (await GetAsync(http, source(), tenant, "checkpoint") is { IsSuccessStatusCode: true } answer)
                            seen.Enqueue(SeenCheckpoint.Parse(tenant, await answer.Content.ReadAsStringAsync()));
                    }
                    catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
                    {
                        // The replica was struck
                    }
            await timer.WaitForNextTickAsync();
        }
    });

    /// <summary>The whole log of every tenant, from the first source.</summary>
    public async Task<IReadOnlyList<AuditTree>> ReadAsync()
    {
        using var http = new HttpClient();
        var trees = new List<AuditTree>();
        foreach (var tenant in tenants)
        {
            var notes = await TextAsync(http, tenant, "checkpoints?after=-1&limit=10000");
            var checkpoints = notes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("note").GetString()!).Select(note => SeenCheckpoint.Parse(tenant, note)).ToArray();
            var size = checkpoints.Select(checkpoint => checkpoint.Size).DefaultIfEmpty().Max();
            var (leaves, hashes) = (new List<byte[]>(), new List<byte[]>());
            for (var at = 0L; at < size; at += 256)
            {
                var tile = PathOf(at / 256, (int)Math.Min(256, size - at));
                var entries = (await BytesAsync(http, tenant, $"tile/entries/{tile}")).AsMemory();
                while (!entries.IsEmpty)
                {
                    var length = BinaryPrimitives.ReadUInt16BigEndian(entries.Span);
                    leaves.Add(entries.Slice(2, length).ToArray());
                    entries = entries[(2 + length)..];
                }
                hashes.AddRange((await BytesAsync(http, tenant, $"tile/0/{tile}")).Chunk(32));
            }
            trees.Add(new(tenant, leaves, hashes, checkpoints));
        }
        return trees;
    }

    static string PathOf(long n, int width) =>
        (n < 1000 ? n.ToString("000", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"x{n / 1000:000}/{n % 1000:000}")) + (width == 256 ? "" : string.Create(CultureInfo.InvariantCulture, $".p/{width}"));

    async Task<string> TextAsync(HttpClient http, string tenant, string route) => await (await GetAsync(http, sources[0](), tenant, route)).EnsureSuccessStatusCode().Content.ReadAsStringAsync();

    async Task<byte[]> BytesAsync(HttpClient http, string tenant, string route) => await (await GetAsync(http, sources[0](), tenant, route)).EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();

    async Task<HttpResponseMessage> GetAsync(HttpClient http, Uri source, string tenant, string route)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(source, $"/api/audit/v1/source/{tenant}/{route}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[tenant]);
        return await http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        stopping.Dispose();
    }
}
