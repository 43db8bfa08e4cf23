using System.Net;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.WebUtilities;

namespace EquityPlatform.Web.Tests;

public sealed class UploadTests : IClassFixture<StandIn>
{
    private readonly Feed feed = new(Guid.NewGuid(), "received", 0, "sis", DateTimeOffset.UnixEpoch, "demo:data-steward", null, 3, "", false, null, null, null, new(0, 0, 0, 0, 0), []);
    private readonly StandIn stand;

    public UploadTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
        stand.Says("ingestion/feeds", new FeedPage([], null, null));
    }

    [Fact]
    public async Task Files_pass_through_with_their_names_and_bytes_and_lead_to_the_progress_page()
    {
        List<(string Name, byte[] Bytes)> received = [];
        using var browser = await stand.SignedIn(Roles.DataSteward);
        var token = await StandIn.TokenOf(browser, "/feeds");
        stand.Says("ingestion/feeds", async context =>
        {
            var reader = new MultipartReader(context.Request.ContentType!.Split("boundary=")[1].Trim('"'), context.Request.Body);
            while (await reader.ReadNextSectionAsync() is { } section)
            {
                using var bytes = new MemoryStream();
                await section.Body.CopyToAsync(bytes);
                received.Add((section.AsFileSection()!.FileName, bytes.ToArray()));
            }
            context.Response.StatusCode = 202;
            context.Response.Headers.Location = $"/api/ingestion/v1/feeds/{feed.FeedId}";
        });
        var zip = new byte[300_000];
        new Random(7).NextBytes(zip);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(token), "__RequestVerificationToken" }, { new StringContent("grand-bend"), "source" },
            { new ByteArrayContent(zip), "file", "roster.zip" }, { new ByteArrayContent("a,b\n"u8.ToArray()), "file", "attendance.csv" },
        };
        // What a browser sends for a file field that was left empty
        var empty = new ByteArrayContent([]);
        empty.Headers.TryAddWithoutValidation("Content-Disposition", "form-data; name=\"file\"; filename=\"\"");
        form.Add(empty);
        using var answer = await browser.PostAsync("/es/feeds", form);

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe($"/es/feeds/{feed.FeedId}");
        received.Select(f => f.Name).ShouldBe(["roster.zip", "attendance.csv"]);
        received[0].Bytes.ShouldBe(zip);
        stand.Asked.Last().Path.ShouldEndWith("&source=grand-bend");
    }

    [Fact]
    public async Task The_first_bytes_arrive_at_ingestion_before_the_last_are_sent()
    {
        var arrived = new TaskCompletionSource();
        using var browser = await stand.SignedIn(Roles.DataSteward);
        var token = await StandIn.TokenOf(browser, "/feeds");
        stand.Says("ingestion/feeds", async context =>
        {
            var buffer = new byte[64];
            await context.Request.Body.ReadExactlyAsync(buffer);
            arrived.SetResult();
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 202;
        });
        using var form = new MultipartFormDataContent
        {
            { new StringContent(token), "__RequestVerificationToken" },
            { new StreamContent(new HeldBack(arrived.Task)), "file", "roster.zip" },
        };
        // Ends only if the site passes bytes on while the rest is still held back
        using var answer = await browser.PostAsync("/feeds", form).WaitAsync(TimeSpan.FromSeconds(30));

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Without_the_forms_token_no_byte_leaves()
    {
        using var browser = await stand.SignedIn(Roles.DataSteward);
        stand.Asked.Clear();
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "file", "roster.zip" } };
        using var answer = await browser.PostAsync("/feeds", form);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        stand.Asked.ShouldNotContain(a => a.Path.Contains("feedId", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_without_a_file_says_so_on_the_page()
    {
        using var browser = await stand.SignedIn(Roles.DataSteward);
        using var form = new MultipartFormDataContent { { new StringContent(await StandIn.TokenOf(browser, "/feeds")), "__RequestVerificationToken" } };
        using var answer = await browser.PostAsync("/feeds", form);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Choose at least one file to send.");
    }

    [Fact]
    public async Task The_progress_page_renews_itself_while_work_goes_on_and_then_lists_issues_in_words()
    {
        stand.Says($"ingestion/feeds/{feed.FeedId}", feed with { State = "applying", Progress = 40 }).Says($"ingestion/feeds/{feed.FeedId}/issues", new FeedIssuePage([], null, null));
        using var browser = await stand.SignedIn(Roles.DataSteward);
        var working = await browser.GetStringAsync($"/feeds/{feed.FeedId}");
        working.ShouldContain("http-equiv=\"refresh\" content=\"2\"");
        working.ShouldContain("<progress id=\"progress\" max=\"100\" value=\"40\"");
        working.ShouldContain("40 percent done.");
        SiteTests.ShouldBeSound(working);
        // While rows are checked nobody knows how many are left
        stand.Says($"ingestion/feeds/{feed.FeedId}", feed with { State = "validating", Progress = 1 });
        var checking = await browser.GetStringAsync($"/feeds/{feed.FeedId}");
        checking.ShouldNotContain("1 percent");
        checking.ShouldContain("<progress id=\"progress\" max=\"100\" data-bar>");

        stand.Says($"ingestion/feeds/{feed.FeedId}", feed with { State = "applied", Progress = 100 })
            .Says($"ingestion/feeds/{feed.FeedId}/issues", new FeedIssuePage([new("users.csv", 12, "grades", "csv.column-count", "quarantined", "English", new Dictionary<string, string> { ["found"] = "3", ["expected"] = "9" })], null, null));
        var done = await browser.GetStringAsync($"/es/feeds/{feed.FeedId}");
        done.ShouldNotContain("refresh");
        done.ShouldContain("La fila tiene 3 campos y el encabezado tiene 9.");
        done.ShouldContain("esta fila se apartó");
    }

    /// <summary>Gives a first part, then nothing until it is released.</summary>
    private sealed class HeldBack(Task released) : Stream
    {
        private int part;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            part++;
            if (part == 2)
                await released.WaitAsync(cancellationToken);
            if (part > 2)
                return 0;
            var size = Math.Min(buffer.Length, 70_000);
            buffer.Span[..size].Clear();
            return size;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
