using System.Net.Http.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests.Kills;

/// <summary>A fault of ours that comes again and again after a part of a feed was recorded.</summary>
public sealed class InterruptedTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline"), Later = TestData.BadInput("08-ragged-rows");
    const string Feeds = IngestionHost.Root + "/feeds";

    [Fact]
    public async Task Says_so_keeps_its_place_and_is_completed_by_the_same_files()
    {
        var calm = await postgres.CreateDatabaseAsync();
        await using (var service = await IngestionHost.StartAsync(calm))
        {
            await service.Client().FeedAsync(Baseline.AsBody());
            await service.Client().FeedAsync(Later.AsBody());
        }
        var database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using (var service = await IngestionHost.StartAsync(database))
        {
            // Planted: the events of the first batch are in the log, the state of its records cannot be written
            await source.CreateCommand("""
                create function ingestion.spoil() returns trigger language plpgsql as 'begin raise exception ''planted''; end';
                create trigger spoil before insert on ingestion.record for each row execute function ingestion.spoil()
                """).ExecuteNonQueryAsync();
            var client = service.Client();
            var feed = await client.FeedAsync(Baseline.AsBody());
            (feed.State, feed.Code, feed.FinishedAt).ShouldBe(("interrupted", "feed.interrupted", null));
            (await CountAsync(source, "mt_events")).ShouldBeGreaterThan(1, "a part of it was recorded");
            // What comes later builds on it and waits
            var later = (await (await client.PostAsync(Feeds, Later.AsBody())).Content.ReadFromJsonAsync<Feed>(IngestionHost.Web))!;
            later.State.ShouldBe("received");
            await source.CreateCommand("drop trigger spoil on ingestion.record").ExecuteNonQueryAsync();
            // Under its id, since another feed came after it
            var again = await client.FeedAsync(Baseline.AsBody(), $"?feedId={feed.FeedId}");
            (again.FeedId, again.State, again.Code, again.Counts.Accepted).ShouldBe((feed.FeedId, "applied", null, 24));
            (await client.SettledAsync(later.FeedId)).State.ShouldBe("applied");
        }
        await WhatIsLeft.ShouldBeTheSameAsync(database, calm);
        (await CountAsync(source, "feed_upload")).ShouldBe(2, "the bytes that could not be used are gone");
    }

    [Fact]
    public async Task A_new_process_tries_at_once()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        Guid feed;
        await using (var service = await IngestionHost.StartAsync(database))
        {
            await source.CreateCommand("""
                create function ingestion.spoil() returns trigger language plpgsql as 'begin raise exception ''planted''; end';
                create trigger spoil before insert on ingestion.record for each row execute function ingestion.spoil()
                """).ExecuteNonQueryAsync();
            var stopped = await service.Client().FeedAsync(Baseline.AsBody());
            stopped.State.ShouldBe("interrupted");
            feed = stopped.FeedId;
        }
        await source.CreateCommand("drop trigger spoil on ingestion.record").ExecuteNonQueryAsync();
        await using var repaired = await IngestionHost.StartAsync(database);
        await Eventually.Async(async () => (await repaired.Client().SettledAsync(feed)).State == "applied", because: "the feed goes on by itself");
    }

    static async Task<long> CountAsync(NpgsqlDataSource source, string table) => (long)(await source.CreateCommand($"select count(*) from ingestion.{table}").ExecuteScalarAsync())!;
}
