using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Testing;
using Xunit.Abstractions;

namespace EquityPlatform.Ingestion.Tests.Kills;

/// <summary>
/// kill -9 between any two steps of a feed, then a restart: it finishes by itself, or whoever sent it gets no answer and sends it again. What it leaves is, event by event and row
/// by row, what the same story leaves when nobody dies. <c>EQUITY_SEED</c> repeats a run.
/// </summary>
public sealed class KillTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    static readonly byte[] Spoilt = TestData.BadInput("00-valid-baseline").With("users.csv", "u003,,,true,s1,student,user3", "u003,,,true,s1,robot,user3");
    static readonly byte[] Cut = TestData.BadInput("26-bulk-truncated");
    static readonly byte[] Back = Spoilt.With("users.csv", "u001,,,true,s1,student,user1,,Given1,Family1,,001417", "u099,,,true,s1,student,user9,,Nina,Neu,,009417,user9@example.org,,,,09,\r\nu001,,,true,s1,student,user1,,Given1,Family1,,001417");
    static readonly Guid First = Id(1), Refused = Id(2), Released = Id(3), Returned = Id(4), Damaged = Id(5), Correction = Id(6);

    readonly int seed = int.TryParse(Environment.GetEnvironmentVariable("EQUITY_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();

    /// <summary>Kills at a point on the way of a request, or of what follows from an earlier one.</summary>
    delegate Task Kill(string point, Func<Task>? cause = null, string? about = null, int nth = 1);

    [Fact]
    public async Task Whoever_dies_wherever_it_ends_as_if_nobody_had()
    {
        output.WriteLine($"seed {seed} (set EQUITY_SEED to repeat)");
        var (calm, stormy) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());
        await using (var service = await IngestionHost.StartAsync(calm))
            await StoryAsync(service.Client(), () => Task.CompletedTask, (_, cause, _, _) => cause is null ? Task.CompletedTask : cause());
        await using var killed = await KillableService.StartAsync(stormy);
        await StoryAsync(killed.Client, killed.RunAsync, killed.KillAsync);
        output.WriteLine($"killed {killed.Kills} times");
        await WhatIsLeft.ShouldBeTheSameAsync(stormy, calm);
    }

    async Task StoryAsync(HttpClient client, Func<Task> run, Kill kill)
    {
        var dice = new Random(seed);
        // Received: cut off, then without an answer. Validated, recorded, ended
        Task Send() => client.PostAsync(Url($"?feedId={First}"), Parts(Spoilt));
        await kill("upload.chunk", Send, nth: dice.Next(1, 3));
        await kill("feed.registered", Send);
        await kill(dice.Next(2) == 0 ? "feed.received" : "feed.validated");
        await kill("news.appended", nth: dice.Next(1, 3));
        await kill(dice.Next(2) == 0 ? "feed.recorded" : "feed.said-applied");
        await kill("feed.finishing");
        await run();
        await Send();
        (await client.SettledAsync(First)).ShouldSatisfyAllConditions(f => f.State.ShouldBe("applied"), f => f.Counts.Parked.ShouldBe(1), f => f.Counts.Quarantined.ShouldBe(3));

        // Held, and refused
        await kill(dice.Next(2) == 0 ? "feed.said-held" : "feed.is-held", () => client.PostAsync(Url($"?feedId={Refused}"), Cut.AsBody()));
        await run();
        (await client.SettledAsync(Refused)).State.ShouldBe("held");
        Task Decide(Guid feed, string decision) => client.PostAsJsonAsync(Url($"/{feed}/{decision}"), new FeedDecision("Somebody looked"));
        await kill("decision.made", () => Decide(Refused, "refuse"), about: "refused");
        await kill("feed.said-refused");
        await run();
        await Eventually.Async(async () => (await client.SettledAsync(Refused)).Code == "hold.refused", because: "the refusal is carried out");
        await Decide(Refused, "refuse");

        // Held, released, and records removed
        await client.PostAsync(Url($"?feedId={Released}"), Cut.AsBody());
        (await client.SettledAsync(Released)).State.ShouldBe("held");
        await kill("decision.made", () => Decide(Released, "release"), about: "released");
        await kill("news.appended", about: "RecordRemoved");
        await run();
        await Eventually.Async(async () => (await client.SettledAsync(Released)).State == "applied", because: "the released feed is applied");
        await Decide(Released, "release");

        // Somebody comes for whom a row waits
        await kill("feed.finished", () => client.PostAsync(Url($"?feedId={Returned}"), Back.AsBody()), about: "sis");
        await kill("news.appended", about: "AttendanceRecorded");
        await kill("feed.recorded", about: "replay");
        await run();
        await Eventually.Async(async () => (await RowsAsync(client, First)).Count == 0, because: "the row is read again");

        // A row is corrected in place
        Task Correct() => client.PostAsJsonAsync(Url($"/{Returned}/rows"), new RowCorrection(Correction, "users.csv", 5, new Dictionary<string, string?> { ["role"] = "student" }));
        await kill("row.corrected", Correct);
        await kill("feed.finishing", about: "replay");
        await run();
        await Correct();
        (await client.SettledAsync(Correction)).Counts.Accepted.ShouldBe(1);

        await kill("feed.said-rejected", () => client.PostAsync(Url($"?feedId={Damaged}"), Spoilt[..900].AsBody()));
        await run();
        (await client.SettledAsync(Damaged)).Code.ShouldBe("zip.damaged");
    }

    static MultipartFormDataContent Parts(byte[] zip) =>
        new UploadPart[] { new("district.zip", zip), new("attendance.csv", "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\nu099,s1,2024-09-03,day,absentExcused,,\n"u8.ToArray()) }.AsMultipart();

    static string Url(string rest) => $"{IngestionHost.Root}/feeds{rest}";

    static async Task<IReadOnlyList<SetAsideRow>> RowsAsync(HttpClient client, Guid feed) => (await client.GetFromJsonAsync<SetAsideRowList>(Url($"/{feed}/rows"), IngestionHost.Web))!.Items;

    static Guid Id(int n) => new(n, 0, 0, [0, 0, 0, 0, 0, 0, 0, 9]);
}
