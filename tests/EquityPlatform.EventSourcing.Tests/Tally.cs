using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>A projection with everything that a table may have: keys, indexes, checks, an identity, row-level security, grants.</summary>
internal sealed class Tally(string table = "tally", int version = 1) : IProjection
{
    public string Name => $"{table}/{version}";
    public IReadOnlyCollection<string>? Types => ["noted/1"];
    public IReadOnlyList<string> Tables => [table, $"{table}_text"];
    public int RebuildBatch => 1_000;

    /// <summary>Is told each batch before it is applied.</summary>
    public Func<IReadOnlyList<RecordedEvent>, NpgsqlConnection, Task>? Before { get; set; }

    public async Task CreateAsync(TestLog log)
    {
        await using var owner = new NpgsqlConnection(log.Roles.Owner);
        await owner.OpenAsync();
        await using var command = new NpgsqlCommand($"""
            set search_path to {log.Schema};
            create table {table} (tenant_id varchar not null, stream varchar not null, events bigint not null check (events > 0), positions numeric not null, version bigint not null,
              constraint {table}_key primary key (tenant_id, stream)) with (fillfactor = 80);
            create index {table}_by_events on {table} (tenant_id, events desc);
            create table {table}_text (tenant_id varchar not null, nth bigint generated always as identity, position bigint not null, text varchar not null default 'none');
            create unique index {table}_text_position on {table}_text (tenant_id, position) where position > 0;
            do $$ declare name text; begin
              foreach name in array array['{table}', '{table}_text'] loop
                execute format('alter table %I enable row level security', name);
                execute format('alter table %I force row level security', name);
                execute format('create policy own_tenant on %I using (tenant_id = (select current_setting(''eq.tenant'', true))) with check (tenant_id = (select current_setting(''eq.tenant'', true)))', name);
              end loop;
            end $$;
            """ + EventLogGrants.Sql(log.Schema, log.Roles.Names), owner);
        await command.ExecuteNonQueryAsync();
    }

    public async Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (Before is not null)
            await Before(events, connection);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var e in events)
        {
            // A version that does not follow the one before violates the check
            batch.BatchCommands.Add(new($"""
                insert into {table} as t values ($1, $2, 1, $3, $4) on conflict (tenant_id, stream) do update
                  set events = case when t.version = excluded.version - 1 then t.events + 1 else 0 end, positions = t.positions + excluded.positions, version = excluded.version
                """) { Parameters = { new() { Value = tenant }, new() { Value = e.StreamId }, new() { Value = (decimal)e.Position }, new() { Value = e.Version } } });
            batch.BatchCommands.Add(new($"insert into {table}_text (tenant_id, position, text) values ($1, $2, $3)")
            {
                Parameters = { new() { Value = tenant }, new() { Value = e.Position }, new() { Value = ((Noted)e.Data).Text } },
            });
        }
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>One value for all rows of both tables.</summary>
    public Task<string> HashAsync(TestLog log) => log.ScalarAsync<string>($"""
        select md5(coalesce((select string_agg(t::text, ';' order by tenant_id, stream) from {log.Schema}.{table} t), '')
          || coalesce((select string_agg(format('%s %s %s', tenant_id, position, text), ';' order by position) from {log.Schema}.{table}_text), ''))
        """);

    /// <summary>The same from the log itself, up to a tenant's checkpoint.</summary>
    public async Task ShouldBeTheFoldAsync(TestLog log) => (await log.ScalarAsync<bool>($"""
        select not exists (select from {log.Schema}.{table} t full join (
            select e.tenant_id, e.stream_id, count(*) as n, sum(e.seq_id) as positions, max(e.version) as version from {log.Schema}.mt_events e
            join {log.Schema}.eq_progress p on p.consumer = '{Name}' and p.tenant_id = e.tenant_id and e.seq_id <= p.seq where e.type = 'noted/1' group by 1, 2) e
          on e.tenant_id = t.tenant_id and e.stream_id = t.stream
          where (t.events, t.positions, t.version) is distinct from (e.n, e.positions, e.version))
        """)).ShouldBeTrue("the rows are the fold of the log");

    public ProjectionRebuild Rebuild(TestLog log, NpgsqlDataSource owner, NpgsqlDataSource reader) =>
        new(owner, reader, log.Schema, TestLog.Types, this, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
}
