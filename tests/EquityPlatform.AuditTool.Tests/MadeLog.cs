using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>
/// A log made by the rules of the known answers, and its export file, without a line of the tool's code: the leaf format is written out here, hashes, tiles,
/// canonical JSON and signatures are those of the services.
/// </summary>
internal sealed class MadeLog : IDisposable
{
    public const string Origin = "audit.example.org/audit/ingestion/0612345";
    const int Width = 256;

    readonly Ed25519Key ed25519;
    readonly NoteKey key;
    readonly Tiles tiles = new(0);

    public MadeLog(int count, int seed, params int[] checkpoints)
    {
        var random = new Random(seed);
        var secret = new byte[32];
        random.NextBytes(secret);
        ed25519 = new(secret);
        key = new(Origin, ed25519);
        for (var i = 0; i < count; i++)
            Add(Event(i, random));
        foreach (var size in checkpoints.Append(count).Distinct().Order())
            Sign(size);
    }

    public List<string> Lines { get; } = [];
    public List<byte[]> Leaves { get; } = [];
    public List<(long Size, string Note)> Notes { get; } = [];
    public string Key => key.VerifierKey;
    public int Count => Lines.Count;

    public static JsonObject Event(int i, Random random)
    {
        var id = new byte[16];
        random.NextBytes(id);
        var e = new JsonObject
        {
            ["event"] = new JsonObject
            {
                ["id"] = new Guid(id).ToString("D"),
                ["position"] = (1000 + 3 * i).ToString(CultureInfo.InvariantCulture),
                ["recorded"] = new DateTime(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc).AddMicroseconds(i * 1234567L).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
                ["schema"] = 1,
                ["stream"] = $"student-{i % 7:x8}",
                ["type"] = i % 5 == 4 ? "goal-set" : "student-seen",
                ["version"] = (i / 7 + 1).ToString(CultureInfo.InvariantCulture),
            },
            ["index"] = i.ToString(CultureInfo.InvariantCulture),
            ["meta"] = new JsonObject { ["user"] = $"staff-{i % 3}", ["source"] = new JsonObject { ["feed"] = "f1", ["file"] = "students.csv", ["row"] = i }, ["reason"] = "größer \"gleich\" €\n" },
            ["public"] = new JsonObject { ["grade"] = $"{i % 12:00}", ["days"] = i * 0.5, ["share"] = 1e-7 * i, ["note"] = null },
            ["sealed"] = null,
        };
        if (i % 3 == 0)
        {
            var envelope = new byte[60];
            random.NextBytes(envelope);
            e["sealed"] = new JsonObject
            {
                ["alg"] = "A256GCM",
                ["envelope"] = Convert.ToBase64String(envelope),
                ["kc"] = Convert.ToBase64String(SHA256.HashData(envelope)),
                ["kid"] = $"k_{i:x8}",
            };
        }
        return e;
    }

    public void Add(JsonObject e) => Add(e, LeafOf(e));

    /// <param name="leaf">Of an event whose sealed bytes are gone, the leaf that was made before.</param>
    public void Add(JsonObject e, byte[] leaf)
    {
        Lines.Add(Canonical(e));
        Leaves.Add(leaf);
        Span<byte> hash = stackalloc byte[32];
        TreeHash.Leaf(Leaves[^1], hash);
        tiles.Append(hash);
    }

    public void Sign(long size) => Notes.Add((size, key.Sign(NoteKey.CheckpointText(Origin, size, tiles.Root(0, size)))));

    public static string Canonical(JsonNode? node)
    {
        using var document = JsonDocument.Parse(node?.ToJsonString() ?? "null");
        return CanonicalJson.Of(document.RootElement);
    }

    public static byte[] LeafOf(JsonObject e)
    {
        static string Hash(byte[] bytes) => Convert.ToBase64String(SHA256.HashData(bytes));
        var leaf = new JsonObject
        {
            ["v"] = 1,
            ["origin"] = Origin,
            ["index"] = e["index"]!.DeepClone(),
            ["event"] = e["event"]!.DeepClone(),
            ["pub"] = Hash(Encoding.UTF8.GetBytes(Canonical(e["public"]))),
            ["meta"] = Hash(Encoding.UTF8.GetBytes(Canonical(e["meta"]))),
            ["priv"] = e["sealed"] is not { } part ? null : new JsonObject
            {
                ["alg"] = part["alg"]!.DeepClone(),
                ["kid"] = part["kid"]!.DeepClone(),
                ["kc"] = part["kc"]!.DeepClone(),
                ["ct"] = Hash(Convert.FromBase64String(part["envelope"]!.GetValue<string>())),
            },
        };
        return Encoding.UTF8.GetBytes(Canonical(leaf));
    }

