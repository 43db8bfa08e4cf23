using System.Net.Http.Headers;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Database;
using EquityPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EquityPlatform.Reporting.Tests;

/// <summary>The whole service on Kestrel and a real PostgreSQL database; the indicators service is another process and played by the test.</summary>
internal sealed class ReportingHost : IAsyncDisposable
{
    public const string Tenant = "grand-bend";
    static readonly string KeyFile = Path.Combine(Directory.CreateTempSubdirectory("equity-key-").FullName, "key.pem");

    ReportingHost(WebApplication app) => App = app;

    public WebApplication App { get; }
    public EventLog Log => App.Services.GetRequiredService<EventLog>();

    public static async Task<ReportingHost> StartAsync(string database, string indicators)
    {
        await TestRoles.Of(database).MigrateAsync(ReportingService.Definition);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = typeof(ReportingService).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Identity:Mode"] = "Demo",
            ["Identity:KeyFile"] = KeyFile,
            ["Services:indicators"] = indicators,
        });
        builder.Configuration.AddInMemoryCollection(TestRoles.Of(database).Settings);
        builder.AddPlatformService(ReportingService.Definition);
        builder.Services.AddReporting();
        var app = builder.Build();
        app.MapPlatformService().MapReporting();
        await app.StartAsync();
        var host = new ReportingHost(app);
        using var client = host.Client();
        // Until the schema has been checked the service answers 503
        await Eventually.Async(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode);
        return host;
    }

    /// <summary>A client with a token of the role, or without any.</summary>
    public HttpClient Client(string? role = null, string tenant = Tenant)
    {
        var client = new HttpClient { BaseAddress = new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        if (role is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
                App.Services.GetRequiredService<DemoIdentity>().Issue(role, tenant, $"demo:{role}", role, [], TimeSpan.FromMinutes(10)));
        return client;
    }

    public async Task<List<RecordedEvent>> EventsAsync(string tenant = Tenant)
    {
        List<RecordedEvent> events = [];
        await foreach (var recorded in Log.ReadAllAsync(tenant, 0, null, null, CancellationToken.None))
            events.Add(recorded);
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
