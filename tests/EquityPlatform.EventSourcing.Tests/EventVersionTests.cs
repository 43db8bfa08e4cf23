using System.Text.Json;
using System.Text.Json.Nodes;
using EquityPlatform.Testing;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>Version 1 had one text, version 2 a list of them, version 3 says in which language they are.</summary>
public sealed record Remark(string Language, IReadOnlyList<string> Lines);
public sealed record RemarkOne(string Text);
public sealed record RemarkTwo(IReadOnlyList<string> Lines);

public sealed class EventVersionTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static EventTypes First => new EventTypes().Add<RemarkOne>("remark/1").Add<Noted>("noted/1");

    static EventTypes Second => new EventTypes().Add<RemarkTwo>("remark/2").Upgrade("remark/1", Lines).Add<Noted>("noted/1");

    static EventTypes Third => new EventTypes().Add<Remark>("remark/3").Upgrade("remark/2", Language).Upgrade("remark/1", Lines).Add<Noted>("noted/1");

    static JsonObject Lines(JsonObject one) => new() { ["lines"] = new JsonArray(one["text"]?.DeepClone()) };

    static JsonObject Language(JsonObject two)
    {
        two["language"] = "en";
        return two;
    }

    [Fact]
    public async Task Old_forms_are_read_as_the_current_one_and_stay_as_they_were_stored()
    {
        await using var first = await CreateAsync(server, types: First);
        await first.AppendedAsync(Of(new RemarkOne("one")));
        await first.AppendedAsync(Of(new Noted("between")));
        await using var second = first.WithTypes(Second);
        await second.AppendAsync(Of(new RemarkTwo(["two", "more"])), default);
        var before = await StoredAsync(first);

        await using var third = first.WithTypes(Third);
        await third.AppendAsync(Of(new Remark("es", ["tres"])), default);
        var all = await third.ReadAllAsync("a", 0, null, null, default).ToListAsync();
        all.Select(e => e.Type).ShouldBe(["remark/1", "noted/1", "remark/2", "remark/3"]);
        all.Select(e => e.Data).OfType<Remark>().Select(r => $"{r.Language}: {string.Join('|', r.Lines)}").ShouldBe(["en: one", "en: two|more", "es: tres"]);
        JsonDocument.Parse(all[0].Json).RootElement.GetProperty("text").GetString().ShouldBe("one");
        (await StoredAsync(first))[..3].ShouldBe(before);
    }

    [Fact]
    public async Task Asking_for_a_type_finds_all_its_versions_in_reads_and_subscriptions()
    {
        await using var log = await CreateAsync(server, types: First);
        await log.AppendedAsync(Of(new RemarkOne("one")));
        await log.AppendedAsync(Of(new Noted("between")));
        await using var third = log.WithTypes(Third);
        await third.AppendAsync(Of(new Remark("es", ["tres"])), default);
        (await third.ReadAllAsync("a", 0, ["remark/3"], null, default).ToListAsync()).Select(e => e.Position).ShouldBe([1L, 3L]);
        (await third.ReadAllAsync("a", 0, ["remark/1"], null, default).ToListAsync()).Select(e => e.Position).ShouldBe([1L, 3L]); // somebody forgot to name the newest

        var applied = new List<object>();
        await using var counter = await Counter.StartAsync(log, "remarks/1", ["remark/3"], (e, _) =>
        {
            applied.Add(e.Data);
            return Task.CompletedTask;
        }, third);
        await counter.WaitForAsync("a", 3);
        applied.OfType<Remark>().Select(r => r.Lines[0]).ShouldBe(["one", "tres"]);
    }

    [Fact]
    public void A_version_without_a_way_to_the_current_one_is_refused_when_it_is_registered()
    {
        Should.Throw<ArgumentException>(() => new EventTypes().Upgrade("remark/1", Lines)).Message.ShouldContain("'remark/2' is neither current nor upgraded");
        Should.Throw<ArgumentException>(() => new EventTypes().Add<Remark>("remark/3").Upgrade("remark/1", Lines)).Message.ShouldContain("Register newer versions first");
        Should.Throw<ArgumentException>(() => new EventTypes().Add<RemarkOne>("remark/1").Add<RemarkTwo>("remark/2")).Message.ShouldContain("make the older one a step");
        Should.Throw<ArgumentException>(() => Second.Upgrade("remark/1", Lines)).Message.ShouldContain("registered already");
        Should.Throw<ArgumentException>(() => Second.Upgrade("remark", Lines)).Message.ShouldContain("kebab-case/version");
        // A gap below is found when the registry is put to use
        Should.Throw<InvalidOperationException>(() => new EventLog(server.Database, server.Database, "gap", new EventTypes().Add<Remark>("remark/3").Upgrade("remark/2", Language), TimeProvider.System))
            .Message.ShouldContain("'remark/1' has no upgrade to 'remark/2'");
    }

    [Fact]
    public async Task An_unknown_type_stops_its_subscription_for_its_tenant_and_is_never_skipped()
    {
        await using var log = await CreateAsync(server, types: Third);
        await log.AppendedAsync(Of(new Noted("known")));
        await log.AppendedAsync(Of(new Remark("en", ["from a newer build"])));
        await log.AppendedAsync(Of(new Noted("after")));
        await log.AppendedAsync(Of(new Noted("elsewhere"), "b"));
        await using var older = log.WithTypes(new EventTypes().Add<Noted>("noted/1"));
        (await Should.ThrowAsync<UnknownEventTypeException>(async () => await older.ReadAllAsync("a", 0, null, null, default).Select(e => e.Data).ToListAsync())).Message.ShouldContain("remark/3");

        await using (var counter = await Counter.StartAsync(log, "all/1", before: (e, _) => Task.FromResult(e.Data), on: older))
        {
            await counter.WaitForAsync("b", 4);
            await Eventually.Async(async () => await log.ScalarAsync<long>("select count(*) from {s}.eq_halt where tenant_id = 'a' and seq = 2 and error = 'UnknownEventTypeException'") == 1, because: "the halt is on record");
            await counter.ShouldHaveCountedOnceAsync("a", 1);
        }
        await using var newer = await Counter.StartAsync(log, "all/1", before: (e, _) => Task.FromResult(e.Data));
        await newer.WaitForAsync("a", 4);
        await newer.ShouldHaveCountedOnceAsync("a", 3);
    }

    static Append Of(object e, string tenant = "a") => new(tenant, $"s-{e.GetType().Name}", "remark", ExpectedVersion.Any, [new(Guid.NewGuid(), e)], new("demo:tester"));

    static async Task<List<string>> StoredAsync(TestLog log)
    {
        await using var command = log.Database.CreateCommand($"select type || data || mt_dotnet_type from {log.Schema}.mt_events order by seq_id");
        await using var reader = await command.ExecuteReaderAsync();
        var stored = new List<string>();
        while (await reader.ReadAsync())
            stored.Add(reader.GetString(0));
        return stored;
    }
}
