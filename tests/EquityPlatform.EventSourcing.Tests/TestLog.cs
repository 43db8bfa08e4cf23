using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.EventSourcing.Tests;

public sealed record Noted(string Text, int Number = 0);
public sealed record Weighed(double Kilograms);
public sealed record Labelled(Dictionary<string, string> Labels);
public sealed record Counted(long Value);

/// <summary>An event log in a new schema of the fixture's database.</summary>
internal sealed class TestLog : IAsyncDisposable
{
    static int schemas;

    readonly NpgsqlDataSource service;
    readonly NpgsqlDataSource writer;

    TestLog(PostgresServer server, string schema, EventTypes? types, TimeProvider clock)
    {
        Database = server.Database;
        Roles = server.Logins;
        Schema = schema;
        service = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Roles.Service) { SearchPath = schema }.ConnectionString);
        writer = NpgsqlDataSource.Create(Roles.Writer);
        Log = new(service, writer, schema, types ?? Types, clock);
    }

    public static EventTypes Types { get; } = new EventTypes().Add<Noted>("noted/1").Add<Weighed>("weighed/1").Add<Labelled>("labelled/1").Add<Counted>("counted/1").Add<ConsumerOverridden>(ConsumerOverridden.Type);

    /// <summary>A superuser's data source, for planting and looking.</summary>
    public NpgsqlDataSource Database { get; }

    public TestRoles Roles { get; }
    public string Schema { get; }
    public EventLog Log { get; }

    public static async Task<TestLog> CreateAsync(PostgresServer server, TimeProvider? clock = null, EventTypes? types = null)
    {
        var schema = $"t{Interlocked.Increment(ref schemas)}";
        await using var owner = new NpgsqlConnection(server.Logins.Owner);
        await owner.OpenAsync();
        await using var command = new NpgsqlCommand(EventLogSchema.Sql(schema) + EventLogGrants.Sql(schema, server.Logins.Names), owner);
        await command.ExecuteNonQueryAsync();
        return new(server, schema, types, clock ?? TimeProvider.System);
    }

    /// <summary>A second process on the same log.</summary>
    public EventLog AnotherReplica(TimeProvider? clock = null) => new(service, writer, Schema, Log.Types, clock ?? TimeProvider.System);

    /// <summary>Another build on the same log: it knows other types.</summary>
    public EventLog WithTypes(EventTypes types) => new(service, writer, Schema, types, TimeProvider.System);

    public static Append Note(string stream, string text, ExpectedVersion? expected = null, Guid? id = null, string tenant = "a", Guid? command = null) =>
        new(tenant, stream, "note", expected ?? ExpectedVersion.Any, [new(id ?? Guid.NewGuid(), new Noted(text))], new("demo:tester"), command);

    public static Append Notes(string stream, int count, string tenant = "a") =>
        new(tenant, stream, "note", ExpectedVersion.Any, [.. Enumerable.Range(1, count).Select(i => new NewEvent(Guid.NewGuid(), new Noted("n", i)))], new("demo:tester"));

    public async Task<AppendResult.Appended> AppendedAsync(Append append) =>
        (await Log.AppendAsync(append, default)).ShouldBeOfType<AppendResult.Appended>();

    public async Task<List<RecordedEvent>> AllAsync(string? tenant = null)
    {
        var all = new List<RecordedEvent>();
        foreach (var one in tenant is null ? await Log.TenantsAsync(default) : [tenant])
            await foreach (var e in Log.ReadAllAsync(one, 0, null, null, default))
                all.Add(e);
        return [.. all.OrderBy(e => e.Position)];
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql.Replace("{s}", Schema, StringComparison.Ordinal));
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await service.DisposeAsync();
        await writer.DisposeAsync();
    }
}
