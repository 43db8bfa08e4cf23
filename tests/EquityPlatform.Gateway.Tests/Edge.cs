using System.Net.Http.Headers;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.Gateway.Tests;

/// <summary>What an upstream saw of a request.</summary>
public sealed record Seen(string Upstream, string Method, string Path, string Query, Dictionary<string, string> Headers, long Body);

/// <summary>The gateway on Kestrel before upstreams that answer with what they saw.</summary>
public sealed class Edge : IAsyncDisposable
{
    public const string Tenant = "grand-bend";
    readonly List<WebApplication> apps = [];

    public string KeyFile { get; } = Path.Combine(Directory.CreateTempSubdirectory("equity-key-").FullName, "key.pem");
    public string Address { get; private set; } = "";
    public Dictionary<string, WebApplication> Upstreams { get; } = [];

    public static async Task<Edge> StartAsync(Dictionary<string, string?>? settings = null, params string[] without)
    {
        var edge = new Edge();
        var configuration = new Dictionary<string, string?>(settings ?? [])
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Identity:Mode"] = "Demo",
            ["Identity:KeyFile"] = edge.KeyFile,
        };
        foreach (var name in new[] { "ingestion", "indicators", "interventions", "reporting", "web" }.Except(without))
        {
            var upstream = edge.Upstreams[name] = await edge.RunAsync(Echo(name));
            configuration[$"Services:{name}"] = AddressOf(upstream);
        }
        edge.Address = AddressOf(await edge.RunAsync(Build(configuration)));
        return edge;
    }

    public static WebApplication Build(Dictionary<string, string?> configuration, string environment = "Development")
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.AddPlatformHosting("gateway");
        builder.AddGateway();
        var app = builder.Build();
        app.UseGateway();
        return app;
    }

    public string Token(string role, string user = "demo:user") =>
        new DemoIdentity(KeyFile, TimeProvider.System).Issue(role, Tenant, user, role, [], TimeSpan.FromMinutes(10));

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(Address) };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public HttpClient SignedIn(string role = "principal", string user = "demo:user") => Client(Token(role, user));

    static WebApplication Echo(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        app.MapGet("/health/ready", () => "ready");
        app.MapGet("/api/indicators/v1/openapi.json", () => Results.Text("""
            {"openapi":"3.1.1","security":[{"bearer":[]}],"paths":{
              "/api/indicators/v1/values":{"get":{"x-roles":["auditor","principal"]},"parameters":[]},
              "/api/indicators/v1/open":{"get":{"security":[]},"post":{"x-roles":[]}}}}
            """, "application/json"));
        app.MapGet("/api/{service}/v1/openapi.json", () => Results.Text("{\"paths\":{}}", "application/json"));
        app.Map("/{**path}", async (HttpRequest request) =>
        {
            long body = 0;
            var buffer = new byte[64 * 1024];
            for (int read; (read = await request.Body.ReadAsync(buffer)) > 0;)
                body += read;
            return new Seen(name, request.Method, request.Path.Value ?? "", request.QueryString.Value ?? "",
                request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body);
        });
        return app;
    }

    async Task<WebApplication> RunAsync(WebApplication app)
    {
        apps.Add(app);
        await app.StartAsync();
        return app;
    }

    static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(apps))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}

/// <summary>One gateway for the tests that change nothing about it.</summary>
public sealed class SharedEdge : IAsyncLifetime
{
    public Edge Edge { get; private set; } = null!;
    public async Task InitializeAsync() => Edge = await Edge.StartAsync();
    public async Task DisposeAsync() => await Edge.DisposeAsync();
}
