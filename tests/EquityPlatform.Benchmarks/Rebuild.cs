using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using EquityPlatform.EventSourcing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Benchmarks;

/// <summary>Building a projection from the whole log, against reading the same events in order by COPY and deserialising them.</summary>
internal sealed class Rebuild : IBenchmark
{
    const int Usual = 1_000_000;
    const double Target = 0.4;

    public string Name => "rebuild";
    public string What => "projection of 1,000,000 events to 200,000 rows (a row for each stream) and to 500 rows (a row for each school), against reading the events by COPY and deserialising them";

    public async Task RunAsync(Bench bench)
    {
        var events = bench.Events(Usual);
        await using var log = await bench.Servers.LogAsync();
        await Observation.FillAsync(log.Log, events);
        await log.RunAsync("vacuum analyze");
        await log.RunAsync($"""
            create table {log.Schema}.by_student (tenant_id varchar, stream_id varchar, events int, minutes bigint, last_day date, primary key (tenant_id, stream_id));
            create table {log.Schema}.by_school (tenant_id varchar, school varchar, events int, minutes bigint, last_day date, primary key (tenant_id, school));
            grant select, insert, update on {log.Schema}.by_student, {log.Schema}.by_school to {log.ServiceRole};
            """);
        await ReadAsync(log); // the compiler and the cache warm up
        var rates = await bench.MediansAsync(
            ("COPY and deserialise", "events/s", () => ReadAsync(log)),
            ("rows by stream", "events/s", () => ProjectAsync(log, new Totals("by_student", "stream_id", e => e.StreamId, observed => null), events)),
            ("rows by school", "events/s", () => ProjectAsync(log, new Totals("by_school", "school", e => null, observed => observed.School), events)));
        bench.Report.Add(Figure.AtLeast("rebuild-single-stream", rates[1], "events/s", rates[0], Target));
        bench.Report.Add(Figure.AtLeast("rebuild-multi-stream", rates[2], "events/s", rates[0], Target));
    }

    static async Task<double> ReadAsync(BenchLog log)
    {
        await using var connection = await log.Database.OpenConnectionAsync();
        var (clock, read) = (Stopwatch.StartNew(), 0);
        await using var rows = await connection.BeginBinaryExportAsync($"""
            copy (select seq_id, id, tenant_id, stream_id, version, type, data, timestamp from {log.Schema}.mt_events order by seq_id) to stdout (format binary)
            """);
        while (await rows.StartRowAsync() != -1)
        {
            _ = rows.Read<long>(NpgsqlDbType.Bigint);
            _ = rows.Read<Guid>(NpgsqlDbType.Uuid);
            _ = rows.Read<string>(NpgsqlDbType.Varchar);
            _ = rows.Read<string>(NpgsqlDbType.Varchar);
            _ = rows.Read<long>(NpgsqlDbType.Bigint);
            _ = rows.Read<string>(NpgsqlDbType.Varchar);
            var json = rows.Read<string>(NpgsqlDbType.Jsonb);
            _ = rows.Read<DateTime>(NpgsqlDbType.TimestampTz);
            if (JsonSerializer.Deserialize<Observed>(json, EventTypes.Json) is not null)
                read++;
        }
        return read / clock.Elapsed.TotalSeconds;
    }

    /// <summary>The verb's own work: tables beside, filled, switched.</summary>
    static async Task<double> ProjectAsync(BenchLog log, Totals totals, int events)
    {
        var rebuild = new ProjectionRebuild(log.Database, log.Database, log.Schema, Observation.Types, totals, TimeProvider.System, NullLogger.Instance);
        await rebuild.DropOldAsync(CancellationToken.None);
        await log.RunAsync("checkpoint");
        var clock = Stopwatch.StartNew();
        await rebuild.RunAsync(CancellationToken.None);
        var rate = events / clock.Elapsed.TotalSeconds;
        await totals.CheckAsync(log, events);
        return rate;
    }

    /// <summary>Counts and adds up, in batches: fold in memory, then one statement for all rows touched.</summary>
    sealed class Totals(string table, string column, Func<RecordedEvent, string?> ofEvent, Func<Observed, string?> ofData) : IProjection
    {
        public string Name => $"{table}/1";
        public IReadOnlyCollection<string>? Types => [Observed.Alias];
        public IReadOnlyList<string> Tables => [table];

        public async Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
        {
            var rows = new Dictionary<string, (int Events, long Minutes, DateOnly Last)>(StringComparer.Ordinal);
            foreach (var e in events)
            {
                var observed = (Observed)e.Data;
                var key = ofEvent(e) ?? ofData(observed) ?? "";
                var row = rows.GetValueOrDefault(key);
                rows[key] = (row.Events + 1, row.Minutes + observed.Minutes, observed.Date > row.Last ? observed.Date : row.Last);
            }
            await using var command = new NpgsqlCommand($"""
                insert into {table} as t (tenant_id, {column}, events, minutes, last_day) select $1, * from unnest($2, $3, $4, $5)
                on conflict (tenant_id, {column}) do update set events = t.events + excluded.events, minutes = t.minutes + excluded.minutes, last_day = greatest(t.last_day, excluded.last_day)
                """, connection);
            command.Parameters.Add(new() { Value = tenant });
            command.Parameters.Add(new() { Value = rows.Keys.ToArray() });
            command.Parameters.Add(new() { Value = rows.Values.Select(row => row.Events).ToArray() });
            command.Parameters.Add(new() { Value = rows.Values.Select(row => row.Minutes).ToArray() });
            command.Parameters.Add(new() { Value = rows.Values.Select(row => row.Last).ToArray() });
            await command.ExecuteNonQueryAsync(cancellation);
        }

        public async Task CheckAsync(BenchLog log, int events)
        {
            await using var command = log.Database.CreateCommand($"select sum(events)::bigint from {log.Schema}.{table}");
            if (await command.ExecuteScalarAsync() is not long counted || counted != events)
                throw new InvalidOperationException($"{table} does not hold every event once.");
        }
    }
}
