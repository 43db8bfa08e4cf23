using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using Npgsql;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>What the log says about the periods of one student and school year: the state of records knows only that they are there.</summary>
internal static class RecordedPeriods
{
    /// <summary>Synchronous, for the thread that reads rows.</summary>
    public static IEnumerable<PeriodAttendanceRecorded> Load(TenantDatabase database, string tenant, string stream)
    {
        using var connection = database.Source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using (var setting = new NpgsqlCommand("select set_config('eq.tenant', $1, true)", connection) { Parameters = { new() { Value = tenant } } })
            setting.ExecuteNonQuery();
        using var command = new NpgsqlCommand("select data::text from mt_events where tenant_id = $1 and stream_id = $2 and type = 'period-attendance-recorded/1' order by version", connection)
        {
            Parameters = { new() { Value = tenant }, new() { Value = stream } },
        };
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return JsonSerializer.Deserialize<PeriodAttendanceRecorded>(reader.GetString(0), EventTypes.Json) ?? throw new JsonException("An event holds null.");
    }
}
