using System.Net.Http.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Tests.Kills;
using EquityPlatform.Testing;
using Xunit.Abstractions;

namespace EquityPlatform.Ingestion.Tests.Relink;

/// <summary>kill -9 between any two steps of linking students to their new ids, twice in a row: what it leaves is what the same story leaves when nobody dies.</summary>
public sealed class RelinkKillTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    /// <summary>Made once: a zip holds the time at which it was made, and so does its hash.</summary>
    static readonly byte[] Before = RelinkTests.Baseline, Moved = Before.Rekeyed("u00", "n00"), MovedAgain = Before.Rekeyed("u00", "m00");
    static readonly Guid First = Id(1), Anew = Id(2), Again = Id(3), Aside = Id(4);

    [Fact]
    public async Task Whoever_dies_while_ids_are_linked_it_ends_as_if_nobody_had()
    {
        var (calm, stormy) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());
        await using (var service = await IngestionHost.StartAsync(calm))
            await StoryAsync(service.Client(), () => Task.CompletedTask, (_, cause, _) => cause is null ? Task.CompletedTask : cause());
        await using var killed = await KillableService.StartAsync(stormy);
        await StoryAsync(killed.Client, killed.RunAsync, (point, cause, about) => killed.KillAsync(point, cause, about));
        output.WriteLine($"killed {killed.Kills} times");
        await WhatIsLeft.ShouldBeTheSameAsync(stormy, calm);
    }

    static async Task StoryAsync(HttpClient client, Func<Task> run, Func<string, Func<Task>?, string?, Task> kill)
    {
        await run();
        await client.PostAsync(Url($"?feedId={First}"), Before.AsUpload(RelinkTests.Side("u001", "n002,s1,2024-09-09,day,tardy,,,\n")).AsMultipart());
        (await client.SettledAsync(First)).Counts.Parked.ShouldBe(1);

        await kill("feed.said-held", () => client.PostAsync(Url($"?feedId={Anew}"), Moved.AsBody()), null);
        await run();
        (await client.SettledAsync(Anew)).Hold!.Links!.Recognised.Values.Sum().ShouldBe(5);
        await kill("decision.made", () => LinkAsync(client, Anew), "released");
        await kill("feed.links-said", null, null);
        await kill("feed.links-kept", null, null);
        await kill("news.appended", null, "StudentIdentityRecorded");
        await kill("feed.finishing", null, "sis");
        await run();
        await Eventually.Async(async () => (await client.SettledAsync(Anew)).State == "applied", because: "the feed is applied");
        await LinkAsync(client, Anew);
        await Eventually.Async(async () => (await client.GetFromJsonAsync<SetAsideRowList>(Url($"/{First}/rows"), IngestionHost.Web))!.Items.Count == 0, because: "the row that waited for a new id is read");

        await client.PostAsync(Url($"?feedId={Again}"), MovedAgain.AsBody());
        (await client.SettledAsync(Again)).State.ShouldBe("held");
        await kill("feed.links-kept", () => LinkAsync(client, Again), null);
        await run();
        await Eventually.Async(async () => (await client.SettledAsync(Again)).State == "applied", because: "the second change is applied");
        await client.PostAsync(Url($"?feedId={Aside}"), MovedAgain.AsUpload(RelinkTests.Side("n001")).AsMultipart());
        (await client.SettledAsync(Aside)).Code.ShouldBe("feed.no-change");
    }

    static Task<HttpResponseMessage> LinkAsync(HttpClient client, Guid feed) => client.PostAsJsonAsync(Url($"/{feed}/release"), new FeedDecision("A new student information system", Relink: true));

    static string Url(string rest) => $"{IngestionHost.Root}/feeds{rest}";

    static Guid Id(int n) => new(n, 0, 0, [0, 0, 0, 0, 0, 0, 0, 8]);
}
