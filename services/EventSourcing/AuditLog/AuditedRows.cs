using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Reads events for the audit log by COPY: rows come in the database's own bytes and are cut up here. Millions are read, so nothing is decoded that goes
/// back into bytes at once.
/// </summary>
internal static class AuditedRows
{
    const int PageBytes = 80 * 1024; // below what the collector keeps apart as large
    const int HeaderBytes = 19;
    const int Columns = 11;
    static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>At most <paramref name="limit"/> events of the transaction's tenant after a position, in order, in pages of some hundred.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<AuditedEvent>> ReadAsync(NpgsqlConnection connection, string schema, long after, int limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // In order of the index: whoever fetches everything that is left and sorts it, for every batch anew, never keeps up with a bulk append
        await using (var order = new NpgsqlBatch(connection) { BatchCommands = { new("set local enable_sort = off"), new("set local enable_bitmapscan = off") } })
            await order.ExecuteNonQueryAsync(cancellation);
        // COPY takes no parameters; the transaction names the tenant
        await using var copy = await connection.BeginRawBinaryCopyAsync(string.Create(CultureInfo.InvariantCulture, $"""
            copy (select seq_id, id, stream_id, version, type, data, timestamp, user_name, headers, correlation_id, causation_id
              from {schema}.mt_events where tenant_id = current_setting('eq.tenant') and seq_id > {after} order by seq_id limit {limit}) to stdout (format binary)
            """), cancellation);
        var (bytes, start, end) = (new byte[PageBytes], HeaderBytes, 0);
        for (var read = -1; read != 0;)
        {
            while (end < bytes.Length && (read = await copy.ReadAsync(bytes.AsMemory(end), cancellation)) > 0)
                end += read;
            var page = new List<AuditedEvent>();
            while (Row(bytes.AsMemory(0, end), start, out var next) is { } row)
            {
                page.Add(row);
                start = next;
            }
            if (page.Count > 0)
                yield return page;
            // The page keeps its bytes; what is left of them begins the next one
            var rest = bytes.AsMemory(start, end - start);
            bytes = new byte[Math.Max(PageBytes, rest.Length * 2)];
            rest.CopyTo(bytes);
            (start, end) = (0, rest.Length);
        }
        if (end != sizeof(short) || BinaryPrimitives.ReadInt16BigEndian(bytes) != -1)
            throw new InvalidDataException("The database's answer ended within a row.");
    }

    /// <summary>The row that begins at a place; null if it is not whole yet, or if that is the end.</summary>
    static AuditedEvent? Row(ReadOnlyMemory<byte> bytes, int start, out int next)
    {
        var span = bytes.Span;
        next = start + sizeof(short);
        if (next > span.Length || BinaryPrimitives.ReadInt16BigEndian(span[start..]) != Columns)
            return null;
        Span<(int Start, int Length)> columns = stackalloc (int, int)[Columns];
        foreach (ref var column in columns)
        {
            if (next + sizeof(int) > span.Length)
                return null;
            column = (next + sizeof(int), BinaryPrimitives.ReadInt32BigEndian(span[next..]));
            next = column.Start + Math.Max(column.Length, 0);
            if (next > span.Length)
                return null;
        }
        return new(Long(span, columns[0]), new Guid(span.Slice(columns[1].Start, columns[1].Length), bigEndian: true), bytes.Slice(columns[2].Start, columns[2].Length), Long(span, columns[3]),
            bytes.Slice(columns[4].Start, columns[4].Length), Json(bytes, columns[5])!.Value, Epoch.AddTicks(Long(span, columns[6]) * TimeSpan.TicksPerMicrosecond),
            Text(bytes, columns[7]), Json(bytes, columns[8]), Text(bytes, columns[9]), Text(bytes, columns[10]));
    }

    static long Long(ReadOnlySpan<byte> bytes, (int Start, int Length) column) => BinaryPrimitives.ReadInt64BigEndian(bytes.Slice(column.Start, column.Length));

    static ReadOnlyMemory<byte>? Text(ReadOnlyMemory<byte> bytes, (int Start, int Length) column) => column.Length < 0 ? default(ReadOnlyMemory<byte>?) : bytes.Slice(column.Start, column.Length);

    /// <summary>Before the text of a jsonb stands the version of its form.</summary>
    static ReadOnlyMemory<byte>? Json(ReadOnlyMemory<byte> bytes, (int Start, int Length) column) =>
        column.Length < 0 ? default(ReadOnlyMemory<byte>?) : bytes.Span[column.Start] == 1 ? bytes.Slice(column.Start + 1, column.Length - 1) : throw new InvalidDataException("The database writes jsonb in a form that is not known.");
}
