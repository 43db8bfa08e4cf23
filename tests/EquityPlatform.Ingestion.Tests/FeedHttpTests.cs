using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests;

public sealed class FeedHttpTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");
    const string Feeds = IngestionHost.Root + "/feeds";

    [Fact]
    public async Task A_parameter_that_cannot_be_read_is_refused_in_words_at_every_address()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var tried = await MalformedParameters.TryAllAsync(role => service.Client(role), "ingestion");
        foreach (var expected in new[] { "/feeds?feedId", "/feeds?limit", "/feeds/{id}/issues?limit", "/quality/completeness?schoolYear", "/uploads/{id}?offset", "/mappings/look?lines", "/events?after" })
            tried.ShouldContain(IngestionHost.Root + expected);
    }

    [Fact]
    public async Task Roles_decide_who_uploads_and_who_reads()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        await (await service.Client(role: null).PostAsync(Feeds, Baseline.AsBody())).ShouldBeProblem(HttpStatusCode.Unauthorized, "auth.required");
        await (await service.Client(Roles.Principal).PostAsync(Feeds, Baseline.AsBody())).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");
        await (await service.Client(Roles.Educator).GetAsync(Feeds)).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");
        var feed = await service.Client(Roles.Operator).FeedAsync(Baseline.AsBody());
        foreach (var role in new[] { Roles.EquityAnalyst, Roles.Auditor, Roles.DistrictLeader })
            (await service.Client(role).GetFromJsonAsync<Feed>($"{Feeds}/{feed.FeedId}", IngestionHost.Web))!.Counts.Read.ShouldBe(24);
        await (await service.Client(tenant: "elsewhere").GetAsync($"{Feeds}/{feed.FeedId}")).ShouldBeProblem(HttpStatusCode.NotFound, "feed.unknown");
        await (await service.Client().GetAsync($"{Feeds}/{Guid.NewGuid()}/issues")).ShouldBeProblem(HttpStatusCode.NotFound, "feed.unknown");
    }

    [Fact]
    public async Task An_id_belongs_to_one_content()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (client, id) = (service.Client(), Guid.NewGuid());
        var first = await client.FeedAsync(Baseline.AsBody(), $"?feedId={id}");
        (first.FeedId, first.Sha256).ShouldBe((id, Convert.ToHexStringLower(SHA256.HashData(Baseline))));
        var again = await client.FeedAsync(Baseline.AsBody(), $"?feedId={id}");
        (again.FeedId, again.Repeated, again.State).ShouldBe((id, true, "applied"));
        await (await client.PostAsync($"{Feeds}?feedId={id}", TestData.BadInput("08-ragged-rows").AsBody())).ShouldBeProblem(HttpStatusCode.Conflict, "feed.id-taken");
        await (await client.PostAsync(Feeds, Array.Empty<byte>().AsBody())).ShouldBeProblem(HttpStatusCode.BadRequest, "feed.empty");
        await (await client.PostAsync($"{Feeds}?source=Grand%20Bend", Baseline.AsBody())).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "feed.source");
        var stranger = new Packages.UploadPart("orgs.csv", [1]);
        await (await client.PostAsync(Feeds, new[] { stranger }.AsMultipart())).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "feed.part-unknown");
    }

    [Fact]
    public async Task Progress_is_told_as_it_goes_until_the_end()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        var answer = await client.PostAsync(Feeds, TestData.GrandBend().AsBody());
        var id = (await answer.Content.ReadFromJsonAsync<Feed>(IngestionHost.Web))!.FeedId;
        using var stream = await client.GetAsync($"{Feeds}/{id}/progress", HttpCompletionOption.ResponseHeadersRead);
        stream.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var told = (await stream.Content.ReadAsStringAsync()).Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal))
            .Select(l => System.Text.Json.JsonSerializer.Deserialize<Feed>(l[6..], IngestionHost.Web)!).ToList();
        told.Select(f => f.Progress).ShouldBeInOrder();
        (told[^1].State, told[^1].Progress).ShouldBe(("applied", 100));
        var one = await client.GetAsync($"{Feeds}/{id}");
        one.Headers.GetValues("Event-Position").ShouldBe([$"ingestion={told[^1].Position}"]);
    }

    [Fact]
    public async Task A_feed_that_the_platform_cannot_apply_is_given_up_and_does_not_hold_up_the_next()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using var service = await IngestionHost.StartAsync(database);
        var client = service.Client();
        // A fault of ours, planted: the stored bytes no longer fit their seal
        await source.CreateCommand("""
            create function ingestion.spoil() returns trigger language plpgsql as 'begin new.data := set_byte(new.data, 0, get_byte(new.data, 0) # 1); return new; end';
            create trigger spoil before insert on ingestion.feed_chunk for each row execute function ingestion.spoil()
            """).ExecuteNonQueryAsync();
        var broken = await client.FeedAsync(Baseline.AsBody());
        (broken.State, broken.Code).ShouldBe(("rejected", "feed.internal-error"));
        await source.CreateCommand("drop trigger spoil on ingestion.feed_chunk").ExecuteNonQueryAsync();
        var again = await client.FeedAsync(Baseline.AsBody());
        (again.State, again.Repeated, again.Counts.Accepted).ShouldBe(("applied", false, 24));
    }

    [Fact]
    public async Task A_rejected_batch_changes_nothing_and_says_why()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        await client.FeedAsync(Baseline.AsBody());
        var head = await service.Log.HeadAsync(IngestionHost.Tenant, default);
        foreach (var (body, code) in new (byte[], string)[] { ("hello"u8.ToArray(), "zip.not-a-zip"), (Baseline[..900], "zip.damaged"), (TestData.BadInput("34-path-traversal-entry"), "zip.path") })
        {
            var feed = await client.FeedAsync(body.AsBody());
            (feed.State, feed.Code, feed.Message is null).ShouldBe(("rejected", code, false));
            (await client.GetFromJsonAsync<FeedIssuePage>($"{Feeds}/{feed.FeedId}/issues", IngestionHost.Web))!.Items.ShouldHaveSingleItem().Severity.ShouldBe("batchRejected");
        }
        var types = new List<string>();
        await foreach (var e in service.Log.ReadAllAsync(IngestionHost.Tenant, head, null, null, default))
            types.Add(e.Type);
        types.Distinct().ShouldBe(["feed-received/1", "feed-rejected/1"], ignoreOrder: true);
        (await client.FeedAsync(Baseline.AsBody())).Code.ShouldBe("feed.no-change");
    }

    [Fact]
    public async Task Issues_and_feeds_come_in_pages()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        client.DefaultRequestHeaders.Add("Prefer", "count=exact");
        var ids = new List<Guid>();
        foreach (var name in new[] { "00-valid-baseline", "08-ragged-rows", "16-date-formats" })
            ids.Add((await client.FeedAsync(TestData.BadInput(name).AsBody())).FeedId);
        var page = (await client.GetFromJsonAsync<FeedPage>($"{Feeds}?limit=2", IngestionHost.Web))!;
        page.Count.ShouldBe(3);
        page.Items.Select(f => f.FeedId).ShouldBe([ids[2], ids[1]]);
        page = (await client.GetFromJsonAsync<FeedPage>($"{Feeds}?limit=2&cursor={page.Next}", IngestionHost.Web))!;
        page.Items.Select(f => f.FeedId).ShouldBe([ids[0]]);
        page.Next.ShouldBeNull();

        var seen = new List<FeedIssue>();
        string? next = "";
        while (next is not null)
        {
            var issues = (await client.GetFromJsonAsync<FeedIssuePage>($"{Feeds}/{ids[2]}/issues?limit=1&cursor={next}", IngestionHost.Web))!;
            issues.Count.ShouldBe(3);
            seen.AddRange(issues.Items);
            next = issues.Next;
        }
        seen.Select(i => (i.File, i.Row, i.Column, i.Code)).ShouldBe([("demographics.csv", 2, "birthDate", "date.format"), ("demographics.csv", 3, "birthDate", "date.format"), ("demographics.csv", 4, "birthDate", "date.time-dropped")]);
        await (await client.GetAsync($"{Feeds}?cursor=1%3Bdrop")).ShouldBeProblem(HttpStatusCode.BadRequest, "page.cursor");
        await (await client.GetAsync($"{Feeds}?limit=0")).ShouldBeProblem(HttpStatusCode.BadRequest, "page.limit");
    }

    [Fact]
    public async Task Uploaded_bytes_are_sealed_and_deleted_after_the_retention()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (var service = await IngestionHost.StartAsync(database))
            await service.Client().FeedAsync(Baseline.AsBody());
        await using var source = NpgsqlDataSource.Create(database);
        var sealedBytes = (byte[])(await source.CreateCommand("select data from ingestion.feed_chunk").ExecuteScalarAsync())!;
        sealedBytes.Length.ShouldBe(Baseline.Length + 16);
        sealedBytes.AsSpan().IndexOf("PK"u8).ShouldNotBe(0);
        await using var later = await IngestionHost.StartAsync(database, ("Ingestion:Retention", "00:00:00"));
        await Eventually.Async(async () => (long)(await source.CreateCommand("select (select count(*) from ingestion.feed_chunk) + (select count(*) from ingestion.feed where wrapped_key is not null)").ExecuteScalarAsync())! == 0);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(IngestionHost.MasterKeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task The_database_itself_keeps_districts_apart()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (var service = await IngestionHost.StartAsync(database))
            await service.Client().FeedAsync(Baseline.AsBody());
        await using var source = NpgsqlDataSource.Create(database);
        var role = $"reader_{Guid.NewGuid():N}";
        async Task<long> CountAs(string setting)
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var command = new NpgsqlCommand($"set role {role}; {setting} select (select count(*) from ingestion.record) + (select count(*) from ingestion.person) + (select count(*) from ingestion.feed)", connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
        await source.CreateCommand($"create role {role}; grant usage on schema ingestion to {role}; grant select on all tables in schema ingestion to {role}").ExecuteNonQueryAsync();
        try
        {
            (await CountAs("")).ShouldBe(0);
            (await CountAs("set eq.tenant = 'elsewhere';")).ShouldBe(0);
            (await CountAs("set eq.tenant = 'grand-bend';")).ShouldBeGreaterThan(30);
        }
        finally
        {
            await source.CreateCommand($"drop owned by {role}; drop role {role}").ExecuteNonQueryAsync();
        }
    }
}
