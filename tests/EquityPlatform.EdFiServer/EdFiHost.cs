using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EquityPlatform.EdFiServer;

/// <summary>A server in the shape of an Ed-Fi ODS/API, over a folder of JSON lines.</summary>
public sealed class EdFiHost : IAsyncDisposable
{
    readonly WebApplication app;

    EdFiHost(WebApplication app, Store store, Switches switches, ConcurrentQueue<string> requests) => (this.app, Store, Switches, Requests) = (app, store, switches, requests);

    public Store Store { get; }
    public Switches Switches { get; }

    /// <summary>Path and query of every request for data, in order.</summary>
    public ConcurrentQueue<string> Requests { get; }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<EdFiHost> StartAsync(string folder, string urls, string key, string secret)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(urls);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var (store, switches, requests) = (Store.Load(folder), new Switches(), new ConcurrentQueue<string>());
        var app = builder.Build();
        var tokens = new Tokens(key, secret, switches);
        app.MapDiscovery(switches);
        app.MapPost("/oauth/token", tokens.IssueAsync);
        app.MapData(store, switches, tokens, requests);
        app.MapControl(store, switches);
        await app.StartAsync();
        return new(app, store, switches, requests);
    }

    public Task RunAsync() => app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
