using System.Buffers.Binary;
using Npgsql;

namespace EquityPlatform.AuditTool.Database;

/// <summary>
/// Rows of a query one after the other, in the bytes in which the database sends them (COPY in binary form). Nothing is decoded that nobody asks for.
/// </summary>
/// <param name="columns">How many the query has.</param>
internal sealed class CopyRows(Stream copy, int columns) : IAsyncDisposable
{
    const int HeaderBytes = 19;

    readonly (int Start, int Length)[] places = new (int, int)[columns];
    byte[] bytes = new byte[256 * 1024];
    int start = HeaderBytes;
    int end;
    bool ended;

    /// <param name="query">Takes no parameters.</param>
    public static async Task<CopyRows> OpenAsync(NpgsqlConnection connection, string query, int columns, CancellationToken cancellation) =>
        new(await connection.BeginRawBinaryCopyAsync($"copy ({query}) to stdout (format binary)", cancellation), columns);

    /// <summary>True if there is one more row.</summary>
    /// <exception cref="InvalidDataException">The answer ended within a row.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        while (!Take())
        {
            if (ended)
                return end - start == sizeof(short) && BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(start)) == -1 ? false : throw new InvalidDataException("The database's answer ended within a row.");
            if (end > 0) // at first there is nothing, and the header is still to come
            {
                bytes.AsSpan(start, end - start).CopyTo(bytes);
                (start, end) = (0, end - start);
            }
            if (end == bytes.Length)
                Array.Resize(ref bytes, bytes.Length * 2);
            while (end < bytes.Length && !ended)
            {
                var read = await copy.ReadAsync(bytes.AsMemory(end), cancellation);
                (end, ended) = (end + read, read == 0);
            }
        }
        return true;
    }

    bool Take()
    {
        if (end < start + sizeof(short) || BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(start)) != columns)
            return false;
        var next = start + sizeof(short);
        for (var i = 0; i < columns; i++)
        {
            if (end < next + sizeof(int))
                return false;
            places[i] = (next + sizeof(int), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(next)));
            next = places[i].Start + Math.Max(places[i].Length, 0);
            if (end < next)
                return false;
        }
        start = next;
        return true;
    }

    public bool IsNull(int column) => places[column].Length < 0;

    /// <summary>The bytes of a column; they stand until the next row. None for null.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => bytes.AsSpan(places[column].Start, Math.Max(places[column].Length, 0));

    public long Long(int column) => BinaryPrimitives.ReadInt64BigEndian(Bytes(column));

    public Guid Id(int column) => new(Bytes(column), bigEndian: true);

    /// <summary>Text of a jsonb, without the version that stands before it.</summary>
    public ReadOnlySpan<byte> Json(int column) => Bytes(column)[1..];

    public ValueTask DisposeAsync() => copy.DisposeAsync();
}
