using System.Globalization;
using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>What a leaf says of its event.</summary>
/// <param name="Type">Alias without its version.</param>
public sealed record LeafEvent(Guid Id, string Type, int Schema, string Stream, long Version, long Position, DateTimeOffset Recorded);

/// <summary>A leaf as somebody handed it in.</summary>
internal sealed record LeafForm(string Origin, long Index, LeafEvent Event, byte[] Hash)
{
    const int MostBytes = ushort.MaxValue;
    const string RecordedForm = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <exception cref="MalformedProofException">Not the canonical form of version 1.</exception>
    public static LeafForm Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new MalformedProofException("leaf.empty");
        if (text.Contains('\uFFFD', StringComparison.Ordinal))
            throw new MalformedProofException("leaf.characters");
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > MostBytes)
            throw new MalformedProofException("leaf.too-large", ("bytes", bytes.Length), ("most", MostBytes));
        if (JsonRules.Check(bytes) is { } broken)
            throw new MalformedProofException(broken.Code switch
            {
                "event.json-duplicate-member" => "leaf.duplicate-member",
                "event.json-number" => "leaf.number",
                "event.json-invalid" => "leaf.json",
                _ => "leaf.characters",
            }, ("detail", broken.Message));
        using var document = JsonDocument.Parse(bytes);
        var leaf = Members(document.RootElement, "leaf", "event", "index", "meta", "origin", "priv", "pub", "v");
        if (leaf["v"] is not { ValueKind: JsonValueKind.Number } version || version.GetRawText() != "1")
            throw Bad("v");
        var e = Members(leaf["event"], "event", "id", "position", "recorded", "schema", "stream", "type", "version");
        _ = HashOf(leaf["pub"], "pub");
        _ = HashOf(leaf["meta"], "meta");
        if (leaf["priv"].ValueKind != JsonValueKind.Null)
        {
            var priv = Members(leaf["priv"], "priv", "alg", "ct", "kc", "kid");
            if (TextOf(priv["alg"], "alg") is var alg && alg != "A256GCM")
                throw new MalformedProofException("leaf.algorithm", ("algorithm", alg));
            _ = TextOf(priv["kid"], "kid");
            _ = HashOf(priv["ct"], "ct");
            _ = HashOf(priv["kc"], "kc");
        }
        var canonical = CanonicalJson.Utf8Of(document.RootElement);
        if (!canonical.AsSpan().SequenceEqual(bytes))
            throw new MalformedProofException("leaf.canonical", ("byte", canonical.AsSpan().CommonPrefixLength(bytes)));

        var id = TextOf(e["id"], "id");
        if (!Guid.TryParseExact(id, "D", out var guid) || guid.ToString("D") != id)
            throw Bad("id");
        if (!DateTimeOffset.TryParseExact(TextOf(e["recorded"], "recorded"), RecordedForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var recorded))
            throw Bad("recorded");
        if (e["schema"].ValueKind != JsonValueKind.Number || !e["schema"].TryGetInt32(out var schema) || schema < 1)
            throw Bad("schema");
        var hash = new byte[TreeHash.Bytes];
        TreeHash.Leaf(bytes, hash);
        return new(TextOf(leaf["origin"], "origin"), NumberOf(leaf["index"], "index"),
            new(guid, TextOf(e["type"], "type"), schema, TextOf(e["stream"], "stream"), NumberOf(e["version"], "version"), NumberOf(e["position"], "position"), recorded), hash);
    }

    /// <summary>Exactly these members.</summary>
    static Dictionary<string, JsonElement> Members(JsonElement of, string name, params string[] names)
    {
        if (of.ValueKind != JsonValueKind.Object)
            throw Bad(name);
        var members = of.EnumerateObject().ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
        return Array.Find(names, one => !members.ContainsKey(one)) is { } missing ? throw new MalformedProofException("leaf.member-missing", ("member", missing))
            : members.Keys.FirstOrDefault(one => !names.Contains(one)) is { } unknown ? throw new MalformedProofException("leaf.member-unknown", ("member", unknown))
            : members;
    }

    static string TextOf(JsonElement value, string member) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : throw Bad(member);

    /// <summary>Whole numbers of 64 bits are texts: a JSON number would not keep them.</summary>
    static long NumberOf(JsonElement value, string member) => ProofFile.TryNumber(TextOf(value, member), out var number) ? number : throw Bad(member);

    static byte[] HashOf(JsonElement value, string member) =>
        ProofFile.TryBase64(TextOf(value, member), out var bytes) && bytes.Length == TreeHash.Bytes ? bytes : throw new MalformedProofException("leaf.hash", ("member", member));

    static MalformedProofException Bad(string member) => new("leaf.member", ("member", member));
}
