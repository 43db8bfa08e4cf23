using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// Rows of <c>mt_events</c> as binary COPY sends them. A chunk's rows are encoded while it is prepared; position, version and
/// time, which are known under the head's lock only, stand first in a row and are filled in there.
/// </summary>
internal sealed class EventRows : IDisposable
{
    public const string Columns = "seq_id, version, timestamp, id, stream_id, data, type, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived";

    /// <summary>Signature, flags, no extension.</summary>
    public static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];
    public static ReadOnlySpan<byte> Trailer => [0xFF, 0xFF];

    const short Fields = 14;
    const int FieldsLength = sizeof(short);
    const int NumberLength = sizeof(int) + sizeof(long);
    const byte JsonbVersion = 1;
    static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);

    /// <summary>Bytes encoded so far.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Slice(int start, int end) => buffer.AsSpan(start, end - start);

    public void Clear() => Length = 0;

    /// <summary>Encodes a row, all but its place; returns where it starts.</summary>
    public int Add(Append append, PreparedEvent e)
    {
        var start = Length;
        Reserve(FieldsLength + (3 * NumberLength));
        BinaryPrimitives.WriteInt16BigEndian(buffer.AsSpan(Length), Fields);
        Length += FieldsLength;
        for (var i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(Length), sizeof(long));
            Length += NumberLength;
        }
        Reserve(sizeof(int) + 16);
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(Length), 16);
        e.Id.TryWriteBytes(buffer.AsSpan(Length + sizeof(int)), bigEndian: true, out _);
        Length += sizeof(int) + 16;
        Text(append.StreamId);
        Json(e.Json);
        Text(e.Alias);
        Text(append.Tenant);
        Text(e.DotnetType);
        Text(append.Context.CorrelationId);
        Text(append.Context.CausationId);
        Json(e.Headers);
        Text(append.Context.User);
        False();
        return start;
    }

    /// <summary>Fills in what the lock decided.</summary>
    public void Place(int start, in PlacedEvent placed)
    {
        var row = buffer.AsSpan(start);
        BinaryPrimitives.WriteInt64BigEndian(row[(FieldsLength + sizeof(int))..], placed.Position);
        BinaryPrimitives.WriteInt64BigEndian(row[(FieldsLength + NumberLength + sizeof(int))..], placed.Version);
        BinaryPrimitives.WriteInt64BigEndian(row[(FieldsLength + (2 * NumberLength) + sizeof(int))..], Microseconds(placed.At));
    }

    /// <summary>Encodes a row of <c>mt_streams</c> (tenant_id, id, type, version, timestamp, created, is_archived).</summary>
    public void Add(in PlacedStream stream)
    {
        Reserve(FieldsLength);
        BinaryPrimitives.WriteInt16BigEndian(buffer.AsSpan(Length), 7);
        Length += FieldsLength;
        Text(stream.Tenant);
        Text(stream.Id);
        Text(stream.Type);
        Number(stream.Version);
        Number(Microseconds(stream.At));
        Number(Microseconds(stream.At));
        False();
    }

    static long Microseconds(DateTimeOffset at) => (at.UtcTicks - Epoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    void Number(long value)
    {
        Reserve(NumberLength);
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(Length), sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(buffer.AsSpan(Length + sizeof(int)), value);
        Length += NumberLength;
    }

    void Text(string? text)
    {
        if (text is null)
        {
            Null();
            return;
        }
        Reserve(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, buffer.AsSpan(Length + sizeof(int)));
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(Length), length);
        Length += sizeof(int) + length;
    }

    void Json(byte[]? json)
    {
        if (json is null)
        {
            Null();
            return;
        }
        Reserve(sizeof(int) + 1 + json.Length);
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(Length), 1 + json.Length);
        buffer[Length + sizeof(int)] = JsonbVersion;
        json.CopyTo(buffer, Length + sizeof(int) + 1);
        Length += sizeof(int) + 1 + json.Length;
    }

    void Null()
    {
        Reserve(sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(Length), -1);
        Length += sizeof(int);
    }

    void False()
    {
        Reserve(sizeof(int) + 1);
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(Length), 1);
        buffer[Length + sizeof(int)] = 0;
        Length += sizeof(int) + 1;
    }

    void Reserve(int more)
    {
        if (buffer.Length - Length >= more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, Length + more));
        buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
