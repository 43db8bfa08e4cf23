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

    TestLog(NpgsqlDataSource database, string schema, TimeProvider clock)
    {
        Database = database;
        Schema = schema;
        Log = new(database, schema, Types, clock);
    }

    public static EventTypes Types { get; } = new EventTypes().Add<Noted>("noted/1").Add<Weighed>("weighed/1").Add<Labelled>("labelled/1").Add<Counted>("counted/1").Add<ConsumerOverridden>(ConsumerOverridden.Type);
    public NpgsqlDataSource Database { get; }
    public string Schema { get; }
    public EventLog Log { get; }

    public static async Task<TestLog> CreateAsync(PostgresServer server, TimeProvider? clock = null)
    {
        var schema = $"t{Interlocked.Increment(ref schemas)}";
        await using (var command = server.Database.CreateCommand(EventLogSchema.Sql(schema)))
            await command.ExecuteNonQueryAsync();
        return new(server.Database, schema, clock ?? TimeProvider.System);
    }

    /// <summary>A second process on the same log.</summary>
    public EventLog AnotherReplica() => new(Database, Schema, Types, TimeProvider.System);

    public static Append Note(string stream, string text, ExpectedVersion? expected = null, Guid? id = null, string tenant = "a", Guid? command = null) =>
        new(tenant, stream, "note", expected ?? ExpectedVersion.Any, [new(id ?? Guid.NewGuid(), new Noted(text))], new("demo:tester"), command);

    public static Append Notes(string stream, int count, string tenant = "a") =>
        new(tenant, stream, "note", ExpectedVersion.Any, [.. Enumerable.Range(1, count).Select(i => new NewEvent(Guid.NewGuid(), new Noted("n", i)))], new("demo:tester"));

    public async Task<AppendResult.Appended> AppendedAsync(Append append) =>
        (await Log.AppendAsync(append, default)).ShouldBeOfType<AppendResult.Appended>();

    public async Task<List<RecordedEvent>> AllAsync(string? tenant = null)
    {
        var all = new List<RecordedEvent>();
        await foreach (var e in Log.ReadAllAsync(tenant, 0, null, null, default))
            all.Add(e);
        return all;
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql.Replace("{s}", Schema, StringComparison.Ordinal));
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public ValueTask DisposeAsync() => Log.DisposeAsync();
}
