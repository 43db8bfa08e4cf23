using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Tests.Kills;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests.Uploads;

/// <summary>An upload in pieces: goes on behind what is stored, whatever was cut off, and becomes one feed.</summary>
public sealed class ResumableUploadTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const int MiB = 1 << 20;
    const string Uploads = IngestionHost.Root + "/uploads";
    static readonly byte[] Package = Padded(seed: 1);

    [Fact]
    public async Task Goes_on_after_a_cut_and_becomes_one_feed()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database);
        await using var source = NpgsqlDataSource.Create(database);
        var client = service.Client();
        var open = await BeginAsync(client, Package, HttpStatusCode.Created);
        (open.Received, open.Bytes, open.Source, open.Feed).ShouldBe((0, Package.Length, "sis", null));
        // Whole MiB are kept of a piece, and everything that came before a line was cut
        (await SendAsync(client, open.UploadId, 0, Package[..(MiB + 700)])).Received.ShouldBe(MiB);
        await (await PatchAsync(client, open.UploadId, 0, Package[..MiB])).ShouldBeProblem(HttpStatusCode.Conflict, "upload.offset");
        await CutAsync(service, client, open.UploadId, MiB, Package[MiB..], after: MiB + 5000);
        (await client.GetFromJsonAsync<OpenUpload>($"{Uploads}/{open.UploadId}", IngestionHost.Web))!.Received.ShouldBe(2 * MiB);
        await (await client.PostAsync($"{Uploads}/{open.UploadId}/complete", null)).ShouldBeProblem(HttpStatusCode.Conflict, "upload.incomplete");
        // Whoever lost the upload's id finds it by the file
        (await BeginAsync(client, Package)).ShouldSatisfyAllConditions(u => u.UploadId.ShouldBe(open.UploadId), u => u.Received.ShouldBe(2 * MiB));
        (await SendAsync(client, open.UploadId, 2 * MiB, Package[(2 * MiB)..])).Received.ShouldBe(Package.Length);
        foreach (var (_, data) in TestData.Unzip(Package).Where(f => f.Key == "users.csv"))
            (await CountAsync(source, $"select count(*) from ingestion.feed_chunk where position('{Convert.ToHexString(data[..20])}' in encode(data, 'hex')) > 0")).ShouldBe(0);

        var feed = await CompleteAsync(client, open.UploadId);
        (feed.Repeated, feed.Sha256).ShouldBe((false, Hash(Package)));
        (await client.SettledAsync(feed.FeedId)).ShouldSatisfyAllConditions(f => f.State.ShouldBe("applied"), f => f.Counts.Accepted.ShouldBe(24));
        (await CompleteAsync(client, open.UploadId)).ShouldSatisfyAllConditions(f => f.FeedId.ShouldBe(feed.FeedId), f => f.Repeated.ShouldBeTrue());
        // The same file again need not even be sent
        (await BeginAsync(client, Package)).ShouldSatisfyAllConditions(u => u.UploadId.ShouldBeNull(), u => u.Feed!.FeedId.ShouldBe(feed.FeedId), u => u.Feed!.Repeated.ShouldBeTrue());
        (await client.FeedAsync(Package.AsBody())).ShouldSatisfyAllConditions(f => f.FeedId.ShouldBe(feed.FeedId), f => f.Repeated.ShouldBeTrue());
    }

    [Fact]
    public async Task Keeps_its_limits_and_takes_no_other_bytes_than_announced()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database, ("Ingestion:MaxUploadBytes", $"{4 * MiB}"), ("Ingestion:Retention", "1.00:00:00"));
        await using var source = NpgsqlDataSource.Create(database);
        var client = service.Client();
        await (await client.PostAsJsonAsync(Uploads, new BeginUpload("a.zip", (4 * MiB) + 1, Hash(Package)))).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "feed.too-large");
        await (await client.PostAsJsonAsync(Uploads, new BeginUpload("a.zip", 9, "abc"))).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "upload.sha256");
        await (await client.PostAsJsonAsync(Uploads, new BeginUpload("orgs.csv", 9, Hash(Package)))).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "feed.part-unknown");
        await (await service.Client(Roles.Principal).PostAsJsonAsync(Uploads, new BeginUpload("a.zip", 9, Hash(Package)))).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");
        var open = await BeginAsync(client, Package, HttpStatusCode.Created);
        await (await service.Client(tenant: "elsewhere").GetAsync($"{Uploads}/{open.UploadId}")).ShouldBeProblem(HttpStatusCode.NotFound, "upload.unknown");
        await (await PatchAsync(service.Client(tenant: "elsewhere"), open.UploadId, 0, [1])).ShouldBeProblem(HttpStatusCode.NotFound, "upload.unknown");
        await (await PatchAsync(client, open.UploadId, 0, [.. Package, 1])).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "upload.too-long");

        // Other bytes under the same announcement are found out, and gone
        var stands = (await client.GetFromJsonAsync<OpenUpload>($"{Uploads}/{open.UploadId}", IngestionHost.Web))!.Received;
        (await SendAsync(client, open.UploadId, stands, Padded(seed: 2)[(int)stands..Package.Length])).Received.ShouldBe(Package.Length);
        await (await client.PostAsync($"{Uploads}/{open.UploadId}/complete", null)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "upload.changed");
        await (await client.GetAsync($"{Uploads}/{open.UploadId}")).ShouldBeProblem(HttpStatusCode.NotFound, "upload.unknown");

        // Given up by hand; of two writers the later one counts
        var second = await BeginAsync(client, Package, HttpStatusCode.Created);
        (await client.DeleteAsync($"{Uploads}/{second.UploadId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await CountAsync(source, "select (select count(*) from ingestion.feed_chunk) + (select count(*) from ingestion.feed_upload) + (select count(*) from ingestion.open_upload)")).ShouldBe(0);
        for (var n = 0; n < 20; n++)
            await BeginAsync(client, Padded(seed: 100 + n), HttpStatusCode.Created);
        await (await client.PostAsJsonAsync(Uploads, new BeginUpload("a.zip", 9, Hash(Package)))).ShouldBeProblem(HttpStatusCode.Conflict, "upload.too-many");
    }

    [Fact]
    public async Task What_nobody_continues_is_swept_away()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using (var service = await IngestionHost.StartAsync(database))
        {
            var open = await BeginAsync(service.Client(), Package, HttpStatusCode.Created);
            await SendAsync(service.Client(), open.UploadId, 0, Package[..MiB]);
        }
        (await CountAsync(source, "select count(*) from ingestion.feed_chunk")).ShouldBe(1);
        await using var later = await IngestionHost.StartAsync(database, ("Ingestion:Retention", "00:00:00"));
        await Eventually.Async(async () => await CountAsync(source, "select (select count(*) from ingestion.feed_chunk) + (select count(*) from ingestion.feed_upload) + (select count(*) from ingestion.open_upload)") == 0, because: "the upload is swept away");
    }

    [Fact]
    public async Task Goes_on_after_kill_9()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await KillableService.StartAsync(database);
        await service.RunAsync();
        var open = await BeginAsync(service.Client, Package, HttpStatusCode.Created);
        await service.KillAsync("upload.piece", () => PatchAsync(service.Client, open.UploadId, 0, Package), nth: 2);
        await service.RunAsync();
        var stands = (await service.Client.GetFromJsonAsync<OpenUpload>($"{Uploads}/{open.UploadId}", IngestionHost.Web))!.Received;
        stands.ShouldBe(2 * MiB);
        await SendAsync(service.Client, open.UploadId, stands, Package[(int)stands..]);
        await service.KillAsync("upload.registered", () => service.Client.PostAsync($"{Uploads}/{open.UploadId}/complete", null));
        await service.RunAsync();
        var feed = await CompleteAsync(service.Client, open.UploadId);
        (await service.Client.SettledAsync(feed.FeedId)).Counts.Accepted.ShouldBe(24);
        (await service.Client.GetFromJsonAsync<FeedPage>($"{IngestionHost.Root}/feeds", IngestionHost.Web))!.Items.ShouldHaveSingleItem();
    }

    /// <summary>The valid package, too large for one chunk.</summary>
    static byte[] Padded(int seed)
    {
        var noise = new byte[(2 * MiB) + (MiB / 2)];
        new Random(seed).NextBytes(noise);
        return TestData.Zip(TestData.Unzip(TestData.BadInput("00-valid-baseline")).Append(new("noise.bin", noise)));
    }

    static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    static async Task<OpenUpload> BeginAsync(HttpClient client, byte[] content, HttpStatusCode status = HttpStatusCode.OK)
    {
        var answer = await client.PostAsJsonAsync(Uploads, new BeginUpload("district.zip", content.Length, Hash(content)));
        answer.StatusCode.ShouldBe(status, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<OpenUpload>(IngestionHost.Web))!;
    }

    static Task<HttpResponseMessage> PatchAsync(HttpClient client, Guid? upload, long offset, byte[] piece) =>
        client.PatchAsync($"{Uploads}/{upload}?offset={offset}", new ByteArrayContent(piece) { Headers = { ContentType = new("application/octet-stream") } });

    static async Task<OpenUpload> SendAsync(HttpClient client, Guid? upload, long offset, byte[] piece)
    {
        var answer = await PatchAsync(client, upload, offset, piece);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<OpenUpload>(IngestionHost.Web))!;
    }

    static async Task<Feed> CompleteAsync(HttpClient client, Guid? upload)
    {
        var answer = await client.PostAsync($"{Uploads}/{upload}/complete", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<Feed>(IngestionHost.Web))!;
    }

    /// <summary>Announces a whole piece and cuts the line after some bytes of it, when the whole MiB among them are stored.</summary>
    static async Task CutAsync(IngestionHost service, HttpClient client, Guid? upload, long offset, byte[] piece, int after)
    {
        using var line = new TcpClient();
        await line.ConnectAsync("127.0.0.1", new Uri(service.Address).Port);
        await using var stream = line.GetStream();
        var head = string.Create(CultureInfo.InvariantCulture, $"PATCH {Uploads}/{upload}?offset={offset} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {client.DefaultRequestHeaders.Authorization}\r\nContent-Type: application/octet-stream\r\nContent-Length: {piece.Length}\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(piece.AsMemory(0, after));
        await Eventually.Async(async () => (await client.GetFromJsonAsync<OpenUpload>($"{Uploads}/{upload}", IngestionHost.Web))!.Received == (offset + after) / MiB * MiB);
        line.Client.LingerState = new LingerOption(true, 0); // a reset, not an orderly end
    }

    static async Task<long> CountAsync(NpgsqlDataSource source, string sql) => (long)(await source.CreateCommand(sql).ExecuteScalarAsync())!;
}
