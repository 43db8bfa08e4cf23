using System.Net;
using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>A feed that would do something unusual waits for a person, over HTTP.</summary>
public sealed class HoldTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline"), Cut = TestData.BadInput("26-bulk-truncated");
    const string Feeds = IngestionHost.Root + "/feeds";

    [Fact]
    public async Task Is_shown_and_released_once_with_a_reason()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        await client.FeedAsync(Baseline.AsBody());
        var head = await service.Log.HeadAsync(IngestionHost.Tenant, default);
        var held = await client.FeedAsync(Cut.AsBody());
        (held.State, held.Code, held.Counts.WouldDelete, held.Counts.Removed).ShouldBe(("held", "delete.threshold", 5, 0));
        held.Hold!.Reasons.ShouldContain(r => r.Code == "delete.threshold" && r.Message.StartsWith("5 of 6 known records (person)", StringComparison.Ordinal));
        held.Hold.Effects.ShouldContain(new HoldEffect("person", "s1", 0, 0, 5));
        (await TypesAfter(service, head)).ShouldBe(["feed-received/1", "feed-held/1"]);

        await (await client.PostAsJsonAsync($"{Feeds}/{held.FeedId}/release", new FeedDecision(" "))).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "hold.reason-missing");
        await (await service.Client(Roles.EquityAnalyst).PostAsJsonAsync($"{Feeds}/{held.FeedId}/release", new FeedDecision("x"))).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");
        await (await service.Client(tenant: "elsewhere").PostAsJsonAsync($"{Feeds}/{held.FeedId}/release", new FeedDecision("x"))).ShouldBeProblem(HttpStatusCode.NotFound, "feed.unknown");
        for (var twice = 0; twice < 2; twice++)
            (await client.PostAsJsonAsync($"{Feeds}/{held.FeedId}/release", new FeedDecision("Five students moved away with their school"))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var applied = await client.SettledAsync(held.FeedId);
        (applied.State, applied.Released, applied.Counts.Removed, applied.Code).ShouldBe(("applied", true, 5, null));
        (await TypesAfter(service, head)).ShouldBe(["feed-received/1", "feed-held/1", "feed-released/2", .. Enumerable.Repeat("record-removed/1", 5), "feed-applied/2"]);
        await (await client.PostAsJsonAsync($"{Feeds}/{held.FeedId}/refuse", new FeedDecision("late"))).ShouldBeProblem(HttpStatusCode.Conflict, "feed.not-held");
        // All are back: recorded again
        (await client.FeedAsync(Baseline.AsBody())).Counts.Accepted.ShouldBe(5);
    }

    [Fact]
    public async Task Refused_or_overtaken_changes_nothing()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database, ("Ingestion:Retention", "00:00:00"));
        var client = service.Client();
        await client.FeedAsync(Baseline.AsBody());
        var held = await client.FeedAsync(Cut.AsBody());
        // Nobody decided yet: the upload stays, whatever its age
        await using var source = NpgsqlDataSource.Create(database);
        (await source.CreateCommand("select count(*) from ingestion.feed f join ingestion.feed_chunk c using (tenant_id, upload_id) where f.state = 'held'").ExecuteScalarAsync()).ShouldBe(1L);
        var refused = (await (await client.PostAsJsonAsync($"{Feeds}/{held.FeedId}/refuse", new FeedDecision("The export was cut"))).Content.ReadFromJsonAsync<Feed>(IngestionHost.Web))!;
        (refused.State, refused.Code).ShouldBe(("rejected", "hold.refused"));
        (await client.PostAsJsonAsync($"{Feeds}/{held.FeedId}/refuse", new FeedDecision("again"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        var second = await client.FeedAsync(TestData.BadInput("25-bulk-header-only-files").AsBody());
        second.State.ShouldBe("held");
        second.Hold!.Reasons.Select(r => r.Code).ShouldContain("file.no-rows");
        (await client.FeedAsync(Baseline.AsBody())).State.ShouldBe("applied");
        var overtaken = (await client.GetFromJsonAsync<Feed>($"{Feeds}/{second.FeedId}", IngestionHost.Web))!;
        (overtaken.State, overtaken.Code).ShouldBe(("rejected", "hold.superseded"));
        await (await client.PostAsJsonAsync($"{Feeds}/{second.FeedId}/release", new FeedDecision("late"))).ShouldBeProblem(HttpStatusCode.Conflict, "feed.not-held");
    }

    static async Task<List<string>> TypesAfter(IngestionHost service, long position)
    {
        var types = new List<string>();
        await foreach (var e in service.Log.ReadAllAsync(IngestionHost.Tenant, position, null, null, default))
            types.Add(e.Type);
        return types;
    }
}
