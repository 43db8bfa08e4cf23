using System.Text.Json;
using EquityPlatform.Testing;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>What a process has just appended is handed over without reading it back: only where that is what the database would say.</summary>
public sealed class JustAppendedTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    const int Limit = 100_000;

    [Fact]
    public async Task It_is_what_the_log_reads()
    {
        await using var log = await CreateAsync(server);
        await AskedAsync(log.Log);
        await log.AppendedAsync(new("a", "note-1", "note", ExpectedVersion.NoStream, [new(Guid.NewGuid(), new Noted("Año \"x\" 👩‍🏫", 7), new(Guid.NewGuid(), "attendance.csv", 7), "because"),
            new(Guid.NewGuid(), new Weighed(1e21)), new(Guid.NewGuid(), new Labelled(new() { ["zebra"] = "1", ["ant"] = "2" }))], new("demo:clerk", "trace", "cause")));
        await log.Log.AppendBulkAsync(Enumerable.Range(0, 3000).Select(i => Note($"s{i % 50}", $"{i}", tenant: i % 3 == 0 ? "b" : "a")).ToAsyncEnumerable(), default).ToListAsync();

        foreach (var tenant in new[] { "a", "b" })
        {
            var (given, read) = (await AfterAsync(log.Log, tenant, 0), await log.AllAsync(tenant));
            given.Count.ShouldBe(read.Count);
            foreach (var (one, other) in given.Zip(read))
            {
                (one with { Json = "", Given = null }).ShouldBe(other with { Json = "" });
                JsonElement.DeepEquals(Parsed(one.Json), Parsed(other.Json)).ShouldBeTrue(one.Json);
                JsonElement.DeepEquals(Value(one.Data), Value(other.Data)).ShouldBeTrue(one.Json);
            }
        }
        (await AfterAsync(log.Log, "a", 1000)).ShouldAllBe(e => e.Position > 1000);
        (await log.Log.JustAppendedAsync("a", 0, 10, default)).ShouldNotBeNull().Count().ShouldBe(10);
        (await log.Log.JustAppendedAsync("a", await log.Log.HeadAsync(default), Limit, default)).ShouldBeNull("nothing was appended after that");
        (await log.Log.JustAppendedAsync("nobody", 0, Limit, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Where_another_process_wrote_in_between_the_database_is_asked()
    {
        await using var log = await CreateAsync(server);
        await using var other = log.AnotherReplica();
        await AskedAsync(log.Log);
        await log.AppendedAsync(Note("s", "1"));
        await other.AppendAsync(Note("s", "2"), default);
        (await AfterAsync(log.Log, "a", 0)).Select(e => e.Position).ShouldBe([1], "the other's may follow");
        await log.AppendedAsync(Note("s", "3"));
        (await log.Log.JustAppendedAsync("a", 0, Limit, default)).ShouldBeNull("2 is not known here");
        (await log.Log.JustAppendedAsync("a", 1, Limit, default)).ShouldBeNull("2 is not known here");
        (await AfterAsync(log.Log, "a", 2)).Select(e => (e.Position, e.Version)).ShouldBe([(3, 3)]);
    }

    [Fact]
    public async Task What_the_database_no_longer_holds_is_not_handed_over()
    {
        await using var log = await CreateAsync(server);
        await AskedAsync(log.Log);
        await log.AppendedAsync(Note("s", "1"));
        await log.AppendedAsync(Note("s", "2"));
        // As after a restore of an older state, in which others went on
        await using (var back = log.Database.CreateCommand($"""
            alter table {log.Schema}.mt_events disable trigger all; delete from {log.Schema}.mt_events where seq_id = 2; alter table {log.Schema}.mt_events enable trigger all;
            update {log.Schema}.eq_head set last_seq = 1; update {log.Schema}.mt_streams set version = 1; update {log.Schema}.eq_tenant set last_seq = 1
            """))
            await back.ExecuteNonQueryAsync();
        await using var other = log.AnotherReplica();
        await other.AppendAsync(Note("s", "other"), default);
        (await log.Log.JustAppendedAsync("a", 1, Limit, default)).ShouldBeNull();
        (await log.Log.JustAppendedAsync("a", 0, Limit, default)).ShouldBeNull("all is forgotten");
    }

    [Fact]
    public async Task Only_so_much_is_kept()
    {
        await using var log = await CreateAsync(server);
        await AskedAsync(log.Log);
        const int count = 40_000;
        await log.Log.AppendBulkAsync(Enumerable.Range(0, count / 10).Select(i => Notes($"s{i % 50}", 10)).ToAsyncEnumerable(), default).ToListAsync();
        (await log.Log.JustAppendedAsync("a", 0, Limit, default)).ShouldBeNull();
        (await AfterAsync(log.Log, "a", count - 10_000)).Select(e => e.Position).ShouldBe(Enumerable.Range(count - 10_000 + 1, 10_000).Select(i => (long)i));

        // Large ones count by their bytes
        for (var i = 0; i < 5; i++)
            await log.AppendedAsync(Note("large", new string('x', 4 << 20)));
        (await log.Log.JustAppendedAsync("a", count, Limit, default)).ShouldBeNull();
        (await AfterAsync(log.Log, "a", count + 3)).Count.ShouldBe(2);
    }

    /// <summary>Nothing is kept before the first question.</summary>
    static async Task AskedAsync(EventLog log) => (await log.JustAppendedAsync("a", 0, Limit, default)).ShouldBeNull();

    static async Task<List<RecordedEvent>> AfterAsync(EventLog log, string tenant, long after) => [.. (await log.JustAppendedAsync(tenant, after, Limit, default)).ShouldNotBeNull()];

    static JsonElement Value(object data) => JsonSerializer.SerializeToElement(data, data.GetType(), EventTypes.Json);

    static JsonElement Parsed(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
