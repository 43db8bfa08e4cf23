using System.IO.Compression;
using System.Net;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.ServiceHost.Feeds;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class FeedTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task Pages_read_while_others_write_are_the_sequence_without_a_gap_or_a_repeat()
    {
        await using var service = await TestService.StartAsync("paged", postgres.ConnectionString);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await service.AppendAsync(writer == 3 ? "elsewhere" : TestService.Tenant, $"count-{writer}", i % 3 == 0 ? new KeptInside(i) : new Counted(i));
        })).ToArray();

        using var client = service.Client(Roles.Integrator);
        var (events, position, pages) = (new List<PublishedEvent>(), 0L, 0);
        var random = new Random(7);
        while (pages++ < 60 || events.Count < 150)
        {
            var page = await PageAsync(client, $"/api/paged/v1/events?after={position}&limit={random.Next(1, 40)}", pages % 2 == 0 ? "br" : "gzip");
            page.Events.ShouldAllBe(e => e.Seq > position && e.Seq <= page.End.Position);
            events.AddRange(page.Events);
            position = page.End.Position;
        }
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        for (FeedPosition end; position < await service.Log.HeadAsync(TestService.Tenant, default); position = end.Position)
        {
            (var rest, end) = await PageAsync(client, $"/api/paged/v1/events?after={position}", "identity");
            events.AddRange(rest);
        }
        var truth = await service.Log.ReadAllAsync(TestService.Tenant, 0, ["counted/1"], null, default).Select(e => e.Position).ToListAsync();
        truth.Count.ShouldBeGreaterThan(100);
        events.Select(e => e.Seq).ShouldBe(truth);
    }

    [Fact]
    public async Task A_page_is_the_same_whenever_it_is_asked_for_again()
    {
        await using var service = await TestService.StartAsync("stable", postgres.ConnectionString);
        var head = 0L;
        for (var i = 0; i < 20; i++)
            head = await service.AppendAsync(TestService.Tenant, "count-a", new Counted(i));
        using var client = service.Client(Roles.Integrator);
        var before = await PageAsync(client, "/api/stable/v1/events?after=3&limit=10", "identity");
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(99));
        var after = await PageAsync(client, "/api/stable/v1/events?after=3&limit=10", "identity");
        after.Events.Select(e => (e.Seq, e.Id)).ShouldBe(before.Events.Select(e => (e.Seq, e.Id)));
        (before.End, after.End).ShouldBe((new FeedPosition(13, head), new FeedPosition(13, head + 1)));
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip;q=0.2, br;q=0.9", "br")]
    [InlineData("identity", null)]
    [InlineData("zstd", null)]
    public async Task The_feed_is_compressed_as_asked(string accept, string? encoding)
    {
        await using var service = await TestService.StartAsync("packed", postgres.ConnectionString);
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(1, new string('x', 5_000)));
        using var client = service.Client(Roles.Integrator);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/packed/v1/events?after=0");
        request.Headers.AcceptEncoding.ParseAdd(accept);
        using var answer = await client.SendAsync(request);
        answer.Content.Headers.ContentEncoding.ShouldBe(encoding is null ? [] : [encoding]);
        answer.Headers.Vary.ShouldContain("Accept-Encoding");
        if (encoding is not null)
            (await answer.Content.ReadAsByteArrayAsync()).Length.ShouldBeLessThan(1_000);
        (await PageAsync(client, "/api/packed/v1/events?after=0", accept)).Events.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Readers_that_do_not_read_hold_no_connection_to_the_database()
    {
        const int connections = 8;
        await using var service = await TestService.StartAsync("slow", postgres.ConnectionString,
            settings: new Dictionary<string, string?> { ["ConnectionStrings:Database"] = new NpgsqlConnectionStringBuilder(postgres.Logins.Service) { MaxPoolSize = connections, Timeout = 5 }.ConnectionString });
        var large = new string('x', 20_000);
        for (var i = 0; i < 20; i++)
            await service.AppendAsync(TestService.Tenant, $"count-{i}", [.. Enumerable.Range(0, 50).Select(n => new Counted((i * 50) + n, large))]); // 20 MB: more than any buffer on the way
        var slow = new List<(HttpClient Client, HttpResponseMessage Answer)>();
        for (var i = 0; i < connections * 3; i++)
        {
            var client = service.Client(Roles.Integrator);
            slow.Add((client, await client.GetAsync("/api/slow/v1/events?after=0&limit=20000", HttpCompletionOption.ResponseHeadersRead)));
        }
        // All of them stand before their first byte; whoever asks now is served, and the database has nothing open for them
        using (var quick = service.Client(Roles.Integrator))
            for (var i = 0; i < connections; i++)
                (await PageAsync(quick, "/api/slow/v1/events?after=999", "br")).Events.Select(e => e.Seq).ShouldBe([1000L]);
        await Eventually.Async(async () =>
        {
            await using var busy = postgres.Database.CreateCommand($"select count(*) from pg_stat_activity where usename = '{postgres.Logins.Names.Service}' and application_name = 'equity-slow' and state <> 'idle' and query like '%mt_events%'");
            return (long)(await busy.ExecuteScalarAsync())! == 0;
        }, because: "no reader holds a connection");
        foreach (var (client, answer) in slow)
        {
            (await ReadAsync(answer, "identity")).Events.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, 1000).Select(n => (long)n));
            answer.Dispose();
            client.Dispose();
        }
    }

    [Fact]
    public async Task A_stream_is_told_as_of_a_version_or_an_instant()
    {
        await using var service = await TestService.StartAsync("asof", postgres.ConnectionString);
        for (var i = 1; i <= 5; i++)
            await service.AppendAsync(TestService.Tenant, "count-a", new Counted(i));
        using var client = service.Client(Roles.Auditor);
        const string path = "/api/asof/v1/streams/count-a/events";
        var all = await StreamAsync(client, path);
        all.Count.ShouldBe(5);
        (await StreamAsync(client, $"{path}?asOfVersion=3")).Select(e => e.Version).ShouldBe([1L, 2L, 3L]);
        (await StreamAsync(client, $"{path}?asOfVersion=5")).Count.ShouldBe(5);
        var third = all[2].RecordedAt;
        (await StreamAsync(client, $"{path}?asOf={third.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffff}Z")).Count.ShouldBe(3);
        (await StreamAsync(client, $"{path}?asOf={third.AddMicroseconds(-1).ToOffset(TimeSpan.FromHours(5.5)):yyyy-MM-ddTHH:mm:ss.ffffffzzz}")).Count.ShouldBe(2); // with a bare plus sign
        (await StreamAsync(client, $"{path}?asOf=2999-01-01T00:00Z")).Count.ShouldBe(5);
        foreach (var (query, status, code) in ((string, HttpStatusCode, string)[])[("asOfVersion=0", HttpStatusCode.BadRequest, "stream.as-of"), ("asOfVersion=-1", HttpStatusCode.BadRequest, "stream.as-of"),
            ("asOfVersion=x", HttpStatusCode.BadRequest, "request.parameter"), ("asOf=yesterday", HttpStatusCode.BadRequest, "stream.as-of"), ("asOf=2026-09-01", HttpStatusCode.BadRequest, "stream.as-of"),
            ("asOf=2026-09-01T12:00:00", HttpStatusCode.BadRequest, "stream.as-of"), ("asOf=", HttpStatusCode.BadRequest, "stream.as-of"), ("asOf=2026-13-01T12:00:00Z", HttpStatusCode.BadRequest, "stream.as-of"),
            ("asOf=2026-09-01T12:00:00Z&asOfVersion=2", HttpStatusCode.BadRequest, "stream.as-of"), ("asOfVersion=6", HttpStatusCode.NotFound, "stream.version-unknown"), ("asOf=2000-01-01T00:00:00Z", HttpStatusCode.NotFound, "stream.unknown")])
        {
            using var refused = await client.GetAsync($"{path}?{query}");
            (refused.StatusCode, JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("code").GetString()).ShouldBe((status, code), query);
        }
    }

    static async Task<IReadOnlyList<StreamEvent>> StreamAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return JsonSerializer.Deserialize<StreamEvents>(await answer.Content.ReadAsStringAsync(), Web)!.Events;
    }

    static async Task<(List<PublishedEvent> Events, FeedPosition End)> PageAsync(HttpClient client, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd(accept);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await ReadAsync(answer, answer.Content.Headers.ContentEncoding.SingleOrDefault() ?? "identity");
    }

    static async Task<(List<PublishedEvent> Events, FeedPosition End)> ReadAsync(HttpResponseMessage answer, string encoding)
    {
        await using var body = await answer.Content.ReadAsStreamAsync();
        using var lines = new StreamReader(encoding switch { "br" => new BrotliStream(body, CompressionMode.Decompress), "gzip" => new GZipStream(body, CompressionMode.Decompress), _ => body });
        var events = new List<PublishedEvent>();
        while (await lines.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("{\"position\":", StringComparison.Ordinal))
                return (events, JsonSerializer.Deserialize<FeedPosition>(line, Web)!);
            events.Add(JsonSerializer.Deserialize<PublishedEvent>(line, Web)!);
        }
        throw new InvalidOperationException("The feed ended without its position.");
    }
}