    public IEnumerable<byte[]> Consistency(long old, long size) => TreeShape.ConsistencyPath(old, size).Select(range => tiles.Root(range.From, range.To));

    public byte[]? Tile(int level, long n, int width) => tiles.Changed.FirstOrDefault(tile => tile.Id == new TileId(level, n)).Hashes is { } hashes && hashes.Length >= width * 32 ? hashes[..(width * 32)] : null;

    public static string NumberPath(long n, int width)
    {
        var groups = new List<string> { $"{n % 1000:000}" };
        for (n /= 1000; n > 0; n /= 1000)
            groups.Insert(0, $"x{n % 1000:000}");
        return string.Join('/', groups) + (width == Width ? "" : $".p/{width}");
    }

    public byte[] Bundle(long n, int width)
    {
        using var bytes = new MemoryStream();
        var length = new byte[2];
        foreach (var leaf in Leaves.Skip((int)n * Width).Take(width))
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)leaf.Length);
            bytes.Write(length);
            bytes.Write(leaf);
        }
        return bytes.ToArray();
    }

    /// <summary>The entries of an export, as its format says.</summary>
    /// <param name="erasures">Indexes of later events that come along.</param>
    public List<(string Name, byte[] Bytes)> Entries(int from = 0, int? until = null, params int[] erasures)
    {
        var to = until ?? Count;
        var entries = new List<(string, byte[])>
        {
            ("manifest.json", Encoding.UTF8.GetBytes($$"""{{{(erasures.Length == 0 ? "" : $"\"erasures\":[{string.Join(',', erasures.Select(index => $"\"{index}\""))}],")}}"format":"equity-audit-export/1","from":"{{from}}","origin":"{{Origin}}","sealed":true,"size":"{{Count}}","to":"{{to}}"}""" + "\n")),
            ("vkey", Encoding.UTF8.GetBytes(Key + "\n")),
            ("checkpoints.ndjson", Encoding.UTF8.GetBytes(string.Concat(Notes.Where(note => note.Size == Count || note.Size > from && note.Size <= to)
                .Select(note => Canonical(new JsonObject { ["note"] = note.Note, ["size"] = note.Size }) + "\n")))),
        };
        for (var n = from / 10_000; n * 10_000 < to; n++)
            entries.Add(($"events/{n:000000}.ndjson", Encoding.UTF8.GetBytes(string.Concat(Lines[Math.Max(from, n * 10_000)..Math.Min(to, (n + 1) * 10_000)].Select(line => line + "\n")))));
        if (erasures.Length > 0)
            entries.Add(("erasures.ndjson", Encoding.UTF8.GetBytes(string.Concat(erasures.Select(index => Lines[index] + "\n")))));
        for (var n = from / Width; n * Width < to; n++)
            entries.Add(($"leaves/{NumberPath(n, Math.Min(Width, Count - n * Width))}", Bundle(n, Math.Min(Width, Count - n * Width))));
        for (long level = 0, size = Count, first = from, end = to; size > 0; level++, size /= Width)
        {
            (first, end) = (first / Width, (end + Width - 1) / Width);
            for (var n = first; n * Width < size; n++)
                if (n < end || size % Width != 0 && n == size / Width || erasures.Any(index => index >> (int)(8 * (level + 1)) == n))
                    entries.Add(($"tiles/{level}/{NumberPath(n, (int)Math.Min(Width, size - n * Width))}", Tile((int)level, n, (int)Math.Min(Width, size - n * Width))!));
        }
        return entries;
    }

    /// <summary>Proof file, leaf and event under the last checkpoint.</summary>
    public void WriteProof(string path, int index)
    {
        var hashes = TreeShape.InclusionPath(index, Count).Select(range => Convert.ToBase64String(tiles.Root(range.From, range.To)) + "\n");
        File.WriteAllText(path + ".tlog-proof", $"c2sp.org/tlog-proof@v1\nindex {index}\n{string.Concat(hashes)}\n{Notes[^1].Note}");
        File.WriteAllBytes(path + ".leaf.json", Leaves[index]);
        File.WriteAllText(path + ".event.json", Lines[index] + "\n");
    }

    public static void WriteZip(string path, IEnumerable<(string Name, byte[] Bytes)> entries)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries)
        {
            using var stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
            stream.Write(bytes);
        }
    }

    public void Dispose() => ed25519.Dispose();
}
