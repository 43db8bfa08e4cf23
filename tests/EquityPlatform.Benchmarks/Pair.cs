using System.Diagnostics.Metrics;
using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;
using EquityPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Benchmarks;

/// <summary>Two services as in production, on Kestrel, PostgreSQL and RabbitMQ: events of one take effect in the other.</summary>
internal sealed class Pair : IAsyncDisposable
{
    readonly string database;
    readonly Uri broker;
    readonly MeterListener meters = new();
    WebApplication? target;
    long pulls;

    Pair(string database, Uri broker)
    {
        (this.database, this.broker) = (database, broker);
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "equity.consumer.pulls")
                listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref pulls, value));
        meters.Start();
    }

    public WebApplication? Source { get; private set; }
    public EffectConsumer Consumer { get; } = new();
    public EventLog Log => (Source ?? throw new InvalidOperationException("The source is not running.")).Services.GetRequiredService<EventLog>();

    /// <summary>Times that a consumer pulled from the source since the start.</summary>
    public long Pulls => Interlocked.Read(ref pulls);

    /// <summary>Makes the databases; nothing runs yet.</summary>
    public static async Task<Pair> CreateAsync(Servers servers)
    {
        var postgres = await servers.PostgresAsync();
        var rabbit = await servers.RabbitAsync();
        var pair = new Pair(await postgres.CreateDatabaseAsync(), await rabbit.CreateVirtualHostAsync());
        await TestRoles.Of(pair.database).MigrateAsync(Define("source"));
        await TestRoles.Of(pair.database).MigrateAsync(Define("target"));
        return pair;
    }

    /// <summary>Starts the source; without a broker it only keeps its log.</summary>
    public async Task StartSourceAsync(bool onTheBus = true, string? auditKeys = null) => Source = await StartAsync("source", onTheBus, new() { ["Audit:KeyFile"] = auditKeys }, _ => { });

    /// <summary>Address of the source, and a superuser's connection to its database: for those who look from outside.</summary>
    public (string Address, string Database) Outside => (AddressOf(Source) ?? "", database);

    public async Task StopSourceAsync()
    {
        if (Source is not null)
            await Source.DisposeAsync();
        Source = null;
    }

    /// <summary>Starts the target. It must pull where batches were lost, but looks for a lost tail only once an hour: what is measured came over the bus.</summary>
    public async Task StartTargetAsync() => target = await StartAsync("target", true, new() { ["Services:source"] = AddressOf(Source) ?? "http://127.0.0.1:1", ["Bus:IdlePull"] = "01:00:00" },
        services => services.AddSingleton(Consumer).AddBusConsumer<EffectConsumer>());

    /// <summary>Where the target finds the source from now on.</summary>
    public void ConnectTarget()
    {
        if (target is not null)
            target.Configuration["Services:source"] = AddressOf(Source);
    }

    /// <summary>Appends until an event comes through by the bus alone: the queues are bound, and both sides are warm.</summary>
    public async Task WarmUpAsync()
    {
        for (var (through, n) = (0, 0); through < 50;)
        {
            var (before, appended) = (Pulls, await AppendAsync("warm", n++));
            await Eventually.Async(() => Consumer.Reached >= appended, TimeSpan.FromSeconds(60));
            through = Pulls == before ? through + 1 : 0;
        }
    }

    public async Task<long> AppendAsync(string stream, int number) =>
        await Log.AppendAsync(Observation.Single(stream, number), CancellationToken.None) is AppendResult.Appended appended
            ? appended.LastPosition
            : throw new InvalidOperationException("Not appended.");

    /// <summary>Reads the pull feed to the end, line by line, as an integrator would.</summary>
    public async Task PullAllAsync(string tenant, long head)
    {
        using var client = new HttpClient { BaseAddress = new(AddressOf(Source) ?? "") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", DemoTokens.For("integrator", tenant));
        for (var after = 0L; after < head;)
        {
            using var answer = await client.GetAsync(FormattableString.Invariant($"/api/source/v1/events?after={after}&limit=20000"), HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
            while (await lines.ReadLineAsync() is { } line)
                if (line.StartsWith("{\"position\":", StringComparison.Ordinal))
                    after = JsonElement.Parse(line).GetProperty("position").GetInt64();
        }
    }

    static ServiceDefinition Define(string name) => new(name, typeof(Pair).Assembly, name == "source" ? Observation.Types : new EventTypes(),
        recorded => recorded.Data is Observed observed ? new(Observed.Alias, observed) : null);

    async Task<WebApplication> StartAsync(string name, bool onTheBus, Dictionary<string, string?> more, Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = typeof(Pair).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(more)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Identity:Mode"] = "Demo",
            ["Identity:KeyFile"] = DemoTokens.KeyFile,
            ["ConnectionStrings:RabbitMq"] = onTheBus ? broker.AbsoluteUri : null,
        });
        builder.Configuration.AddInMemoryCollection(TestRoles.Of(database).Settings);
        builder.AddPlatformService(Define(name));
        builder.Logging.ClearProviders();
        services(builder.Services);
        var app = builder.Build();
        app.MapPlatformService();
        await app.StartAsync();
        await Eventually.ReadyAsync(new(AddressOf(app) ?? ""));
        return app;
    }

    static string? AddressOf(WebApplication? app) => app?.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First();

    public async ValueTask DisposeAsync()
    {
        if (target is not null)
            await target.DisposeAsync();
        await StopSourceAsync();
        meters.Dispose();
    }
}

/// <summary>Writes a row for each event, all rows of a call in one statement.</summary>
internal sealed class EffectConsumer : IBusConsumer
{
    long reached;

    public string Name => "effects/1";
    public string Source => "source";

    /// <summary>Position up to which the effect is committed, of the tenant that came last.</summary>
    public long Reached => Interlocked.Read(ref reached);

    public Action<string, long>? OnCommitted { get; set; }

    public async Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("insert into effect (tenant, seq, school, minutes) select $1, * from unnest($2, $3, $4)", connection);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = events.Select(e => e.Seq).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = events.Select(e => e.Data.GetProperty("school").GetString()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar });
        command.Parameters.Add(new() { Value = events.Select(e => e.Data.GetProperty("minutes").GetInt32()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public void Committed(string tenant, long position)
    {
        Interlocked.Exchange(ref reached, position);
        OnCommitted?.Invoke(tenant, position);
    }
}
