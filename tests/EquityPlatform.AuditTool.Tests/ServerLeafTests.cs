using System.Text;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.EventSourcing.AuditLog;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>The services' leaves are those of the vectors, byte by byte; and the tool makes the same ones from the lines that services give.</summary>
public sealed class ServerLeafTests
{
    [Fact]
    public void Leaves_are_those_of_the_vectors()
    {
        var file = Vector.File("audit_leaves.json");
        foreach (var one in file.GetProperty("cases").EnumerateArray())
        {
            var expected = System.Text.Json.JsonDocument.Parse(one.Text("leaf")).RootElement;
            var named = expected.GetProperty("event");
            var data = one.Text("pub_jcs");
            if (expected.GetProperty("priv") is { ValueKind: System.Text.Json.JsonValueKind.Object } priv)
                data = data[..^1] + $$""","sealed":{"alg":"A256GCM","kid":"{{priv.Text("kid")}}","kc":"{{priv.Text("kc")}}","envelope":"{{one.GetProperty("priv").Text("envelope_nonce_ct_tag_b64")}}"}""" + "}";
            var e = new AuditedEvent(long.Parse(named.Text("position"), null), named.GetProperty("id").GetGuid(), Encoding.UTF8.GetBytes(named.Text("stream")), long.Parse(named.Text("version"), null),
                Encoding.UTF8.GetBytes($"{named.Text("type")}/{named.GetProperty("schema").GetInt32()}"), Encoding.UTF8.GetBytes(data), named.GetProperty("recorded").GetDateTimeOffset(), null, Encoding.UTF8.GetBytes(one.Text("meta_jcs")), null, null);
            Encoding.UTF8.GetString(new AuditLeaf(file.Text("origin"), one.GetProperty("index").GetInt64(), e).ToUtf8()).ShouldBe(one.Text("leaf"));
        }
    }

    [Fact]
    public void The_tool_makes_the_leaf_of_a_line_as_the_database_writes_it()
    {
        const string sealedPart = """{"kc": "b", "alg": "A256GCM", "kid": "k_\u00e4", "envelope": "AAECAwQF"}""";
        string[] data =
        [
            "{}", """{"b": 1.50, "aa": [1, 2.0, {"z": null, "a": "\u0001é"}], "é": 1e2}""", $$"""{"x": 1, "sealed": {{sealedPart}}, "a": "€"}""", $$"""{"sealed": {{sealedPart}}}""",
            """{"sealed": 7, "a": 1}""", "{\"a\": {\"sealed\": " + sealedPart + "}}", """{"a": "the \"sealed\" one"}""", """{"sealed": {"kc": "b", "alg": "A", "kid": "k", "envelope": "no base64!"}}""", """["sealed"]""",
        ];
        string?[] headers = [null, "{}", """{"row": 7, "file": "ä.csv"}""", """{"user": "header", "z": 1}""", """{"a": {"user": "inner"}}""", """{"causationId": 1, "correlationId": 2}"""];
        string?[] columns = [null, "service:ingestion", "o'Brien \"x\" é\n"];
        foreach (var one in data)
            foreach (var header in headers)
                foreach (var user in columns)
                    foreach (var correlation in columns)
                    {
                        var leaf = new AuditLeaf("h/audit/s/t", 41, new(7, Guid.NewGuid(), Encoding.UTF8.GetBytes("s-1 \"é\""), 3, "seen/2"u8.ToArray(), Encoding.UTF8.GetBytes(one), DateTimeOffset.UnixEpoch.AddMicroseconds(5), Utf8(user), Utf8(header), Utf8(correlation), Utf8(user)));
                        var line = new EventLine();
                        line.Read(Encoding.UTF8.GetBytes(leaf.ToLine().TrimEnd('\n')));
                        Encoding.UTF8.GetString(new LeafBytes(leaf.Origin).Of(line)).ShouldBe(Encoding.UTF8.GetString(leaf.ToUtf8()));
                    }
    }

    static ReadOnlyMemory<byte>? Utf8(string? text) => text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text);
}
