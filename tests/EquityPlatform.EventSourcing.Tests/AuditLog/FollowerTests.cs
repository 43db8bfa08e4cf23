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
                more = await log.Follower(near: random.Next(2) == 0).FollowAsync(AuditedLog.Tenant, random.Next(1, 300), default);
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
        var replicas = Enumerable.Range(0, 4).Select(replica => Task.Run(async () =>
        {
            var (follower, signer) = (log.Follower(near: replica % 2 == 0), log.Signer());
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

    /// <summary>jsonb keeps values, not text: the leaf is of the value.</summary>
    [Fact]
    public async Task A_leaf_made_of_what_was_just_appended_is_the_leaf_of_its_row()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        var follower = log.Follower(near: true);
        (await follower.FollowAsync(AuditedLog.Tenant, default)).ShouldBeFalse("nothing is kept before the first question");
        object[] given = [new Weighed(-0.0), new Weighed(1), new Weighed(1e21), new Weighed(5e-324), new Weighed(0.1), new Weighed(-1e-7), new Weighed(123456789012345680), new Noted("ö \u0001 \"\\/ 😀 +<>&'\u2028", int.MinValue),
            new Labelled(new() { ["zebra"] = "", ["a b"] = "1", ["é"] = "2", ["A"] = "3", ["😀"] = "4", ["\ufb33"] = "5", [""] = "6", ["sealed"] = "7" })];
        await log.Events.AppendedAsync(new(AuditedLog.Tenant, "größe-1", "note", ExpectedVersion.Any, [.. given.Select(data => new NewEvent(Guid.NewGuid(), data, new(Guid.NewGuid(), "Año \"1\".csv", 7), "weil ö"))], new("demo:clerk", "trace", "cause")));
        await log.Events.AppendedAsync(TestLog.Note("other", "of another district", tenant: "b"));
        await log.NotesAsync(700);
        (await follower.FollowAsync(AuditedLog.Tenant, default)).ShouldBeFalse("all of it was there");
        (await log.TreeAsync()).Size.ShouldBe(given.Length + 700);

        // What another process appends is read from the database
        await using var other = log.Events.AnotherReplica();
        await log.NotesAsync(3);
        await other.AppendAsync(TestLog.Notes("theirs", 5, AuditedLog.Tenant), default);
        (await follower.FollowAsync(AuditedLog.Tenant, default)).ShouldBeTrue("there is more than this process appended");
        await log.FollowAllAsync(follower);
        await log.NotesAsync(3);
        await log.FollowAllAsync(follower);
        (await log.TreeAsync()).Size.ShouldBe(given.Length + 711);
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
        var leaf = new AuditLeaf("host/audit/s/t", 0, new(1, Guid.Empty, "note-1"u8.ToArray(), 1, "noted/1"u8.ToArray(), Encoding.UTF8.GetBytes(data), DateTimeOffset.UnixEpoch, null, null, null, null));
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
        Written(json).ShouldBe(CanonicalJson.Of(value.RootElement));
    }

    [Fact]
    public void The_fast_writer_writes_what_the_plain_one_does_whatever_comes()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var json = Any(random, 0);
            using var value = JsonDocument.Parse(json);
            Written(json).ShouldBe(CanonicalJson.Of(value.RootElement), $"seed {seed}: {json}");
        }

        static string Any(Random random, int depth) => random.Next(depth > 4 ? 5 : 8) switch
        {
            0 => Text(random),
            1 => random.Next(1000).ToString(System.Globalization.CultureInfo.InvariantCulture),
            2 => (random.NextDouble() * Math.Pow(10, random.Next(-30, 30))).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            3 => random.NextInt64(long.MinValue, long.MaxValue).ToString(System.Globalization.CultureInfo.InvariantCulture),
            4 => ((string[])["true", "false", "null"])[random.Next(3)],
            5 => $"[{string.Join(" , ", Enumerable.Range(0, random.Next(5)).Select(_ => Any(random, depth + 1)))}]",
            _ => $"{{ {string.Join(", ", Enumerable.Range(0, random.Next(40)).Select(_ => Text(random)).DistinctBy(name => JsonDocument.Parse(name).RootElement.GetString()).Select(name => $"{name}: {Any(random, depth + 3)}"))} }}",
        };

        static string Text(Random random) => $"\"{string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Pieces[random.Next(Pieces.Length)]))}\"";
    }

    static readonly string[] Pieces = ["a", "b", "Z", "0", " ", "\\n", "\\\"", "\\\\", "\\/", "\\u0001", "\\u0041", "é", "\\u00e9", "😀", "\\ud83d\\ude00", "\ufb33", "\u2028", "\u007f", "sealed"];

    static string Written(string json)
    {
        var (writer, written) = (new CanonicalWriter(), new Utf8Buffer());
        writer.Read(Encoding.UTF8.GetBytes(json));
        writer.Write(written);
        return Encoding.UTF8.GetString(written.Written);
    }

    [Fact]
    public void A_member_that_stands_twice_is_refused() =>
        Should.Throw<JsonException>(() => Written("""{"a":1,"b":2,"a":3}"""));

    [Theory]
    [InlineData(null, "{\"user\":\"o'Brien \\\"x\\\"\"}")]
    [InlineData("""{"user": "header", "z": 1}""", "{\"user\":\"o'Brien \\\"x\\\"\",\"z\":1}")]
    [InlineData("{}", "{\"user\":\"o'Brien \\\"x\\\"\"}")]
    public void The_columns_of_an_event_win_over_its_headers(string? headers, string meta)
    {
        var leaf = new AuditLeaf("host/audit/s/t", 0, new(1, Guid.Empty, "note-1"u8.ToArray(), 1, "noted/1"u8.ToArray(), "{}"u8.ToArray(), DateTimeOffset.UnixEpoch,
            Encoding.UTF8.GetBytes("o'Brien \"x\""), headers is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(headers), null, null));
        JsonDocument.Parse(leaf.ToLine()).RootElement.GetProperty("meta").GetRawText().ShouldBe(meta);
    }

    [Fact]
    public async Task Events_longer_than_a_page_are_read_whole()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        string[] texts = [.. Enumerable.Range(1, 40).Select(i => new string((char)('a' + i % 26), i * 7919))];
        foreach (var text in texts)
            await log.Events.AppendedAsync(TestLog.Note($"note-{text.Length}", text, tenant: AuditedLog.Tenant));
        await log.FollowAllAsync();
        (await log.TreeAsync()).Size.ShouldBe(texts.Length);
        var read = new List<string?>();
        await foreach (var page in log.Reads.LeavesAsync(AuditedLog.Tenant, 3, 38, default))
            read.AddRange(page.Select(leaf => JsonDocument.Parse(leaf.ToLine()).RootElement.GetProperty("public").GetProperty("text").GetString()));
        read.ShouldBe(texts[3..38]);
    }

    [Fact]
    public async Task Erasures_are_found_from_any_place_on()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        await log.NotesAsync(700);
        await EraseAsync("k1");
        await log.NotesAsync(300);
        await EraseAsync("k2");
        await log.Events.AppendedAsync(new Append("b", "erasure-b", "erasure", ExpectedVersion.NoStream, [new(Guid.NewGuid(), new Erased(["kb"], "court order"))], new("demo:tester")));
        await log.FollowAllAsync();
        foreach (var (from, expected) in new (long, long[])[] { (0, [700, 1001]), (700, [700, 1001]), (701, [1001]), (1001, [1001]), (1002, []), (5000, []) })
            (await log.Reads.ErasuresAsync(AuditedLog.Tenant, from, default)).Select(leaf => leaf.Index).ShouldBe(expected, $"from {from}");
        (await log.Reads.ErasuresAsync(AuditedLog.Tenant, 701, default))[0].ToLine().ShouldContain("\"kids\":[\"k2\"]");

        Task EraseAsync(string kid) => log.Events.AppendedAsync(new Append(AuditedLog.Tenant, $"erasure-{kid}", "erasure", ExpectedVersion.NoStream, [new(Guid.NewGuid(), new Erased([kid], "court order"))], new("demo:tester")));
    }
}
