using System.Globalization;
using System.Text.Json;
using EquityPlatform.AuditTool.Canonical;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;

namespace EquityPlatform.AuditTool.Export;

/// <summary>First entry of an export file: what is in it. Nothing in it is believed beyond which entries must be there.</summary>
internal sealed record Manifest(LogSpan Span)
{
    public const string Name = "manifest.json";
    public const string Keys = "vkey";
    public const string Checkpoints = "checkpoints.ndjson";
    public const string Erasures = "erasures.ndjson";
    public const int EventsInFile = 10_000;
    const string Format = "equity-audit-export/1";

    /// <summary>The one form: canonical JSON with a line feed.</summary>
    public byte[] ToUtf8()
    {
        var members = new Dictionary<string, object>
        {
            ["format"] = Format,
            ["origin"] = Span.Origin,
            ["from"] = Text(Span.From),
            ["to"] = Text(Span.To),
            ["size"] = Text(Span.Size),
            ["sealed"] = Span.Sealed,
        };
        if (Span.Erasures.Count > 0)
            members["erasures"] = Span.Erasures.Select(Text).ToArray();
        return [.. CanonicalJson.Of(JsonSerializer.SerializeToUtf8Bytes(members)), (byte)'\n'];
    }

    /// <exception cref="SourceException">Not a manifest of this version.</exception>
    public static Manifest Parse(byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            var root = document.RootElement;
            if (root.GetProperty("format").GetString() is var format && format != Format)
                throw new SourceException($"This export has the form '{format}'; this tool reads {Format}. Get a newer tool.");
            var manifest = new Manifest(new LogSpan(root.GetProperty("origin").GetString() ?? "", Number(root, "from"), Number(root, "to"), Number(root, "size"), root.GetProperty("sealed").GetBoolean())
            {
                Erasures = root.TryGetProperty("erasures", out var erasures) ? [.. erasures.EnumerateArray().Select(Number)] : [],
            });
            if (manifest.Span is not { From: >= 0, Origin.Length: > 0 } span || span.From > span.To || span.To > span.Size
                || span.Erasures.Any(index => index < span.To || index >= span.Size) || !span.Erasures.SequenceEqual(span.Erasures.Distinct().Order()) || !manifest.ToUtf8().AsSpan().SequenceEqual(utf8))
                throw new SourceException("The manifest was changed: it is not in the one form in which an export is written.");
            return manifest;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SourceException("The manifest is damaged.", e);
        }
    }

    /// <summary>All entries, in their order.</summary>
    public IEnumerable<string> Entries() =>
    [
        Name, Keys, Checkpoints, .. Files().Select(EventsName), .. Span.Erasures.Count > 0 ? [Erasures] : Array.Empty<string>(), .. Bundles().Select(n => LeavesName(n, new TileId(0, n).WidthIn(Span.Size))),
        .. Tiles().Select(id => TileName(id, id.WidthIn(Span.Size))),
    ];

    /// <summary>Tiles that prove what is in the file.</summary>
    public IEnumerable<TileId> Tiles() => Span.Erasures.SelectMany(index => TreeNodes.TilesOf(index, index + 1, Span.Size)).Concat(TreeNodes.TilesOf(Span.From, Span.To, Span.Size))
        .Distinct().OrderBy(id => id.Level).ThenBy(id => id.N);

    /// <summary>Numbers of the files of events.</summary>
    public IEnumerable<long> Files() => Numbers(Span.From, Span.To, EventsInFile);

    /// <summary>Numbers of the bundles of leaves.</summary>
    public IEnumerable<long> Bundles() => Numbers(Span.From, Span.To, TileId.Width);

    static IEnumerable<long> Numbers(long from, long to, int width)
    {
        for (var n = from / width; from < to && n * width < to; n++)
            yield return n;
    }

    public static string EventsName(long n) => string.Create(CultureInfo.InvariantCulture, $"events/{n:000000}.ndjson");
    public static string LeavesName(long n, int width) => $"leaves/{TileId.NumberPath(n, width)}";
    public static string TileName(TileId id, int width) => $"tiles/{id.Path(width)}";

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    static long Number(JsonElement root, string member) => Number(root.GetProperty(member));
    static long Number(JsonElement text) => long.Parse(text.GetString() ?? "", NumberStyles.None, CultureInfo.InvariantCulture);
}
