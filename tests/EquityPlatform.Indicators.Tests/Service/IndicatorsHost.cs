using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Indicators.Facts;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Database;
using EquityPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EquityPlatform.Indicators.Tests.Service;

/// <summary>
/// The whole service on Kestrel and PostgreSQL, under a role that owns nothing and bypasses nothing. Events come in through the consumer, as the
/// bus hands them over.
/// </summary>
public sealed class IndicatorsHost : PostgresServer
{
    static readonly string KeyFile = Path.Combine(System.IO.Directory.CreateTempSubdirectory("equity-key-").FullName, "key.pem");

    WebApplication? app;

    public IServiceProvider Services => app!.Services;

    /// <summary>Data source of the service's own role, search_path on its schema.</summary>
    public NpgsqlDataSource AsService => Services.GetRequiredService<NpgsqlDataSource>();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Logins.MigrateAsync(IndicatorsService.Definition);
        app = Build(Logins);
        await app.StartAsync();
        await Eventually.ReadyAsync(new(app.Urls.First()));
    }

    /// <summary>One transaction: effect and position, as the host of consumers does it.</summary>
    public async Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events)
    {
        var consumer = Services.GetServices<IBusConsumer>().OfType<StudentFactsConsumer>().Single();
        await using var transaction = await TenantTransaction.BeginAsync(AsService, tenant, CancellationToken.None);
        await consumer.ApplyAsync(tenant, events, transaction.Connection, CancellationToken.None);
        await Progress.WriteAsync(transaction.Connection, "indicators", consumer.Name, consumer.Source, tenant, events[^1].Seq, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
    }

    public HttpClient Client(string? role, string tenant, params string[] schools)
    {
        var client = new HttpClient { BaseAddress = new(new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/api/indicators/v1/") };
        if (role is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
                Services.GetRequiredService<DemoIdentity>().Issue(role, tenant, $"demo:{role}", role, schools, TimeSpan.FromMinutes(10)));
        return client;
    }

    /// <summary>Status and problem code of an answer.</summary>
    public static async Task<(int Status, string? Code)> ProblemAsync(HttpResponseMessage answer)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return ((int)answer.StatusCode, problem.GetProperty("code").GetString());
    }

    public override async Task DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        await base.DisposeAsync();
    }

    static WebApplication Build(TestRoles roles)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = typeof(IndicatorsHost).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Identity:Mode"] = "Demo",
            ["Identity:KeyFile"] = KeyFile,
            // Nobody listens there: these tests hand events over themselves
            ["Services:ingestion"] = "http://127.0.0.1:1",
        });
        builder.Configuration.AddInMemoryCollection(roles.Settings);
        builder.AddPlatformService(IndicatorsService.Definition);
        builder.Services.AddIndicators();
        var app = builder.Build();
        app.MapPlatformService().MapIndicators();
        return app;
    }
}
