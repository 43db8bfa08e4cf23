using EquityPlatform.Testing;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>Reads the tables by the rules by which Marten reads them (string identity, conjoined tenancy, all metadata).</summary>
public sealed class MartenFormatTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    const string TimestampTz = "timestamp with time zone";
    const string Varchar = "character varying";

    [Fact]
    public async Task The_tables_have_Martens_columns()
    {
        await using var log = await CreateAsync(server);
        (await ColumnsAsync(log, "mt_streams")).ShouldBe([
            ("tenant_id", Varchar, false), ("id", Varchar, false), ("type", Varchar, true), ("version", "bigint", true),
            ("timestamp", TimestampTz, false), ("created", TimestampTz, false), ("is_archived", "boolean", false)]);
        (await ColumnsAsync(log, "mt_events")).ShouldBe([
            ("seq_id", "bigint", false), ("id", "uuid", false), ("stream_id", Varchar, true), ("version", "bigint", false), ("data", "jsonb", false),
            ("bdata", "bytea", true), ("type", $"{Varchar}(500)", false), ("timestamp", TimestampTz, false), ("tenant_id", Varchar, true),
            ("mt_dotnet_type", Varchar, true), ("correlation_id", Varchar, true), ("causation_id", Varchar, true), ("headers", "jsonb", true),
            ("user_name", Varchar, true), ("is_archived", "boolean", false)]);
        (await ColumnsAsync(log, "mt_event_progression")).ShouldBe([("name", Varchar, false), ("last_seq_id", "bigint", true), ("last_updated", TimestampTz, true)]);
    }

    [Fact]
    public async Task Keys_are_Martens_and_there_is_no_foreign_key()
    {
        await using var log = await CreateAsync(server);
        (await UniqueAsync(log, "mt_streams")).ShouldBe(["tenant_id,id"]);
        (await UniqueAsync(log, "mt_events")).ShouldBe(["seq_id", "id,tenant_id", "tenant_id,stream_id,version"], ignoreOrder: true);
        (await UniqueAsync(log, "mt_event_progression")).ShouldBe(["name"]);
        (await log.ScalarAsync<long>("select count(*) from pg_constraint where contype = 'f' and connamespace = '{s}'::regnamespace")).ShouldBe(0);
        (await log.ScalarAsync<string>("select pg_get_serial_sequence('{s}.mt_events', 'seq_id')")).ShouldBe($"{log.Schema}.mt_events_sequence");
        (await log.ScalarAsync<bool>("select pg_get_expr(adbin, adrelid) is null from pg_attribute a left join pg_attrdef d on adrelid = attrelid and adnum = attnum where attrelid = '{s}.mt_events'::regclass and attname = 'timestamp'"))
            .ShouldBeTrue("a default on timestamp would be frozen at CREATE TABLE");
    }

    [Fact]
    public async Task Rows_hold_what_Martens_readers_rely_on()
    {
        await using var log = await CreateAsync(server);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => log.Log.AppendAsync(Note($"s{i % 20}", $"{i}", tenant: i % 2 == 0 ? "a" : "b"), default)));
        await log.Log.AppendBulkAsync(Enumerable.Range(0, 3000).Select(i => Notes($"s{i % 300}", 2)).ToAsyncEnumerable(), default).ToListAsync();
        await RulesAsync(log, 6200);
        // Exactly what Marten asks for a stream
        (await log.ScalarAsync<long>("""
            select count(*) from (select data, type, mt_dotnet_type, bdata, seq_id, id, stream_id, version, timestamp, tenant_id, correlation_id, causation_id, headers, user_name, is_archived
            from {s}.mt_events as d WHERE d.is_archived = FALSE and d.tenant_id = 'a' and d.stream_id = 's0' ORDER BY d.seq_id) x
            """)).ShouldBe(30);
    }

    [Fact]
    public async Task Time_in_the_log_never_goes_back_where_the_clock_does()
    {
        var clock = new SteppingClock(new DateTimeOffset(2026, 9, 1, 12, 0, 0, TimeSpan.Zero));
        await using var log = await CreateAsync(server, clock);
        await log.AppendedAsync(Note("s", "1"));
        clock.Now -= TimeSpan.FromHours(1);
        await log.AppendedAsync(Note("s", "2"));
        var all = await log.AllAsync();
        all[1].RecordedAt.ShouldBe(all[0].RecordedAt.AddMicroseconds(1));
    }

    /// <summary>The rules of the format; also run after faults.</summary>
    internal static async Task RulesAsync(TestLog log, long events)
    {
        async Task None(string what, string sql) => (await log.ScalarAsync<long>($"select count(*) from ({sql}) broken")).ShouldBe(0, what);
        (await log.ScalarAsync<long>("select count(*) from {s}.mt_events")).ShouldBe(events);
        await None("positions are dense from 1", "select from {s}.mt_events having min(seq_id) <> 1 or max(seq_id) <> count(*)");
        await None("versions of a stream are dense from 1", "select from {s}.mt_events group by tenant_id, stream_id having min(version) <> 1 or max(version) <> count(*)");
        await None("positions rise with versions", "select from (select seq_id, lag(seq_id) over (partition by tenant_id, stream_id order by version) as before from {s}.mt_events) e where seq_id < before");
        await None("time rises with positions", "select from (select timestamp, lag(timestamp) over (order by seq_id) as before from {s}.mt_events) e where timestamp <= before");
        await None("every stream has its row at its version", """
            select from (select tenant_id, stream_id, max(version) as version from {s}.mt_events group by 1, 2) e
            full join {s}.mt_streams s on s.tenant_id = e.tenant_id and s.id = e.stream_id where s.version is distinct from e.version
            """);
        await None("a stream's times are those of its events", """
            select from (select tenant_id, stream_id, min(timestamp) as first, max(timestamp) as last from {s}.mt_events group by 1, 2) e
            join {s}.mt_streams s on s.tenant_id = e.tenant_id and s.id = e.stream_id where s.timestamp <> e.last or s.created < e.first or s.created > e.last
            """);
        await None("no stream is archived or without a type", "select from {s}.mt_streams where is_archived is distinct from false or type is null");
        await None("the last position of a tenant is known", """
            select from (select tenant_id, max(seq_id) as last from {s}.mt_events group by 1) e full join {s}.eq_tenant t using (tenant_id) where t.last_seq is distinct from e.last
            """);
        await None("answers to commands lie within the log", "select from {s}.eq_command c where not exists (select from {s}.mt_events e where e.tenant_id = c.tenant_id and e.stream_id = c.stream_id and e.version = c.version and e.seq_id = c.last_seq)");
        await None("nothing is archived or nameless", "select from {s}.mt_events where is_archived is distinct from false or stream_id is null or tenant_id is null or user_name is null");
        await None("alias and .NET type", """
            select from {s}.mt_events where type !~ '^[a-z][a-z0-9-]*/[1-9][0-9]*$' or mt_dotnet_type !~ '^[A-Za-z_][\w.+]*, [\w.]+$' or bdata is not null
            """);
        await None("head is the last position", "select from {s}.eq_head where last_seq <> (select coalesce(max(seq_id), 0) from {s}.mt_events)");
        await Eventually.Async(async () => await log.ScalarAsync<bool>("select last_value = (select last_seq from {s}.eq_head) from {s}.mt_events_sequence"), because: "the sequence reaches the head");
        foreach (var name in (await log.AllAsync()).Select(e => e.Type).Distinct())
            Type.GetType(await log.ScalarAsync<string>($"select mt_dotnet_type from {{s}}.mt_events where type = '{name}' limit 1")).ShouldBe(Types.All[name]);
    }

    static async Task<List<(string, string, bool)>> ColumnsAsync(TestLog log, string table)
    {
        await using var command = log.Database.CreateCommand($"""
            select attname::text, format_type(atttypid, atttypmod), not attnotnull from pg_attribute
            where attrelid = '{log.Schema}.{table}'::regclass and attnum > 0 and not attisdropped order by attnum
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new List<(string, string, bool)>();
        while (await reader.ReadAsync())
            columns.Add((reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)));
        return columns;
    }

    static async Task<List<string>> UniqueAsync(TestLog log, string table)
    {
        await using var command = log.Database.CreateCommand($"""
            select string_agg(a.attname, ',' order by k.n) from pg_index i cross join unnest(i.indkey) with ordinality k(attnum, n)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
            where i.indrelid = '{log.Schema}.{table}'::regclass and i.indisunique group by i.indexrelid
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var keys = new List<string>();
        while (await reader.ReadAsync())
            keys.Add(reader.GetString(0));
        return keys;
    }

    sealed class SteppingClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
