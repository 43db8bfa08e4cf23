using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EdFiServer;
using EquityPlatform.EventSourcing;
using EquityPlatform.Testing;

namespace EquityPlatform.Ingestion.Tests.EdFi;

/// <summary>The ingestion service beside an Ed-Fi-shaped server with the sample district.</summary>
internal sealed class EdFiDistrict : IAsyncDisposable
{
    public const string Source = "ed-fi", Key = "key-1", Secret = "the-secret-of-the-key";
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "ed-fi", "grand-bend");

    readonly HttpClient client;

    EdFiDistrict(IngestionHost service, EdFiHost api) => (Service, Api, client) = (service, api, service.Client());

    public IngestionHost Service { get; }
    public EdFiHost Api { get; }
    public HttpClient Client => client;

    public static (string, string)[] Settings(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["Ingestion:EdFi:AllowPrivateAddresses"] = "true",
            ["Ingestion:EdFi:Pause"] = "00:00:00.005",
            ["Ingestion:EdFi:Look"] = "00:00:00.1",
            [$"Ingestion:EdFi:Secrets:{IngestionHost.Tenant}:{Source}"] = Secret,
        };
        foreach (var (key, value) in more)
            settings[key] = value;
        return [.. settings.Select(s => (s.Key, s.Value))];
    }

    public static async Task<EdFiDistrict> StartAsync(PostgresServer postgres, params (string, string)[] settings) => await StartAsync(await postgres.CreateDatabaseAsync(), settings);

    public static async Task<EdFiDistrict> StartAsync(string database, params (string, string)[] settings) =>
        new(await IngestionHost.StartAsync(database, Settings(settings)), await EdFiHost.StartAsync(Folder, "http://127.0.0.1:0", Key, Secret));

    public async Task<EdFiSource> ConfigureAsync(ConfigureEdFiSource? ask = null)
    {
        var answer = await client.PutAsJsonAsync($"{IngestionHost.Root}/ed-fi/{Source}", ask ?? new ConfigureEdFiSource(Api.Address, Key));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<EdFiSource>(IngestionHost.Web))!;
    }

    public async Task<EdFiSource> StateAsync() => (await client.GetFromJsonAsync<EdFiSource>($"{IngestionHost.Root}/ed-fi/{Source}", IngestionHost.Web))!;

    /// <summary>Asks for a run and waits until it ended and its feed, if it made one, is settled.</summary>
    public async Task<(EdFiSource State, Feed? Feed)> RunAsync(bool complete = false)
    {
        var before = (await StateAsync()).LastRun?.EndedAt;
        Api.Requests.Clear();
        (await client.PostAsJsonAsync($"{IngestionHost.Root}/ed-fi/{Source}/run", new RunEdFiSource(complete))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        EdFiSource? state = null;
        await Eventually.Async(async () => (state = await StateAsync()).LastRun is { } run && run.EndedAt != before, TimeSpan.FromMinutes(3), "the run ended");
        return (state!, state!.LastRun!.FeedId is { } feed ? await client.SettledAsync(feed) : null);
    }

    public async Task<List<RecordedEvent>> EventsAsync(long after = 0)
    {
        var events = new List<RecordedEvent>();
        await foreach (var e in Service.Log.ReadAllAsync(IngestionHost.Tenant, after, null, null, default))
            events.Add(e);
        return events;
    }

    /// <summary>Types of what was recorded after a position, without what every feed records.</summary>
    public async Task<string[]> NewsAsync(long after) => [.. (await EventsAsync(after)).Select(e => e.Type).Where(t => !t.StartsWith("feed-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static Func<JsonObject, bool> OfStudent(string id) => item => EquityPlatform.EdFiServer.Store.Find(item, "studentUniqueId")?.ToString() == id;

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Api.DisposeAsync();
    }
}
