using EquityPlatform.EventSourcing;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;
using Npgsql;

namespace EquityPlatform.Benchmarks;

/// <summary>Private servers, started when first needed: durable as in production, with room enough that no checkpoint falls into a run.</summary>
internal sealed class Servers : IAsyncDisposable
{
    static readonly string[] Settings = ["shared_buffers=512MB", "max_wal_size=16GB", "checkpoint_timeout=1h", "synchronous_commit=on"];

    PostgresNode? postgres;
    RabbitNode? rabbit;
    int made;

    public async Task<PostgresNode> PostgresAsync() => postgres ??= await PostgresNode.StartPrivateAsync(Settings);

    public async Task<RabbitNode> RabbitAsync() => rabbit ??= await RabbitNode.StartPrivateAsync();

    /// <summary>A database of one's own with an empty log; gone with its disposal. The server has written everything to disk before.</summary>
    public async Task<BenchLog> LogAsync()
    {
        var node = await PostgresAsync();
        var log = await BenchLog.CreateAsync(await node.CreateDatabaseAsync(), $"bench{++made}");
        await log.RunAsync("checkpoint");
        return log;
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        if (rabbit is not null)
            await rabbit.DisposeAsync();
    }
}

/// <summary>An event log in a database of its own.</summary>
internal sealed class BenchLog : IAsyncDisposable
{
    readonly string connectionString;
    readonly NpgsqlDataSource service;
    readonly NpgsqlDataSource writer;

    BenchLog(string connectionString, NpgsqlDataSource database, string schema)
    {
        (this.connectionString, Database, Schema) = (connectionString, database, schema);
        (service, writer) = (NpgsqlDataSource.Create(TestRoles.Of(connectionString).Service), Buffered(TestRoles.Of(connectionString).Writer));
        Log = new(service, writer, schema, Observation.Types, TimeProvider.System);
    }

    /// <summary>A superuser's data source: baselines and looking. The log itself runs under the roles of production.</summary>
    public NpgsqlDataSource Database { get; }
    public string Schema { get; }
    public string ServiceRole => TestRoles.Of(connectionString).Names.Service;
    public EventLog Log { get; }

    public static async Task<BenchLog> CreateAsync(string connectionString, string schema)
    {
        var log = new BenchLog(connectionString, Buffered(connectionString), schema);
        await log.RunAsync(EventLogSchema.Sql(schema) + EventLogGrants.Sql(schema, TestRoles.Of(connectionString).Names));
        return log;
    }

    /// <summary>As services connect their writer; the raw baselines get the same.</summary>
    static NpgsqlDataSource Buffered(string connectionString) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { WriteBufferSize = EventLog.WriteBufferBytes }.ConnectionString);

    public async Task RunAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> CountAsync(string table)
    {
        await using var command = Database.CreateCommand($"select count(*) from {Schema}.{table}");
        return (long)(await command.ExecuteScalarAsync() ?? 0L);
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await service.DisposeAsync();
        await writer.DisposeAsync();
        await Database.DisposeAsync();
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        await using var other = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await using var drop = other.CreateCommand($"drop database \"{address.Database}\" with (force)");
        await drop.ExecuteNonQueryAsync();
    }
}
