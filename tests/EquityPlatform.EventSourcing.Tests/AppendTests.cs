using EquityPlatform.Testing;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

public sealed class AppendTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task What_was_appended_is_read_back_with_who_why_and_source()
    {
        await using var log = await CreateAsync(server);
        var feed = Guid.NewGuid();
        var id = Guid.NewGuid();
        var appended = await log.AppendedAsync(new("a", "note-1", "note", ExpectedVersion.NoStream,
            [new(id, new Noted("Año"), new(feed, "attendance.csv", 7), "because")], new("demo:clerk", "trace", "cause")));
        appended.ShouldBe(new AppendResult.Appended(1, 1, 1));

        var e = (await log.AllAsync("a")).ShouldHaveSingleItem();
        e.Data.ShouldBe(new Noted("Año"));
        (e.Id, e.Tenant, e.StreamId, e.Version, e.Position, e.Type).ShouldBe((id, "a", "note-1", 1, 1, "noted/1"));
        (e.User, e.Reason, e.CorrelationId, e.CausationId).ShouldBe(("demo:clerk", "because", "trace", "cause"));
        e.Source.ShouldBe(new EventSource(feed, "attendance.csv", 7));
        (await log.Log.HeadAsync(default)).ShouldBe(1);
        (await log.Log.HeadAsync("b", default)).ShouldBe(0);
        (await log.Log.TenantsAsync(default)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_stream_at_another_version_is_a_conflict()
    {
        await using var log = await CreateAsync(server);
        await log.AppendedAsync(Note("s", "1", ExpectedVersion.NoStream));
        (await log.Log.AppendAsync(Note("s", "2", ExpectedVersion.NoStream), default)).ShouldBe(new AppendResult.VersionConflict(1));
        (await log.Log.AppendAsync(Note("s", "2", ExpectedVersion.Exactly(2)), default)).ShouldBe(new AppendResult.VersionConflict(1));
        (await log.AppendedAsync(Note("s", "2", ExpectedVersion.Exactly(1)))).ShouldBe(new AppendResult.Appended(2, 2, 2));
    }

    [Fact]
    public async Task The_same_event_id_with_the_same_content_adds_nothing()
    {
        await using var log = await CreateAsync(server);
        var id = Guid.NewGuid();
        await log.AppendedAsync(Note("s", "1", ExpectedVersion.NoStream, id));
        (await log.Log.AppendAsync(Note("s", "1", ExpectedVersion.NoStream, id), default)).ShouldBe(new AppendResult.Repeated(1, 1, 1));
        (await log.AllAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_event_id_with_other_content_is_refused()
    {
        await using var log = await CreateAsync(server);
        var id = Guid.NewGuid();
        await log.AppendedAsync(Note("s", "1", id: id));
        (await log.Log.AppendAsync(Note("s", "2", id: id), default)).ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe("event.id-reused");
        (await log.Log.AppendAsync(Note("other", "1", id: id), default)).ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe("event.id-reused");
        await log.AppendedAsync(Note("s", "1", id: id, tenant: "b")); // ids are unique per tenant
    }

    [Fact]
    public async Task A_repeated_command_gets_its_first_answer()
    {
        await using var log = await CreateAsync(server);
        var command = Guid.NewGuid();
        await log.AppendedAsync(Note("s", "1", command: command));
        await log.AppendedAsync(Note("s", "2"));
        (await log.Log.AppendAsync(Note("s", "something else", command: command), default)).ShouldBe(new AppendResult.Repeated(1, 1, 1));
        (await log.Log.AppendAsync(Note("t", "1", command: command), default)).ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe("command.id-reused");
    }

    [Fact]
    public async Task Bulk_answers_each_append_in_input_order()
    {
        await using var log = await CreateAsync(server);
        await log.AppendedAsync(Note("s7", "there before"));
        var appends = Enumerable.Range(0, 5000).Select(i => i == 9 ? Note($"s{i}", "bad \0") : Note($"s{i}", "x", ExpectedVersion.NoStream)).ToArray();
        var results = await log.Log.AppendBulkAsync(appends.ToAsyncEnumerable(), default).ToListAsync();
        results.Count.ShouldBe(5000);
        results[7].ShouldBe(new AppendResult.VersionConflict(1));
        results[9].ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe("event.json-nul");
        results.OfType<AppendResult.Appended>().Select(a => a.LastPosition).ShouldBe(Enumerable.Range(2, 4998).Select(i => (long)i));
        (await log.AllAsync()).Count.ShouldBe(4999);
        var again = await log.Log.AppendBulkAsync(appends.ToAsyncEnumerable(), default).ToListAsync();
        again.OfType<AppendResult.Repeated>().Count().ShouldBe(4998);
        (await log.Log.HeadAsync(default)).ShouldBe(4999);
    }

    [Fact]
    public async Task Looking_up_ids_does_not_walk_the_tenants_events()
    {
        // The writer's plans are made while the tables are empty and never analysed; this once took another index and went quadratic
        await using var log = await CreateAsync(server);
        var appends = Enumerable.Range(0, 4000).Select(i => Note($"s{i}", "x")).ToArray();
        await log.Log.AppendBulkAsync(appends.ToAsyncEnumerable(), default).ToListAsync();
        // Chunks look only once one was refused for a held id
        (await log.Log.AppendBulkAsync(appends.ToAsyncEnumerable(), default).ToListAsync()).ShouldAllBe(result => result is AppendResult.Repeated);
        Task<long> ReadAsync(string index) => log.ScalarAsync<long>($"select coalesce(sum(idx_scan + idx_tup_read), 0)::bigint from pg_stat_user_indexes where schemaname = '{{s}}' and indexrelname = '{index}'");
        await Eventually.Async(async () => await ReadAsync("eq_mt_events_id_tenant_id") >= 4000, because: "the server's counters are written");
        (await ReadAsync("eq_mt_events_tenant_id_seq_id")).ShouldBeLessThan(100);
        (await ReadAsync("pk_mt_events_stream_and_version")).ShouldBeLessThan(100);
    }
}
