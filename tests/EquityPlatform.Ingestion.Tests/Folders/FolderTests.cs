using System.Net.Http.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Tests.Kills;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests.Folders;

/// <summary>Files that a district's system puts into a folder.</summary>
public sealed class FolderTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline"), Later = TestData.BadInput("08-ragged-rows");
    readonly string folder = Directory.CreateTempSubdirectory("equity-folder-").FullName;

    [Fact]
    public async Task A_whole_file_is_taken_once_and_a_growing_one_is_not()
    {
        await using var service = await StartAsync();
        var client = service.Client();
        // Half of it, and the writer pauses: the zip has no end yet
        await using (var writer = new FileStream(In("district.zip"), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite))
        {
            await writer.WriteAsync(Baseline.AsMemory(0, 900));
            await writer.FlushAsync();
            await LookedAsync(client, times: 4, waiting: 1);
            (await FeedsAsync(client)).ShouldBeEmpty();
            await writer.WriteAsync(Baseline.AsMemory(900));
        }
        var feed = await OneAsync(client, 1);
        (feed.State, feed.Source, feed.ReceivedBy, feed.Counts.Accepted).ShouldBe(("applied", "sis", "watched-folder", 24));
        await Eventually.Async(() => !File.Exists(In("district.zip")));
        Directory.GetFiles(In("taken")).Select(Path.GetFileName).ShouldBe([$"{feed.FeedId:N}.district.zip"]);

        // The same content again, later and under another name, is the same feed; another is another
        await File.WriteAllBytesAsync(In("again.zip"), Baseline);
        await Eventually.Async(() => !File.Exists(In("again.zip")));
        (await FeedsAsync(client)).ShouldHaveSingleItem();
        await File.WriteAllBytesAsync(In("later.zip"), Later);
        (await OneAsync(client, 2)).State.ShouldBe("applied");
        // What programs write before they rename it, and what is hidden, is not looked at
        await File.WriteAllBytesAsync(In("next.zip.part"), Baseline);
        await File.WriteAllBytesAsync(In(".hidden.zip"), Baseline);
        await LookedAsync(client, times: 4, waiting: 0);
        (await FeedsAsync(client)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task With_markers_only_a_marked_file_is_taken()
    {
        await using var service = await StartAsync(("Ingestion:Folders:0:DoneMarker", "true"));
        var client = service.Client();
        await File.WriteAllBytesAsync(In("district.zip"), Baseline);
        await LookedAsync(client, times: 4, waiting: 1);
        (await FeedsAsync(client)).ShouldBeEmpty();
        await File.WriteAllTextAsync(In("district.zip.done"), "");
        (await OneAsync(client, 1)).State.ShouldBe("applied");
        await Eventually.Async(() => Directory.GetFiles(folder).Length == 0, because: "file and marker are gone");
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_with_a_finding()
    {
        await using var service = await StartAsync();
        var client = service.Client();
        await File.WriteAllTextAsync(In("holiday plan.docx"), "x");
        var feed = await OneAsync(client, 1);
        (feed.State, feed.Code, feed.Counts.Read).ShouldBe(("rejected", "folder.file-unknown", 0));
        (await client.GetFromJsonAsync<FeedIssuePage>($"{IngestionHost.Root}/feeds/{feed.FeedId}/issues", IngestionHost.Web))!.Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(i => i.Code.ShouldBe("folder.file-unknown"), i => i.File.ShouldBe("holiday plan.docx"), i => i.Message.ShouldNotBeEmpty());
        Directory.GetFiles(In("refused")).ShouldHaveSingleItem();
        await File.WriteAllTextAsync(In("attendance.csv"), "");
        (await OneAsync(client, 2)).Code.ShouldBe("folder.empty");
        // A link may point anywhere
        var secret = Path.Combine(Directory.CreateTempSubdirectory("equity-elsewhere-").FullName, "secret.zip");
        await File.WriteAllBytesAsync(secret, Baseline);
        File.CreateSymbolicLink(In("link.zip"), secret);
        (await OneAsync(client, 3)).Code.ShouldBe("folder.link");
        File.Exists(secret).ShouldBeTrue();
        // A damaged one is taken, and the feed says so
        await File.WriteAllBytesAsync(In("damaged.zip"), [.. Baseline[..900], .. Baseline[^60..]]);
        (await OneAsync(client, 4)).ShouldSatisfyAllConditions(f => f.State.ShouldBe("rejected"), f => f.Code!.ShouldStartWith("zip."));

        Directory.Delete(folder, recursive: true);
        await Eventually.Async(async () => (await ListAsync(client)).Single().Problem == "folder.missing");
    }

    [Fact]
    public async Task Of_two_replicas_one_takes_it_and_kill_9_before_the_move_makes_no_second_feed()
    {
        var database = await postgres.CreateDatabaseAsync();
        await File.WriteAllBytesAsync(In("district.zip"), Baseline);
        await using var killed = await KillableService.StartAsync(database, Settings());
        await killed.KillAsync("folder.registered");
        File.Exists(In("district.zip")).ShouldBeTrue("it died before it moved the file");
        await killed.RunAsync();
        await using var second = await IngestionHost.StartAsync(database, Settings());
        await Eventually.Async(() => !File.Exists(In("district.zip")), because: "the file is moved");
        (await FeedsAsync(second.Client())).ShouldHaveSingleItem();
        for (var n = 0; n < 5; n++)
            await File.WriteAllBytesAsync(In($"n{n}.zip"), Numbered(n));
        await Eventually.Async(async () => await FeedsAsync(second.Client()) is { Count: 6 } feeds && feeds.All(f => f.State == "applied") && Directory.GetFiles(folder).Length == 0, because: "each is taken once and applied");
        await using var source = NpgsqlDataSource.Create(database);
        (await source.CreateCommand("select count(*) from ingestion.mt_events where type = 'feed-received/1'").ExecuteScalarAsync()).ShouldBe(6L);
    }

    Task<IngestionHost> StartAsync(params (string, string)[] settings) => StartAsync(postgres.CreateDatabaseAsync(), settings);

    async Task<IngestionHost> StartAsync(Task<string> database, (string, string)[] settings) => await IngestionHost.StartAsync(await database, [.. Settings(), .. settings]);

    (string, string)[] Settings() =>
    [
        ("Ingestion:Folders:0:Tenant", IngestionHost.Tenant), ("Ingestion:Folders:0:Path", folder), ("Ingestion:Folders:0:StableFor", "00:00:00.3"), ("Ingestion:Folders:0:Look", "00:00:00.05"),
    ];

    string In(string name) => Path.Combine(folder, name);

    static byte[] Numbered(int n) => Baseline.WithFile("notes.txt", $"{n}");

    static async Task<IReadOnlyList<Feed>> FeedsAsync(HttpClient client) => (await client.GetFromJsonAsync<FeedPage>($"{IngestionHost.Root}/feeds", IngestionHost.Web))!.Items;

    static async Task<WatchedFolder[]> ListAsync(HttpClient client) => (await client.GetFromJsonAsync<WatchedFolder[]>($"{IngestionHost.Root}/folders", IngestionHost.Web))!;

    /// <summary>Waits for so many more looks into the folder.</summary>
    static async Task LookedAsync(HttpClient client, int times, int waiting)
    {
        for (var (n, last) = (0, DateTimeOffset.MinValue); n < times; n++)
            await Eventually.Async(async () => await ListAsync(client) is [var one] && one.LookedAt > last && (n == 0 || one.Waiting == waiting) && (last = one.LookedAt) != default);
    }

    static async Task<Feed> OneAsync(HttpClient client, int feeds)
    {
        await Eventually.Async(async () => (await FeedsAsync(client)).Count == feeds, because: "the file is taken");
        return await client.SettledAsync((await FeedsAsync(client))[0].FeedId);
    }
}
