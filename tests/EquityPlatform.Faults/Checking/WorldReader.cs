using System.Net.Http.Headers;
using System.Text.Json;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Faults.Checking;

/// <summary>Reads everything that can be seen from outside, as superuser and as a client, by SQL and HTTP of its own.</summary>
sealed class WorldReader(string database, Tap tap, AuditReader auditor, Func<Uri> source)
{
    /// <summary>Writes every move of the relay's cursor down.</summary>
    public Task WatchCursorAsync() => ExecuteAsync("""
        create table public.cursor_move (nth bigint generated always as identity, tenant_id varchar, was bigint, becomes bigint);
        grant insert on public.cursor_move to public;
        create function public.note_cursor() returns trigger language plpgsql security definer as $$
          begin insert into public.cursor_move (tenant_id, was, becomes) values (new.tenant_id, old.seq, new.seq); return new; end $$;
        create trigger note_cursor after update on source.eq_progress for each row when (new.consumer = 'relay' and new.seq is distinct from old.seq) execute function public.note_cursor();
        """);

    public async Task<World> ReadAsync(IEnumerable<string> tenants)
    {
        var feeds = new Dictionary<string, IReadOnlyList<Guid>>();
        foreach (var tenant in tenants)
            feeds[tenant] = await FeedAsync(tenant);
        return new()
        {
            Events = await RowsAsync("""
                select seq_id, id, tenant_id, stream_id, version, type, timestamp, (data->>'command')::uuid, (data->>'index')::int, (data->>'number')::int, data->>'text'
                from source.mt_events order by seq_id
                """, r => new StoredEvent(r.GetInt64(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetInt64(4), r.GetString(5), r.GetDateTime(6), r.GetGuid(7), r.GetInt32(8), r.GetInt32(9), r.GetString(10))),
            Head = await HeadAsync(),
            Streams = (await RowsAsync("select tenant_id, id, version from source.mt_streams", r => (Key: (r.GetString(0), r.GetString(1)), Version: r.GetInt64(2)))).ToDictionary(s => s.Key, s => s.Version),
            Effects = [await EffectAsync("source", "projection ledger/1", false), await EffectAsync("sink", "consumer ledger/1", true)],
            Tap = [.. await tap.HeardAsync()],
            RelayCursors = await PositionsAsync("source", "relay"),
            CursorMoves = await RowsAsync("select tenant_id, was, becomes from public.cursor_move order by nth", r => new CursorMove(r.GetString(0), r.GetInt64(1), r.GetInt64(2))),
            Feeds = feeds,
            Seen = auditor.Seen, // before the trees: what is served meanwhile is in those
            Trees = await auditor.ReadAsync(),
            ForeignRows = await ForeignRowsAsync(tenants),
        };
    }

    public async Task<long> HeadAsync() => (await RowsAsync("select last_seq from source.eq_head", r => r.GetInt64(0)))[0];

    async Task<Effect> EffectAsync(string schema, string name, bool publishedOnly) => new($"{schema} {name}", publishedOnly,
        await RowsAsync($"select tenant_id, nth, seq, id, number from {schema}.ledger_line", r => new EffectLine(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetGuid(3), r.GetInt32(4))),
        (await RowsAsync($"select tenant_id, chain from {schema}.ledger", r => (Tenant: r.GetString(0), Chain: r.GetFieldValue<byte[]>(1)))).ToDictionary(row => row.Tenant, row => row.Chain),
        await PositionsAsync(schema, "ledger/1"));

    async Task<IReadOnlyDictionary<string, long>> PositionsAsync(string schema, string consumer) =>
        (await RowsAsync($"select tenant_id, seq from {schema}.eq_progress where consumer = '{consumer}' and source = 'source'", r => (Tenant: r.GetString(0), Seq: r.GetInt64(1)))).ToDictionary(row => row.Tenant, row => row.Seq);

    /// <summary>Under the service's own role: with a tenant set no other's row, with none set none at all.</summary>
    async Task<IReadOnlyList<string>> ForeignRowsAsync(IEnumerable<string> tenants)
    {
        var seen = new List<string>();
        await using var connection = new NpgsqlConnection(TestRoles.Of(database).Service);
        await connection.OpenAsync();
        foreach (var table in (string[])["source.mt_events", "source.mt_streams", "source.eq_command", "source.eq_progress", "source.eq_log_tile", "source.eq_checkpoint", "source.ledger_line", "source.ledger", "sink.ledger_line", "sink.ledger", "sink.eq_progress"])
            foreach (var tenant in tenants.Prepend(""))
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await using var command = new NpgsqlCommand($"select count(*) from {table} where tenant_id <> $1", connection) { Parameters = { new() { Value = tenant } } };
                await using (var setting = new NpgsqlCommand("select set_config('eq.tenant', $1, true)", connection) { Parameters = { new() { Value = tenant } } })
                    await setting.ExecuteNonQueryAsync();
                if (await command.ExecuteScalarAsync() is long and > 0 and var rows)
                    seen.Add($"the service's role as '{tenant}' sees {rows} foreign rows of {table}");
            }
        return seen;
    }

    async Task<IReadOnlyList<Guid>> FeedAsync(string tenant)
    {
        using var http = new HttpClient { BaseAddress = source() };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoTokens.For("integrator", tenant));
        var ids = new List<Guid>();
        for (var (after, more) = (0L, true); more;)
        {
            var text = await http.GetStringAsync(new Uri($"/api/source/v1/events?after={after}&limit=10000", UriKind.Relative));
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var json = JsonDocument.Parse(line);
                if (json.RootElement.TryGetProperty("id", out var id))
                    ids.Add(id.GetGuid());
                else
                    (after, more) = (json.RootElement.GetProperty("position").GetInt64(), json.RootElement.GetProperty("head").GetInt64() > json.RootElement.GetProperty("position").GetInt64());
            }
        }
        return ids;
    }

    public async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
