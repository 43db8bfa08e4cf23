using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Contracts.Privacy;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Erasure;
using Npgsql;

namespace EquityPlatform.Indicators.Facts;

/// <summary>Keeps the fact tables at ingestion's log. One statement per kind of record and batch, never one per row.</summary>
internal sealed class StudentFactsConsumer(StudentErasures erasures) : IBusProjection
{
    /// <summary>Stamp of facts that belong to every school year.</summary>
    public const int EveryYear = 0;

    public const string ConsumerName = "student-facts/1";

    public string Name => ConsumerName;

    public string Source => "ingestion";

    public IReadOnlyList<string> Tables { get; } =
        ["organizations", "sessions", "calendar_days", "coverage_declarations", "demographics", "programs", "enrollments", "attendance", "feeds", "year_stamps"];

    public async Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var stamps = new Dictionary<int, long>();
        var byType = events.ToLookup(e => e.Type);

        await WriteAsync(FactTables.Organizations, OrganizationRecorded.Type, _ => EveryYear);
        await WriteAsync(FactTables.Sessions, SessionRecorded.Type, _ => EveryYear);
        await WriteAsync(FactTables.CalendarDays, CalendarDayRecorded.Type, _ => EveryYear);
        await WriteAsync(FactTables.Coverage, AttendanceCoverageDeclared.Type, _ => EveryYear);
        await WriteAsync(FactTables.Demographics, StudentDemographicsRecorded.Type, _ => EveryYear);
        await WriteAsync(FactTables.Programs, StudentProgramRecorded.Type, _ => EveryYear);
        await ProgramPeriods.ReplaceUndatedAsync(connection, tenant, [.. byType[StudentProgramRecorded.Type]], cancellation);
        await WriteAsync(FactTables.Enrollments, SchoolEnrollmentRecorded.Type, r => r.SchoolYear);
        await WriteAsync(FactTables.Attendance, AttendanceRecorded.Type, r => r.SchoolYear);
        await RemovedFacts.ApplyAsync(connection, tenant, Read<RecordRemoved>(RecordRemoved.Type, RemovedFacts.YearOf), cancellation);
        if (byType[StudentErasureRequested.Type].LastOrDefault() is { } erased)
            stamps[EveryYear] = Math.Max(stamps.GetValueOrDefault(EveryYear), erased.Seq);
        await WriteFeedsAsync(connection, tenant, [.. byType[FeedApplied.Type]], cancellation);
        await WriteStampsAsync(connection, tenant, stamps, cancellation);
        // Last: whatever the batch says about an erased student came before, and the stamps name the years to look in
        await erasures.ApplyAsync(tenant, events, connection, cancellation);

        Task WriteAsync<T>(FactTable<T> table, string type, Func<T, int> year) => table.WriteAsync(connection, tenant, Read(type, year), cancellation);

        List<(T Record, PublishedEvent Event)> Read<T>(string type, Func<T, int> year)
        {
            var facts = byType[type].Select(e => (Record: e.Data.Deserialize<T>(EventTypes.Json) ?? throw new JsonException($"Event {e.Seq} holds null."), Event: e)).ToList();
            foreach (var (record, e) in facts)
                stamps[year(record)] = Math.Max(stamps.GetValueOrDefault(year(record)), e.Seq);
            return facts;
        }
    }

    public void Committed(string tenant, long position) => erasures.Committed();

    static async Task WriteFeedsAsync(NpgsqlConnection connection, string tenant, IReadOnlyList<PublishedEvent> applied, CancellationToken cancellation)
    {
        foreach (var e in applied)
        {
            var feed = e.Data.Deserialize<FeedApplied>(EventTypes.Json) ?? throw new JsonException($"Event {e.Seq} holds null.");
            await using var command = new NpgsqlCommand("insert into feeds (tenant_id, feed_id, applied_at, seq) values ($1, $2, $3, $4) on conflict (tenant_id, feed_id) do nothing", connection);
            command.Parameters.AddWithValue(tenant);
            command.Parameters.AddWithValue(feed.FeedId);
            command.Parameters.AddWithValue(e.RecordedAt.ToUniversalTime());
            command.Parameters.AddWithValue(e.Seq);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    static async Task WriteStampsAsync(NpgsqlConnection connection, string tenant, Dictionary<int, long> stamps, CancellationToken cancellation)
    {
        if (stamps.Count == 0)
            return;
        await using var command = new NpgsqlCommand("""
            insert into year_stamps as t (tenant_id, school_year, seq) select $1, f.* from unnest($2, $3) as f
            on conflict (tenant_id, school_year) do update set seq = greatest(t.seq, excluded.seq)
            """, connection);
        command.Parameters.AddWithValue(tenant);
        command.Parameters.AddWithValue(stamps.Keys.ToArray());
        command.Parameters.AddWithValue(stamps.Values.ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
