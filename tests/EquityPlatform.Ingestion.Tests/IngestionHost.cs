using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Database;
using EquityPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>The ingestion service on Kestrel and PostgreSQL, as it runs in production.</summary>
internal sealed class IngestionHost : IAsyncDisposable
{
    public const string Tenant = "grand-bend";
    public const string Root = "/api/ingestion/v1";
    public static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    static readonly string Keys = Directory.CreateTempSubdirectory("equity-ingestion-").FullName;

    public static readonly string IdentityKeyFile = Path.Combine(Keys, "identity.pem");
    public static readonly string MasterKeyFile = Path.Combine(Keys, "master.key");

    IngestionHost(WebApplication app) => App = app;

    public WebApplication App { get; }
    public EventLog Log => App.Services.GetRequiredService<EventLog>();
    public string Address => App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<IngestionHost> StartAsync(string database, params (string Key, string Value)[] settings)
    {
        await MigrateAsync(database);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = typeof(IngestionHost).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(Settings(database));
        // Later ones win: a test may say otherwise
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value)));
        builder.AddPlatformService(IngestionService.Definition);
        builder.Services.AddIngestion();
        var app = builder.Build();
        app.MapPlatformService().MapIngestion();
        await app.StartAsync();
        await Eventually.ReadyAsync(new(app.Urls.First()));
        return new(app);
    }

    /// <summary>Keys lie in a schema of their own in the same database, unless a test looks into them.</summary>
    public static Dictionary<string, string?> Settings(string database, string? keys = null) => new(TestRoles.Of(database).Settings)
    {
        ["urls"] = "http://127.0.0.1:0",
        ["Identity:Mode"] = "Demo",
        // Nobody listens there: acknowledgements of erasures come where a test asks for them
        ["Services:indicators"] = "http://127.0.0.1:1",
        ["Services:interventions"] = "http://127.0.0.1:1",
        ["Services:reporting"] = "http://127.0.0.1:1",
        ["Identity:KeyFile"] = IdentityKeyFile,
        ["ConnectionStrings:Keys"] = TestRoles.Of(keys ?? database).Service,
        ["Sealing:MasterKeyFile"] = MasterKeyFile,
    };

    public static async Task MigrateAsync(string database, string? keys = null)
    {
        await TestRoles.Of(database).MigrateAsync(IngestionService.Definition);
        var keyRoles = TestRoles.Of(keys ?? database);
        await KeySchema.MigrateAsync(keyRoles.Owner, TestRoles.NameOf(keyRoles.Service), CancellationToken.None);
    }

    public HttpClient Client(string? role = Roles.DataSteward, string tenant = Tenant) => Client(Address, role, tenant, App.Services.GetRequiredService<DemoIdentity>());

    public static HttpClient Client(string address, string? role, string tenant, DemoIdentity identity)
    {
        var client = new HttpClient { BaseAddress = new(address) };
        if (role is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", identity.Issue(role, tenant, $"demo:{role}", role, [], TimeSpan.FromMinutes(10)));
        return client;
    }

    /// <summary>The keyed hashes of a district's source <c>sis</c>.</summary>
    public Task<Keyed> KeyedAsync(string tenant) => App.Services.GetRequiredService<DistrictKeys>().ForAsync(tenant, "sis", CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
    }
}

/// <summary>What a district's clerk does over HTTP.</summary>
internal static class Uploading
{
    public static HttpContent AsBody(this byte[] zip) => new ByteArrayContent(zip) { Headers = { ContentType = new("application/zip") } };

    public static MultipartFormDataContent AsMultipart(this IReadOnlyList<UploadPart> parts)
    {
        var body = new MultipartFormDataContent();
        foreach (var part in parts)
            body.Add(new ByteArrayContent(ReadAll(part)), "file", part.Name);
        return body;
    }

    static byte[] ReadAll(UploadPart part)
    {
        using var source = part.Open();
        using var target = new MemoryStream();
        source.CopyTo(target);
        return target.ToArray();
    }

    /// <summary>Uploads and waits until the feed is applied or rejected.</summary>
    public static async Task<Feed> FeedAsync(this HttpClient client, HttpContent body, string query = "")
    {
        var answer = await client.PostAsync($"{IngestionHost.Root}/feeds{query}", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        var received = (await answer.Content.ReadFromJsonAsync<Feed>(IngestionHost.Web))!;
        answer.Headers.Location!.ToString().ShouldBe($"{IngestionHost.Root}/feeds/{received.FeedId}");
        var settled = await client.SettledAsync(received.FeedId);
        return received.Repeated ? received : settled;
    }

    public static async Task<Feed> SettledAsync(this HttpClient client, Guid feed)
    {
        Feed? seen = null;
        await Eventually.Async(async () =>
        {
            seen = await client.GetFromJsonAsync<Feed>($"{IngestionHost.Root}/feeds/{feed}", IngestionHost.Web);
            return seen!.State is "applied" or "rejected" or "held" or "interrupted";
        }, TimeSpan.FromMinutes(4), "the feed is applied, held, rejected or interrupted");
        return seen!;
    }

    public static async Task ShouldBeProblem(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }
}
