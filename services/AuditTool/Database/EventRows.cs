using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Verify;
using Npgsql;

namespace EquityPlatform.AuditTool.Database;

/// <summary>
/// The rows of a tile, written as lines of events. A row does not say which leaf it is: it follows from its place. Where rows are missing or too many, the
/// hashes of the tile tell which.
/// </summary>
internal sealed class EventRows(string origin, Report report)
{
    /// <summary>SQL: the member <c>sealed</c> is an envelope of exactly four members; anything else is data like all other.</summary>
    public const string HasSealed = "jsonb_typeof(data) = 'object' and jsonb_typeof(data -> 'sealed') = 'object' and data -> 'sealed' ?& array['alg', 'kid', 'kc', 'envelope'] and (data -> 'sealed') - array['alg', 'kid', 'kc', 'envelope'] = '{}'";

    static readonly JavaScriptEncoder Plain = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    readonly List<(long Position, Guid Id, byte[] Text)> rows = new(TileId.Width + 1);
    readonly ArrayBufferWriter<byte> line = new(2048);
    readonly EventLine parsed = new();
    readonly LeafBytes leaf = new(origin);

    public int Count => rows.Count;

    /// <summary>Index of the line given last.</summary>
    public long IndexOfLast { get; private set; }

    public void Clear() => rows.Clear();

    public void Add(NpgsqlDataReader row)
    {
        var (position, id) = (row.GetInt64(0), row.GetGuid(1));
        if (row.GetBoolean(12))
            report.Add("row-marked", string.Create(CultureInfo.InvariantCulture, $"The row at position {position} was marked as archived, or holds bytes that no event has."), null, id.ToString());
        var type = row.GetString(4);
        var slash = type.LastIndexOf('/');
        line.ResetWrittenCount();
        Put("\",\"event\":{\"id\":\""u8);
        Put(id);
        Put("\",\"position\":\""u8);
        Put(position);
        Put("\",\"recorded\":\""u8);
        Put(row.GetDateTime(5).ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture));
        Put("Z\",\"schema\":"u8);
        Put(type[(slash + 1)..]);
        Put(",\"stream\":"u8);
        Quoted(row.IsDBNull(2) ? "" : row.GetString(2));
        Put(",\"type\":"u8);
        Quoted(type[..Math.Max(slash, 0)]);
        Put(",\"version\":\""u8);
        Put(row.GetInt64(3));
        Put("\"},\"meta\":"u8);
        Meta(row);
        Put(",\"public\":"u8);
        Put(row.GetFieldValue<byte[]>(10));
        Put(",\"sealed\":"u8);
        Put(row.IsDBNull(11) ? "null"u8 : row.GetFieldValue<byte[]>(11));
        Put("}"u8);
        rows.Add((position, id, line.WrittenSpan.ToArray()));
    }

    void Meta(NpgsqlDataReader row)
    {
        var headers = row.IsDBNull(7) ? "{}"u8 : row.GetFieldValue<byte[]>(7);
        Put(headers[..^1]);
        var comma = headers.Length > 2;
        foreach (var (name, column) in Who)
            if (!row.IsDBNull(column))
            {
                Put(comma ? ","u8 : ""u8);
                Quoted(name);
                Put(":"u8);
                Quoted(row.GetString(column));
                comma = true;
            }
        Put("}"u8);
    }

    static readonly (string Name, int Column)[] Who = [("user", 6), ("correlationId", 8), ("causationId", 9)];

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
        line.ResetWrittenCount();
        Put("{\"index\":\""u8);
        Put(index);
        Put(rows[row].Text);
        return line.WrittenMemory;
    }

    void Put(ReadOnlySpan<byte> bytes) => line.Write(bytes);

    void Put(string text) => line.Advance(Encoding.UTF8.GetBytes(text, line.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));

    void Put<T>(T value) where T : IUtf8SpanFormattable
    {
        value.TryFormat(line.GetSpan(40), out var written, default, CultureInfo.InvariantCulture);
        line.Advance(written);
    }

    void Quoted(string text)
    {
        Put("\""u8);
        Put(JsonEncodedText.Encode(text, Plain).EncodedUtf8Bytes);
        Put("\""u8);
    }
}
