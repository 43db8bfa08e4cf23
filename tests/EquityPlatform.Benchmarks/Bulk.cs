using System.Diagnostics;
using System.Text.Json;
using EquityPlatform.EventSourcing;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Benchmarks;

/// <summary>Bulk append through the log against the same rows by raw COPY into the same two tables with the same indexes, both durable.</summary>
internal sealed class Bulk : IBenchmark
{
    const int Usual = 1_000_000;
    const double Target = 0.85;

    public string Name => "bulk";
    public string What => "1,000,000 events over 200,000 streams through AppendBulkAsync, against raw binary COPY of the same rows";

    public async Task RunAsync(Bench bench)
    {
        var events = bench.Events(Usual);
        // Both sides start from prepared objects; COPY even from prepared JSON
        var appends = Enumerable.Range(0, events / Observation.EventsPerStream).Select(stream => Observation.Append(stream)).ToArray();
        var rows = appends.SelectMany(append => append.Events.Select((e, i) => Row(append.StreamId, i + 1, e))).ToArray();
        bench.Report.Say($"  an event has {rows.Average(row => row.Json.Length):0} bytes of JSON");
        await ByLogAsync(bench.Servers, appends[..Math.Min(appends.Length, 10_000)]); // the compiler warms up
        var medians = await bench.MediansAsync(
            ("raw COPY", "events/s", () => ByCopyAsync(bench.Servers, rows)),
            ("AppendBulkAsync", "events/s", () => ByLogAsync(bench.Servers, appends)));
        bench.Report.Add(Figure.AtLeast("bulk", medians[1], "events/s", medians[0], Target));
    }

    sealed record Prepared(Guid Id, string Stream, int Version, byte[] Json, byte[] Headers);

    static Prepared Row(string stream, int version, NewEvent made) =>
        new(made.Id, stream, version, JsonSerializer.SerializeToUtf8Bytes((Observed)made.Data, EventTypes.Json), JsonSerializer.SerializeToUtf8Bytes(new { made.Source }, EventTypes.Json));

    static async Task<double> ByLogAsync(Servers servers, Append[] appends)
    {
        await using var log = await servers.LogAsync();
        var clock = Stopwatch.StartNew();
        await Observation.AppendAllAsync(log.Log, appends.ToAsyncEnumerable());
        var events = appends.Length * Observation.EventsPerStream;
        var rate = events / clock.Elapsed.TotalSeconds;
        if (await log.CountAsync("mt_events") != events || await log.CountAsync("mt_streams") != appends.Length)
            throw new InvalidOperationException("Not everything was appended.");
        return rate;
    }

    static async Task<double> ByCopyAsync(Servers servers, Prepared[] rows)
    {
        await using var log = await servers.LogAsync();
        await using var connection = await log.Database.OpenConnectionAsync();
        var now = TimeProvider.System.GetUtcNow();
        var clock = Stopwatch.StartNew();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var streams = await connection.BeginBinaryImportAsync($"copy {log.Schema}.mt_streams (tenant_id, id, type, version, timestamp, created, is_archived) from stdin (format binary)"))
            {
                for (var i = 0; i < rows.Length; i += Observation.EventsPerStream)
                {
                    streams.StartRow();
                    streams.Write(Observation.Tenant, NpgsqlDbType.Varchar);
                    streams.Write(rows[i].Stream, NpgsqlDbType.Varchar);
                    streams.Write("attendance", NpgsqlDbType.Varchar);
                    streams.Write((long)Observation.EventsPerStream, NpgsqlDbType.Bigint);
                    streams.Write(now, NpgsqlDbType.TimestampTz);
                    streams.Write(now, NpgsqlDbType.TimestampTz);
                    streams.Write(false, NpgsqlDbType.Boolean);
                }
                await streams.CompleteAsync();
            }
            await CopyEventsAsync(connection, log.Schema, rows, now);
            await transaction.CommitAsync();
        }
        return rows.Length / clock.Elapsed.TotalSeconds;
    }

    static async Task CopyEventsAsync(NpgsqlConnection connection, string schema, Prepared[] rows, DateTimeOffset now)
    {
        await using var events = await connection.BeginBinaryImportAsync($"""
            copy {schema}.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived)
            from stdin (format binary)
            """);
        for (var i = 0; i < rows.Length; i++)
        {
            events.StartRow();
            events.Write(i + 1L, NpgsqlDbType.Bigint);
            events.Write(rows[i].Id, NpgsqlDbType.Uuid);
            events.Write(rows[i].Stream, NpgsqlDbType.Varchar);
            events.Write((long)rows[i].Version, NpgsqlDbType.Bigint);
            events.Write(rows[i].Json, NpgsqlDbType.Jsonb);
            events.Write(Observed.Alias, NpgsqlDbType.Varchar);
            events.Write(now.AddMicroseconds(i), NpgsqlDbType.TimestampTz);
            events.Write(Observation.Tenant, NpgsqlDbType.Varchar);
            events.Write("EquityPlatform.Benchmarks.Observed, EquityPlatform.Benchmarks", NpgsqlDbType.Varchar);
            events.Write("4bf92f3577b34da6a3ce929d0e0e4736", NpgsqlDbType.Varchar);
            events.Write("feed-5b1c", NpgsqlDbType.Varchar);
            events.Write(rows[i].Headers, NpgsqlDbType.Jsonb);
            events.Write("service:ingestion", NpgsqlDbType.Varchar);
            events.Write(false, NpgsqlDbType.Boolean);
        }
        await events.CompleteAsync();
    }
}
