using System.Net;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.Web.Tests;

public sealed class QualityTests : IClassFixture<StandIn>
{
    private static readonly Guid Feed = Guid.NewGuid();
    private static readonly DateTimeOffset At = new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);
    private static readonly QualityFinding Finding = new("attendance.csv", "attendance.csv", "date.format", "quarantined", 12, 3, ["date"], [new("s1", 11), new("s9", 1)], At, At, Feed, 2, FindingOwners.SchoolClerk, null, "open", null);
    private readonly StandIn stand;
    private string asked = "";

    public QualityTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
        stand.Says("ingestion/quality/sources", new QualitySources([new("sis", 1, 3, At, "applied"), new("vendor", 0, 0, At, "applied")]))
            .Says("ingestion/quality", new QualityReport("sis", [Finding], [Finding with { Code = "enum.unknown", State = "closed", ClosedAt = At }]))
            .Says($"ingestion/feeds/{Feed}/quality", new FeedQuality(Feed, "sis", [Finding with { State = "notApplied", Assigned = new("demo:operator", At), Owner = FindingOwners.Vendor }]))
            .Says("indicators/schools", new[] { new SchoolSummary("s1", "Alder Elementary School"), new SchoolSummary("s2", "Birch Middle School") });
    }

    [Fact]
    public async Task A_finding_says_what_since_when_whose_task_and_which_schools()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/feeds/quality");
        html.ShouldContain("The date is not written as year-month-day.");
        html.ShouldContain("November 20, 2026");
        html.ShouldContain("2 days");
        html.ShouldContain("School office");
        html.ShouldContain("<summary>2 schools</summary>");
        html.ShouldContain("Alder Elementary School: 11");
        html.ShouldContain("<option value=\"vendor\"");
        html.ShouldContain("/feeds/quality/assign?source=sis&amp;subject=attendance.csv&amp;code=date.format");
        html.ShouldContain("Mended in the last 30 days");
        SiteTests.ShouldBeSound(html);
        SiteTests.ShouldBeSound(await steward.GetStringAsync("/es/feeds/quality?source=sis"));

        using var leader = await stand.SignedIn(Roles.DistrictLeader);
        (await leader.GetStringAsync("/feeds/quality")).ShouldNotContain("/quality/assign");
        html = await leader.GetStringAsync($"/feeds/{Feed}/quality");
        html.ShouldContain("the file was not applied");
        html.ShouldContain("said by Operator, November 20, 2026");
        SiteTests.ShouldBeSound(html);
    }

    [Fact]
    public async Task Whose_task_it_is_is_chosen_from_tasks_and_sent()
    {
        stand.Says("ingestion/quality/assignments", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            asked = await reader.ReadToEndAsync();
            await context.Response.WriteAsJsonAsync(new AssignFinding("sis", "attendance.csv", "date.format", FindingOwners.Vendor));
        });
        using var steward = await stand.SignedIn(Roles.DataSteward);
        const string form = "/feeds/quality/assign?source=sis&subject=attendance.csv&code=date.format";
        var html = await steward.GetStringAsync(form);
        html.ShouldContain("value=\"schoolClerk\" checked");
        SiteTests.ShouldBeSound(html);
        using var answer = await StandIn.Post(steward, form, "/feeds/quality/assign", ("source", "sis"), ("subject", "attendance.csv"), ("code", "date.format"), ("owner", "vendor"));
        (answer.StatusCode, answer.Headers.Location!.OriginalString).ShouldBe((HttpStatusCode.SeeOther, "/feeds/quality?source=sis"));
        JsonDocument.Parse(asked).RootElement.GetProperty("owner").GetString().ShouldBe("vendor");
        foreach (var owner in FindingOwners.All)
            QualityTexts.Owners.Keys.ShouldContain(owner);
    }

    [Fact]
    public async Task Silence_is_said_and_never_shown_as_zero()
    {
        var weeks = new[] { new WeekCompleteness(new(2026, 9, 7), 4, 4, 31), new WeekCompleteness(new(2026, 9, 14), 5, 2, 12), new WeekCompleteness(new(2026, 9, 21), 5, 0, null), new WeekCompleteness(new(2026, 9, 28), 0, 0, null) };
        var first = new SchoolCompleteness("s1", 412, null, 14, 6, 0, new DateOnly(2026, 9, 15), false, null);
        stand.Says("ingestion/quality/completeness", context => context.Response.WriteAsJsonAsync(new CompletenessReport("sis", 2027, [2027, 2026], new(2026, 11, 20), "exceptions", At,
            context.Request.Query.ContainsKey("school") ? [first with { Weeks = weeks }] : [first, new("s2", null, null, 14, 0, 0, null, true, null)])));
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/feeds/quality/completeness?source=sis");
        html.ShouldContain("<td class=\"num \">6</td>");
        html.ShouldContain("<td class=\"num cell-missing\">missing</td>");
        html.ShouldContain("Birch Middle School");
        html.ShouldContain("no calendar");
        html.ShouldContain("school=s1");
        SiteTests.ShouldBeSound(html);

        html = await steward.GetStringAsync("/feeds/quality/completeness?source=sis&year=2027&school=s1");
        stand.Asked.Select(a => a.Path).ShouldContain("ingestion/quality/completeness?source=sis&schoolYear=2027&school=s1");
        foreach (var state in QualityTexts.WeekStates.Values)
            html.ShouldContain($"<td>{state.En}</td>");
        SiteTests.ShouldBeSound(html);
        SiteTests.ShouldBeSound(await steward.GetStringAsync("/es/feeds/quality/completeness?source=sis&year=2027&school=s1"));
    }

    [Fact]
    public async Task The_tables_can_be_downloaded()
    {
        stand.Says("ingestion/quality/findings.csv", context => context.Response.WriteAsync("file,code\r\n'=x,date.format\r\n"));
        using var steward = await stand.SignedIn(Roles.DataSteward);
        using var file = await steward.GetAsync("/feeds/quality/findings.csv?source=sis");
        file.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        file.Content.Headers.ContentDisposition!.FileName.ShouldBe("findings-sis.csv");
        (await file.Content.ReadAsStringAsync()).ShouldContain("'=x");
    }
}
