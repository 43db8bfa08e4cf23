using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Testing;

namespace EquityPlatform.EventSourcing.Tests.AuditLog;

public sealed class FollowerTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Any_split_of_appends_and_of_rounds_gives_the_root_of_the_leaves()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 25; round++)
        {
            await log.NotesAsync(random.Next(1, 200));
            await log.Events.AppendedAsync(TestLog.Note("note-b", "of another district", tenant: "b"));
            for (var more = true; more;)
                more = await log.Follower().FollowAsync(AuditedLog.Tenant, random.Next(1, 300), default);
        }
        var (size, _) = await log.TreeAsync();
        size.ShouldBe(await log.Events.ScalarAsync<long>("select count(*) from {s}.mt_events where tenant_id = 'a'"), $"seed {seed}");
    }

    [Fact]
    public async Task Followers_that_race_make_one_log()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        var appending = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
                await log.NotesAsync(50);
        });
        var replicas = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var (follower, signer) = (log.Follower(), log.Signer());
            while (!appending.IsCompleted)
            {
                await follower.FollowAsync(AuditedLog.Tenant, 37, default);
                await signer.SignAsync(AuditedLog.Tenant, default);
            }
        })).ToArray();
        await Task.WhenAll([appending, .. replicas]);
        await log.FollowAllAsync();
        await log.Signer().SignAsync(AuditedLog.Tenant, default);
        (await log.TreeAsync()).Size.ShouldBe(2000);
        (await log.OneHistoryAsync())[^1].Size.ShouldBe(2000);
    }

    [Fact]
    public async Task A_leaf_holds_hashes_and_its_line_holds_what_they_hash()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        await log.Events.AppendedAsync(TestLog.Note("note-1", "Größe \"x\"\n"));
        await log.FollowAllAsync();
        AuditLeaf? leaf = null;
        await foreach (var page in log.Reads.LeavesAsync(AuditedLog.Tenant, 0, 1, default))
            leaf = page.ShouldHaveSingleItem();
        var text = Encoding.UTF8.GetString(leaf!.ToUtf8());
        text.ShouldNotContain("Größe");
        CanonicalJson.Of(JsonDocument.Parse(text).RootElement).ShouldBe(text);
        var line = JsonDocument.Parse(leaf.ToLine()).RootElement;
        line.GetProperty("public").GetRawText().ShouldBe("""{"number":0,"text":"Größe \"x\"\n"}""");
        line.GetProperty("meta").GetProperty("user").GetString().ShouldBe("demo:tester");
        line.GetProperty("sealed").ValueKind.ShouldBe(JsonValueKind.Null);
        line.GetProperty("event").GetRawText().ShouldBe(JsonDocument.Parse(text).RootElement.GetProperty("event").GetRawText());
    }

    [Theory]
    [InlineData("""{"a":1,"sealed":"not an envelope"}""")]
    [InlineData("""{"a":1,"sealed":{"alg":"A256GCM","kid":"k","kc":"c","envelope":"***"}}""")]
    [InlineData("""{"a":1,"sealed":{"alg":"A256GCM","kid":"k","kc":"c","envelope":"AAAA","more":1}}""")]
    public void What_only_looks_sealed_is_hashed_as_what_it_is(string data)
    {
        var leaf = new AuditLeaf("host/audit/s/t", 0, new(1, Guid.Empty, "note-1", 1, "noted/1", data, DateTimeOffset.UnixEpoch, null, null, null, null));
        JsonDocument.Parse(leaf.ToUtf8()).RootElement.GetProperty("priv").ValueKind.ShouldBe(JsonValueKind.Null);
        JsonDocument.Parse(leaf.ToLine()).RootElement.GetProperty("public").TryGetProperty("sealed", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"b":1,"a":[true,null,{"z":"x","y":[]}],"":{}}""")]
    [InlineData("""{"n":[0,-0,-1,1.0,1e3,123456789012345,1234567890123456,0.1,1e21,5e-324]}""")]
    [InlineData("""{"\u00e9":"\n\u0041","e":"\"\\","ö":"ü 😀","\ud83d\ude00":1,"\ufb33":2,"A":3,"a b":4}""")]
    [InlineData("\"plain\"")]
    [InlineData("[]")]
    public void The_fast_writer_writes_what_the_plain_one_does(string json)
    {
        using var value = JsonDocument.Parse(json);
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        CanonicalWriter.Write(written, value.RootElement);
        Encoding.UTF8.GetString(written.WrittenSpan).ShouldBe(CanonicalJson.Of(value.RootElement));
    }

    [Fact]
    public void A_member_that_stands_twice_is_refused()
    {
        using var value = JsonDocument.Parse("""{"a":1,"b":2,"a":3}""");
        Should.Throw<JsonException>(() => CanonicalWriter.Write(new System.Buffers.ArrayBufferWriter<byte>(), value.RootElement));
    }
}
