using System.Net;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.Web.Tests;

public sealed class SetAsideTests : IClassFixture<StandIn>
{
    private static readonly Guid Id = Guid.NewGuid();
    private static readonly Guid Replay = Guid.NewGuid();
    private readonly StandIn stand;
    private string asked = "";

    public SetAsideTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
        var counts = new RowCounts(10, 8, 0, 2, 0);
        stand.Says($"ingestion/feeds/{Id}", Fed(Id, counts)).Says($"ingestion/feeds/{Id}/issues", new FeedIssuePage([], null, null))
            .Says($"ingestion/feeds/{Id}/rows", new SetAsideRowList([new("attendance.csv", 7, "open", "date.format", "date"), new("attendance.csv", 9, "waiting", "ref.missing", "userSourcedId")]))
            .Says("ingestion/templates", new[] { new FileTemplate("attendance.csv", [new("userSourcedId", true, true), new("date", true, true), new("reason", false, false)]) })
            .Says("ingestion/templates/attendance.csv", async context => await context.Response.WriteAsync("userSourcedId,date,reason\r\n"));
    }

    [Fact]
    public async Task Rows_are_listed_in_words_and_a_data_steward_can_correct_them()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        (await steward.GetStringAsync($"/feeds/{Id}")).ShouldContain($"href=\"/feeds/{Id}/rows\"");
        var html = await steward.GetStringAsync($"/feeds/{Id}/rows");
        html.ShouldContain("The date is not written as year-month-day.");
        html.ShouldContain("It refers to a row of another file that is not there or was set aside.");
        html.ShouldContain("waits for what it refers to");
        html.ShouldContain("rows/correct?file=attendance.csv&amp;row=7");
        SiteTests.ShouldBeSound(html);
        SiteTests.ShouldBeSound(await steward.GetStringAsync($"/es/feeds/{Id}/rows"));

        using var auditor = await stand.SignedIn(Roles.Auditor);
        (await auditor.GetStringAsync($"/feeds/{Id}/rows")).ShouldNotContain("rows/correct");
        using var leader = await stand.SignedIn(Roles.DistrictLeader);
        (await leader.GetStringAsync($"/feeds/{Id}")).ShouldNotContain("/rows\"");
    }

    [Fact]
    public async Task A_correction_names_columns_and_leads_to_the_feed_that_reads_the_row_again()
    {
        stand.Says($"ingestion/feeds/{Id}/rows", async context =>
        {
            if (context.Request.Method == "GET")
            {
                await context.Response.WriteAsJsonAsync(new SetAsideRowList([new("attendance.csv", 7, "open", "date.format", "date")]));
                return;
            }
            using var reader = new StreamReader(context.Request.Body);
            asked = await reader.ReadToEndAsync();
            await context.Response.WriteAsJsonAsync(Fed(Replay, new(1, 1, 0, 0, 0)) with { Replay = true });
        });
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var form = $"/feeds/{Id}/rows/correct?file=attendance.csv&row=7";
        var html = await steward.GetStringAsync(form);
        html.ShouldContain("<option value=\"date\" selected");
        html.ShouldNotContain("<option value=\"reason\"");
        SiteTests.ShouldBeSound(html);
        var correction = Guid.NewGuid();
        using var answer = await StandIn.Post(steward, form, $"/feeds/{Id}/rows/correct", ("correction", $"{correction}"), ("file", "attendance.csv"), ("row", "7"), ("column0", "date"), ("value0", "2026-02-05"), ("column1", ""), ("value1", "ignored"));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe($"/feeds/{Replay}");
        var sent = JsonDocument.Parse(asked).RootElement;
        sent.GetProperty("correctionId").GetGuid().ShouldBe(correction);
        sent.GetProperty("values").EnumerateObject().ShouldHaveSingleItem().Value.GetString().ShouldBe("2026-02-05");
    }

    [Fact]
    public async Task Files_that_can_be_sent_are_shown_with_their_columns_and_download()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/feeds/templates");
        html.ShouldContain("<dd>userSourcedId, date</dd>");
        html.ShouldContain("<dt>Dropped when the file arrives</dt>");
        SiteTests.ShouldBeSound(html);
        using var file = await steward.GetAsync("/feeds/templates/attendance.csv");
        file.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        (await file.Content.ReadAsStringAsync()).ShouldBe("userSourcedId,date,reason\r\n");
    }

    private static Feed Fed(Guid id, RowCounts counts) => new(id, "applied", 100, "sis", DateTimeOffset.UnixEpoch, "demo:data-steward", DateTimeOffset.UnixEpoch, 100, new string('a', 64), false, null, null, 5, counts, [new("attendance.csv", "applied", counts)]);
}
