using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>Rows of <c>mt_events</c> as events.</summary>
internal static class RecordedRows
{
    public const string Columns = "seq_id, id, tenant_id, stream_id, version, type, data, timestamp, user_name, headers, correlation_id, causation_id";

    /// <summary>The current row. It is in memory, so reading its columns never waits.</summary>
    /// <param name="first">Where the event's columns begin.</param>
    public static RecordedEvent Read(NpgsqlDataReader reader, EventTypes types, int first = 0)
    {
        var headers = EventHeaders.Read(Text(reader, first + 9));
        return new(reader.GetInt64(first), reader.GetGuid(first + 1), reader.GetString(first + 2), reader.GetString(first + 3), reader.GetInt64(first + 4), reader.GetString(first + 5),
            reader.GetString(first + 6), reader.GetFieldValue<DateTimeOffset>(first + 7), Text(reader, first + 8) ?? "", headers.Reason, headers.Source,
            Text(reader, first + 10), Text(reader, first + 11), types);
    }

    static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
