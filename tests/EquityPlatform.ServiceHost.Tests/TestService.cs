using System.Collections.Concurrent;
using System.Net.Http.Headers;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Privacy;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Database;
using EquityPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

public sealed record Counted(int Number, string? Filler = null);
public sealed record KeptInside(int Number);
public sealed record Forgotten(Guid ErasureId, string StudentKey);

/// <summary>A whole service on Kestrel, PostgreSQL and (if given) RabbitMQ, as small as a service can be.</summary>
internal sealed class TestService : IAsyncDisposable
{
    public const string Tenant = "grand-bend";
    static readonly string KeyFile = Path.Combine(Directory.CreateTempSubdirectory("equity-key-").FullName, "key.pem");

    TestService(WebApplication app) => App = app;

    public WebApplication App { get; }
    public EventLog Log => App.Services.GetRequiredService<EventLog>();
    public string Address => App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Publishes <see cref="Counted"/>, and <see cref="Forgotten"/> as a notice; <see cref="KeptInside"/> stays inside.</summary>
    public static ServiceDefinition Define(string name) => new(name, typeof(TestService).Assembly,
        new EventTypes().Add<Counted>("counted/1").Add<KeptInside>("kept-inside/1").Add<Forgotten>("forgotten/1"),
        recorded => recorded.Data switch
        {
            Counted counted => new("counted/1", counted),
            Forgotten forgotten => new(StudentErasureRequested.Type, new StudentErasureRequested(forgotten.ErasureId, forgotten.StudentKey)),
            _ => null,
        });

    public static async Task<TestService> StartAsync(string name, string database, string? rabbit = null,
        IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null, Action<IHostApplicationBuilder>? builder = null, bool migrate = true)
    {
        var definition = Define(name);
        if (migrate)
            await TestRoles.Of(database).MigrateAsync(definition);
        var app = Build(definition, database, rabbit, settings, services, builder);
        await app.StartAsync();
        if (migrate)
            await app.Services.GetRequiredService<SchemaGate>().OpenedAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        return new(app);
    }

    public static WebApplication Build(ServiceDefinition definition, string database, string? rabbit = null,
        IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null, Action<IHostApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = typeof(TestService).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Identity:Mode"] = "Demo",
            ["Identity:KeyFile"] = KeyFile,
            ["ConnectionStrings:RabbitMq"] = rabbit,
        });
        builder.Configuration.AddInMemoryCollection(TestRoles.Of(database).Settings);
        if (settings is not null)
            builder.Configuration.AddInMemoryCollection(settings);
        builder.AddPlatformService(definition);
        services?.Invoke(builder.Services);
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapPlatformService();
        return app;
    }

    public string Token(string role, string tenant = Tenant) =>
        App.Services.GetRequiredService<DemoIdentity>().Issue(role, tenant, $"demo:{role}", role, [], TimeSpan.FromMinutes(10));

    public HttpClient Client(string? role = null, string tenant = Tenant)
    {
        var client = new HttpClient { BaseAddress = new(Address) };
        if (role is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(role, tenant));
        return client;
    }

    public async Task<long> AppendAsync(string tenant, string stream, params object[] events)
    {
        var result = await Log.AppendAsync(new Append(tenant, stream, "count", ExpectedVersion.Any, [.. events.Select(e => new NewEvent(Guid.NewGuid(), e))], new("demo:operator")), CancellationToken.None);
        return result.ShouldBeOfType<AppendResult.Appended>().LastPosition;
    }

    /// <summary>Waits until the relay has the broker's confirm up to a position.</summary>
    public Task RelayedAsync(string tenant, long position) => Eventually.Async(async () =>
    {
        var reached = new NpgsqlBatchCommand("select seq from eq_progress where consumer = 'relay' and tenant_id = $1") { Parameters = { new() { Value = tenant } } };
        return await TenantTransaction.ScalarAsync(Log.Database, tenant, reached, CancellationToken.None) is long seq && seq >= position;
    });

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
    }
}

/// <summary>Writes every event to table <c>effect</c>; can be told to fail.</summary>
internal sealed class EffectConsumer(string source) : IBusProjection
{
    public IReadOnlyList<string> Tables => ["effect"];
    public int RebuildBatch { get; init; } = 10_000;
    public string Name => "effects/1";
    public string Source => source;
    public ConcurrentDictionary<(string Tenant, int Number), int> Failures { get; } = new();

    public Action<long>? OnCommitted { get; set; }

    /// <summary>Is told each batch before it is applied.</summary>
    public Func<IReadOnlyList<PublishedEvent>, NpgsqlConnection, Task>? Before { get; init; }

    public void Committed(string tenant, long position) => OnCommitted?.Invoke(position);

    public async Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (Before is not null)
            await Before(events, connection);
        foreach (var e in events)
        {
            var number = e.Data.GetProperty("number").GetInt32();
            if (Failures.TryGetValue((tenant, number), out var left) && left > 0)
            {
                Failures[(tenant, number)] = left - 1;
                throw new InvalidOperationException($"Told to fail at {number}");
            }
            await using var command = new NpgsqlCommand("insert into effect (tenant_id, seq, number) values ($1, $2, $3)", connection);
            command.Parameters.Add(new() { Value = tenant });
            command.Parameters.Add(new() { Value = e.Seq });
            command.Parameters.Add(new() { Value = number });
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    public static async Task<List<int>> NumbersAsync(NpgsqlDataSource database, string schema, string tenant)
    {
        await using var batch = TenantTransaction.Batch(database, tenant, new NpgsqlBatchCommand($"select number from {schema}.effect where tenant_id = $1 order by nth") { Parameters = { new() { Value = tenant } } });
        await using var reader = await TenantTransaction.ReadAsync(batch, CancellationToken.None);
        var numbers = new List<int>();
        while (await reader.ReadAsync())
            numbers.Add(reader.GetInt32(0));
        return numbers;
    }
}
