using System.Text;
using EquityPlatform.EventSourcing.AuditLog;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>The services' leaves are those of the vectors, byte by byte.</summary>
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
            var e = new AuditedEvent(long.Parse(named.Text("position"), null), named.GetProperty("id").GetGuid(), named.Text("stream"), long.Parse(named.Text("version"), null),
                $"{named.Text("type")}/{named.GetProperty("schema").GetInt32()}", data, named.GetProperty("recorded").GetDateTimeOffset(), null, one.Text("meta_jcs"), null, null);
            Encoding.UTF8.GetString(new AuditLeaf(file.Text("origin"), one.GetProperty("index").GetInt64(), e).ToUtf8()).ShouldBe(one.Text("leaf"));
        }
    }
}
