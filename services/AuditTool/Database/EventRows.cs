using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EquityPlatform.AuditTool.Canonical;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Database;

/// <summary>
/// The rows of a tile, written as lines of events. A row does not say which leaf it is: it follows from its place. Where rows are missing or too many, the
/// hashes of the tile tell which.
/// </summary>
internal sealed class EventRows(string origin, Report report)
{
    /// <summary>SQL: what <see cref="Add"/> takes, in this order.</summary>
    public const string Columns = "seq_id, id, stream_id, version, type, timestamp, user_name, headers, correlation_id, causation_id, data, is_archived or bdata is not null";
    public const int ColumnCount = 12;

    static readonly JavaScriptEncoder Plain = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(control => (byte)control), (byte)'"', (byte)'\\']);
    static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    readonly List<(long Position, Guid Id, byte[] Text, int IndexAt)> rows = new(TileId.Width + 1);
    readonly ArrayBufferWriter<byte> line = new(2048);
    readonly ArrayBufferWriter<byte> meta = new(1024);
    readonly CanonicalWriter canonical = new();
    readonly EventLine parsed = new();
    readonly LeafBytes leaf = new(origin);

    public int Count => rows.Count;

    /// <summary>Index of the line given last.</summary>
    public long IndexOfLast { get; private set; }

    public void Clear() => rows.Clear();

    public void Add(CopyRows row)
    {
        var (position, id) = (row.Long(0), row.Id(1));
        var type = row.Bytes(4);
        if (row.Bytes(11) is [1])
            report.Add("row-marked", string.Create(CultureInfo.InvariantCulture, $"The row at position {position} was marked as archived, or holds bytes that no event has."), null, id.ToString());
        var slash = type.LastIndexOf((byte)'/');
        line.ResetWrittenCount();
        Put("{\"event\":{\"id\":\""u8);
        Put(id);
        Put("\",\"position\":\""u8);
        Put(position);
        Put("\",\"recorded\":\""u8);
        Recorded(row.Long(5));
        Put("\",\"schema\":"u8);
        Put(type[(slash + 1)..]);
        Put(",\"stream\":"u8);
        Quoted(line, row.Bytes(2));
        Put(",\"type\":"u8);
        Quoted(line, type[..Math.Max(slash, 0)]);
        Put(",\"version\":\""u8);
        Put(row.Long(3));
        Put("\"},\"index\":\""u8);
        var index = line.WrittenCount;
        Put("\",\"meta\":"u8);
        Meta(row);
        Put(",\"public\":"u8);
        Data(row.Json(10));
        Put("}"u8);
        rows.Add((position, id, line.WrittenSpan.ToArray(), index));
    }

    /// <summary>Microseconds since 2000; no event was recorded in a time beyond the calendar, so that may stand as it is.</summary>
    void Recorded(long microseconds)
    {
        if (microseconds < 0 || microseconds > (DateTime.MaxValue - Epoch).Ticks / TimeSpan.TicksPerMicrosecond)
            Put(microseconds);
        else
            Put(Epoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), "yyyy-MM-ddTHH:mm:ss.ffffffZ");
    }

    void Meta(CopyRows row)
    {
        meta.ResetWrittenCount();
        var headers = row.IsNull(7) ? "{}"u8 : row.Json(7);
        meta.Write(headers[..^1]);
        var comma = headers.Length > 2;
        foreach (var (name, column) in Who)
            if (!row.IsNull(column))
            {
                meta.Write(comma ? ","u8 : ""u8);
                Quoted(meta, name);
                meta.Write(":"u8);
                Quoted(meta, row.Bytes(column));
                comma = true;
            }
        meta.Write("}"u8);
        Put(Canonical(meta.WrittenSpan));
    }

    static readonly (byte[] Name, int Column)[] Who = [("user"u8.ToArray(), 6), ("correlationId"u8.ToArray(), 8), ("causationId"u8.ToArray(), 9)];

    /// <summary>The data, and apart from it the member <c>sealed</c> if it is an envelope of exactly four members; anything else of that name is data like all other.</summary>
    void Data(ReadOnlySpan<byte> stored)
    {
        var data = Canonical(stored);
        if (data.IndexOf("\"sealed\":{"u8) < 0 || Envelope(data) is not var (member, value))
        {
            Put(data);
            Put(",\"sealed\":null"u8);
            return;
        }
        Put(data[..member.Start.Value]);
        Put(data[member.End.Value..]);
        Put(",\"sealed\":"u8);
        Put(data[value]);
    }

    /// <summary>Where the envelope stands, with its name and one comma, and where its value does; null if there is none.</summary>
    static (Range Member, Range Value)? Envelope(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, wanted) = ((int)reader.TokenStartIndex, reader.ValueTextEquals("sealed"u8));
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            if (!wanted)
                continue;
            var (first, last) = (data[name - 1] == '{', data[end] == '}');
            return IsEnvelope(data[start..end]) ? ((first ? name : name - 1)..(first && !last ? end + 1 : end), start..end) : null;
        }
        return null;
    }

    static bool IsEnvelope(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        reader.Read();
        foreach (var name in (ReadOnlySpan<string>)["alg", "envelope", "kc", "kid"])
            if (!reader.Read() || !reader.ValueTextEquals(name) || !reader.Read() || reader.TokenType != JsonTokenType.String || name == "envelope" && !System.Buffers.Text.Base64.IsValid(reader.ValueSpan))
                return false;
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject;
    }

    /// <summary>The canonical form; as it stands where there is none: then the line is refused where it is read.</summary>
    ReadOnlySpan<byte> Canonical(ReadOnlySpan<byte> json)
    {
        try
        {
            return canonical.Write(json).Span;
        }
        catch (NotCanonicalException)
        {
            return json;
        }
    }

    /// <summary>The rows with their indexes.</summary>
    /// <param name="first">Index of the tile's first leaf.</param>
    /// <param name="width">How many leaves the tile has.</param>
    /// <param name="hashes">The tile, if there are not as many rows as leaves.</param>
    public IEnumerable<ReadOnlyMemory<byte>> Placed(long first, int width, byte[]? hashes)
    {
        var place = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            var left = rows.Count - i;
            if (hashes is not null && left != width - place && !Fits(i, place))
            {
                // As many places may be skipped as there are rows too few
                var skip = Enumerable.Range(1, Math.Max(0, width - place - left)).FirstOrDefault(skip => Fits(i, place + skip));
                if (skip == 0 && left > width - place)
                {
                    report.Add("event-added", string.Create(CultureInfo.InvariantCulture, $"A row that has no leaf stands in the table at position {rows[i].Position}, before this event."), first + place, rows[i].Id.ToString());
                    continue;
                }
                place += skip;
            }
            IndexOfLast = first + place++;
            yield return Line(i, IndexOfLast);
        }

        bool Fits(int row, int at)
        {
            if (hashes!.Length < (at + 1) * TreeHash.Bytes)
                return false;
            try
            {
                parsed.Read(Line(row, first + at));
                return TreeHash.Leaf(leaf.Of(parsed)).AsSpan().SequenceEqual(hashes.AsSpan(at * TreeHash.Bytes, TreeHash.Bytes));
            }
            catch (MalformedException)
            {
                return false;
            }
        }
    }

    ReadOnlyMemory<byte> Line(int row, long index)
    {
        var (_, _, text, at) = rows[row];
        line.ResetWrittenCount();
        Put(text.AsSpan(0, at));
        Put(index);
        Put(text.AsSpan(at));
        return line.WrittenMemory;
    }

    void Put(ReadOnlySpan<byte> bytes) => line.Write(bytes);

    void Put<T>(T value, ReadOnlySpan<char> format = default) where T : IUtf8SpanFormattable
    {
        value.TryFormat(line.GetSpan(40), out var written, format, CultureInfo.InvariantCulture);
        line.Advance(written);
    }

    static void Quoted(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        to.Write("\""u8);
        // What has to be escaped is escaped in any way here: the line is read as JSON
        to.Write(text.IndexOfAny(Special) < 0 ? text : JsonEncodedText.Encode(text, Plain).EncodedUtf8Bytes);
        to.Write("\""u8);
    }
}
