using System.Net;
using System.Net.Http.Json;
using System.Text;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Tests.Erasure;
using EquityPlatform.Ingestion.Tests.Kills;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests.Relink;

/// <summary>A migration of the student information system, over HTTP: held, shown, linked, and the students are who they were.</summary>
public sealed class RelinkHttpTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const string Feeds = IngestionHost.Root + "/feeds", Reason = "The new student information system gave new ids";
    static readonly byte[] Baseline = RelinkTests.Baseline, Rekeyed = Baseline.Rekeyed("u00", "n00");

    [Fact]
    public async Task Linked_students_keep_key_and_records_under_every_id_they_ever_had()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database);
        var client = service.Client();
        // One row names a student by an id that only the next roster has
        (await client.FeedAsync(Baseline.AsUpload(RelinkTests.Side("u001", "n002,s1,2024-09-09,day,tardy,,,\n")).AsMultipart())).Counts.Parked.ShouldBe(1);
        var (key, records, head) = (await KeyAsync(client, "u001"), await RecordsAsync(database), await service.Log.HeadAsync(IngestionHost.Tenant, default));

        var held = await client.FeedAsync(Rekeyed.AsBody());
        held.Hold!.Reasons.Select(r => r.Code).ShouldContain("id.rekeyed");
        held.Hold.Links.ShouldNotBeNull().ShouldSatisfyAllConditions(l => (l.Students, l.Ambiguous).ShouldBe((5, 0)), l => l.Recognised.ShouldBe(new Dictionary<string, int> { ["state"] = 1, ["local"] = 4 }, ignoreOrder: true));
        await (await service.Client(Roles.Auditor).PostAsJsonAsync($"{Feeds}/{held.FeedId}/release", new FeedDecision(Reason, Relink: true))).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");
        for (var twice = 0; twice < 2; twice++)
            (await client.PostAsJsonAsync($"{Feeds}/{held.FeedId}/release", new FeedDecision(Reason, Relink: true))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await (await client.PostAsJsonAsync($"{Feeds}/{held.FeedId}/release", new FeedDecision(Reason))).ShouldBeProblem(HttpStatusCode.Conflict, "feed.not-held");
        (await client.SettledAsync(held.FeedId)).ShouldSatisfyAllConditions(f => f.State.ShouldBe("applied"), f => f.Relinked.ShouldBeTrue(), f => (f.Counts.Accepted, f.Counts.Removed).ShouldBe((5, 0)));

        await Eventually.Async(async () => (await RowsAsync(database, "select feed_id::text from ingestion.feed_queue")).Count == 0, because: "the row that waited for a new id is read");
        var events = new List<RecordedEvent>();
        await foreach (var e in service.Log.ReadAllAsync(IngestionHost.Tenant, head, null, null, default))
            events.Add(e);
        events.Select(e => e.Type).ShouldBe(["feed-received/1", "feed-held/1", "feed-released/2", .. Enumerable.Repeat("student-identities-merged/1", 5),
            .. Enumerable.Repeat("student-identity-recorded/1", 5), "feed-applied/2", "feed-received/1", "attendance-recorded/1", "feed-applied/2"], ignoreOrder: true);
        var merged = events.Single(e => e.StreamId == $"student-{key}" && e.Type == "student-identities-merged/1");
        (merged.User, merged.Reason, merged.Source).ShouldBe(("demo:data-steward", Reason, new EventSource(held.FeedId, "users.csv", 2)));
        foreach (var id in (string[])["u001", "n001", "9117", "001417"])
            merged.Json.ShouldNotContain(id);

        // Nothing went, nothing came but the day that waited; both ids find the student, and the new one is who it is
        var now = await RecordsAsync(database);
        records.Except(now).ShouldBeEmpty();
        now.Except(records).ShouldHaveSingleItem();
        foreach (var n in Enumerable.Range(1, 5))
            (await KeyAsync(client, $"n00{n}")).ShouldBe(await KeyAsync(client, $"u00{n}"));
        (await client.GetFromJsonAsync<StudentIdentity>($"{IngestionHost.Root}/students/{key}?purpose=test", IngestionHost.Web))!.SourcedId.ShouldBe("n001");
        foreach (var id in (string[])["u001", "n001"])
            (await client.FeedAsync(Side(id).AsMultipart())).ShouldSatisfyAllConditions(f => f.State.ShouldBe("applied"), f => f.Code.ShouldBe("feed.no-change"), f => f.Counts.Parked.ShouldBe(0));
        (await client.FeedAsync(Rekeyed.AsBody())).Code.ShouldBe("feed.no-change");

        // Another system, another id; and erased, no id finds the student any more
        var again = await client.FeedAsync(Baseline.Rekeyed("u00", "m00").AsBody());
        again.Hold!.Links!.Recognised.Values.Sum().ShouldBe(5);
        await client.PostAsJsonAsync($"{Feeds}/{again.FeedId}/release", new FeedDecision(Reason, Relink: true));
        (await client.SettledAsync(again.FeedId)).Counts.ShouldSatisfyAllConditions(c => (c.Accepted, c.Removed).ShouldBe((5, 0)));
        foreach (var id in (string[])["u001", "n001", "m001"])
            (await KeyAsync(client, id)).ShouldBe(key);
        var officer = service.Client(Roles.PrivacyOfficer);
        (await Planted.EraseAsync(officer, key, Guid.NewGuid())).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await Planted.StateAsync(officer, key, "erased");
        (await RowsAsync(database, $"select blind::text from ingestion.person where person_key = '{key}'")).ShouldBeEmpty();
        foreach (var id in (string[])["u001", "n001", "m001"])
            await (await LookAsync(client, id)).ShouldBeProblem(HttpStatusCode.NotFound, "student.unknown");
    }

    [Fact]
    public async Task Refused_nothing_is_linked_and_released_as_new_everybody_goes_and_comes()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database);
        var client = service.Client();
        await client.FeedAsync(Baseline.AsBody());
        var (records, key) = (await RecordsAsync(database), await KeyAsync(client, "u001"));
        var held = await client.FeedAsync(Rekeyed.AsBody());
        (await client.PostAsJsonAsync($"{Feeds}/{held.FeedId}/refuse", new FeedDecision("Not before we have asked the vendor"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await RecordsAsync(database)).ShouldBe(records);
        await (await LookAsync(client, "n001")).ShouldBeProblem(HttpStatusCode.NotFound, "student.unknown");

        // Nobody new comes in a file that was cut off: there is nobody to link
        var cut = await client.FeedAsync(TestData.BadInput("26-bulk-truncated").AsBody());
        cut.Hold!.Links.ShouldBeNull();
        await (await client.PostAsJsonAsync($"{Feeds}/{cut.FeedId}/release", new FeedDecision(Reason, Relink: true))).ShouldBeProblem(HttpStatusCode.Conflict, "hold.nothing-to-link");
        await (await client.PostAsJsonAsync($"{Feeds}/{Guid.NewGuid()}/release", new FeedDecision(Reason, Relink: true))).ShouldBeProblem(HttpStatusCode.NotFound, "feed.unknown");

        held = await client.FeedAsync(Rekeyed.AsBody(), $"?feedId={Guid.NewGuid()}");
        await client.PostAsJsonAsync($"{Feeds}/{held.FeedId}/release", new FeedDecision("They are other students"));
        (await client.SettledAsync(held.FeedId)).ShouldSatisfyAllConditions(f => f.Relinked.ShouldBeFalse(), f => f.Counts.Removed.ShouldBe(5));
        (await KeyAsync(client, "n001")).ShouldNotBe(key);
        (await WhatIsLeft.EventsAsync(database)).ShouldNotContain(line => line.StartsWith("student-identities-merged", StringComparison.Ordinal));
    }

    static UploadPart[] Side(string id) => [.. RelinkTests.Side(id).Select(s => new UploadPart(s.Item1, Encoding.UTF8.GetBytes(s.Item2)))];

    static Task<HttpResponseMessage> LookAsync(HttpClient client, string id) => client.PostAsJsonAsync($"{IngestionHost.Root}/students/lookup", new { sourcedId = id, purpose = "test" });

    static async Task<string> KeyAsync(HttpClient client, string id)
    {
        var answer = await LookAsync(client, id);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, id);
        return (await answer.Content.ReadFromJsonAsync<StudentFound>(IngestionHost.Web))!.StudentKey;
    }

    static Task<List<string>> RecordsAsync(string database) => RowsAsync(database, "select concat_ws(' ', kind, key, owner, removed, day, ends) from ingestion.record order by 1");

    static async Task<List<string>> RowsAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
