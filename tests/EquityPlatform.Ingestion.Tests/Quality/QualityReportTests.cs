using System.Net;
using System.Net.Http.Json;
using System.Text;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Quality;
using EquityPlatform.Testing;

namespace EquityPlatform.Ingestion.Tests.Quality;

/// <summary>What a data clerk asks: what is wrong, since when, whose task it is, and what did not come.</summary>
public sealed class QualityReportTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");
    const string Header = "userSourcedId,schoolSourcedId,date,category\n";

    [Fact]
    public async Task A_finding_is_open_until_a_later_feed_of_the_same_file_no_longer_has_it()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        await client.FeedAsync(Baseline.AsBody());
        (await ReportAsync(client)).Open.ShouldNotContain(f => f.Severity == "quarantined");

        var first = await client.FeedAsync(Side("attendance.csv", Header + "u001,s1,31.01.2025,absentExcused\nu002,s1,31.01.2025,absentExcused\nu003,Dorothea Unverkennbar,31.01.2025,absentExcused\nu004,s1,2025-01-31,absentExcused\n"));
        var finding = (await ReportAsync(client)).Open.Single(f => f.Code == "date.format");
        finding.ShouldSatisfyAllConditions(
            f => (f.Subject, f.File, f.Severity, f.Count, f.StillSetAside).ShouldBe(("attendance.csv", "attendance.csv", "quarantined", 2, 2)),
            f => f.Columns.ShouldBe(["date"]),
            f => f.Schools.ShouldBe([new SchoolCount("s1", 2)]),
            f => (f.FirstSeen, f.LastSeen, f.LastFeed, f.AgeDays).ShouldBe((first.ReceivedAt, first.ReceivedAt, first.FeedId, 0)),
            f => (f.Owner, f.Assigned, f.State, f.ClosedAt).ShouldBe((FindingOwners.SchoolClerk, null, "open", null)));
        // A school that nobody knows may be anything: a name, where columns were shifted
        (await ReportAsync(client)).Open.Single(f => f.Code == "ref.missing").ShouldSatisfyAllConditions(f => f.Severity.ShouldBe("parked"), f => f.Schools.ShouldBeEmpty());
        (await client.GetStringAsync($"{IngestionHost.Root}/quality")).ShouldNotContain("Unverkennbar");

        var second = await client.FeedAsync(Side("attendance.csv", Header + "u001,s1,03.02.2025,absentExcused\n"));
        finding = (await ReportAsync(client)).Open.Single(f => f.Code == "date.format");
        (finding.Count, finding.StillSetAside, finding.FirstSeen, finding.LastFeed).ShouldBe((1, 3, first.ReceivedAt, second.FeedId));

        // Another file says nothing about this one
        await client.FeedAsync(Side("calendar.csv", "schoolSourcedId,date,kind\ns1,2025-02-03,instructional\n"));
        (await ReportAsync(client)).Open.ShouldContain(f => f.Code == "date.format");
        var mended = await client.FeedAsync(Side("attendance.csv", Header + "u001,s1,2025-02-04,absentExcused\n"));
        var report = await ReportAsync(client);
        report.Open.ShouldNotContain(f => f.Code == "date.format");
        report.Closed.Single(f => f.Code == "date.format").ShouldSatisfyAllConditions(f => f.ClosedAt.ShouldBe(mended.ReceivedAt), f => f.State.ShouldBe("closed"));

        // Of a feed, as it was then
        var ofFirst = await client.GetFromJsonAsync<FeedQuality>($"{IngestionHost.Root}/feeds/{first.FeedId}/quality", IngestionHost.Web);
        ofFirst!.Findings.Single(f => f.Code == "date.format").ShouldSatisfyAllConditions(f => f.Count.ShouldBe(2), f => f.State.ShouldBe("closed"));
        var sources = await client.GetFromJsonAsync<QualitySources>($"{IngestionHost.Root}/quality/sources", IngestionHost.Web);
        sources!.Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Source.ShouldBe("sis"), s => s.StillSetAside.ShouldBe(4), s => s.LastFeedState.ShouldBe("applied"));
    }

    [Fact]
    public async Task Findings_close_when_all_their_rows_were_corrected_and_a_rejected_package_opens_one()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        var feed = await client.FeedAsync(Baseline.With("users.csv", "u003,,,true,s1,student", "u003,,,true,s1,robot").AsBody());
        (await ReportAsync(client)).Open.ShouldContain(f => f.Code == "enum.unknown" && f.File == "users.csv");
        var correction = Guid.NewGuid();
        await client.PostAsJsonAsync($"{IngestionHost.Root}/feeds/{feed.FeedId}/rows", new RowCorrection(correction, "users.csv", 4, new Dictionary<string, string?> { ["role"] = "student" }));
        await client.SettledAsync(correction);
        (await ReportAsync(client)).Open.ShouldNotContain(f => f.Code == "enum.unknown");

        (await client.FeedAsync(Baseline[..(Baseline.Length / 2)].AsBody())).State.ShouldBe("rejected");
        (await ReportAsync(client)).Open.Single(f => f.Severity == "batchRejected").ShouldSatisfyAllConditions(f => f.Code.ShouldStartWith("zip."), f => f.Owner.ShouldBe(FindingOwners.SisAdministrator));
        await client.FeedAsync(Baseline.AsBody());
        (await ReportAsync(client)).Open.ShouldNotContain(f => f.Severity == "batchRejected");
    }

    [Fact]
    public async Task A_person_says_whose_task_a_finding_is_and_that_is_an_event()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        await client.FeedAsync(Baseline.AsBody());
        await client.FeedAsync(Side("attendance.csv", Header + "u001,s1,31.01.2025,absentExcused\n"));
        var ask = new AssignFinding("sis", "attendance.csv", "date.format", FindingOwners.Vendor);
        Task<HttpResponseMessage> Send(AssignFinding what, HttpClient by) => by.PostAsJsonAsync($"{IngestionHost.Root}/quality/assignments", what, IngestionHost.Web);

        (await Send(ask, service.Client(Roles.EquityAnalyst))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await (await Send(ask with { Owner = "Dorothea" }, client)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "quality.owner-unknown");
        await (await Send(ask with { Code = "date.order" }, client)).ShouldBeProblem(HttpStatusCode.NotFound, "quality.finding-unknown");
        for (var twice = 0; twice < 2; twice++)
            (await Send(ask, client)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await ReportAsync(client)).Open.Single(f => f.Code == "date.format").ShouldSatisfyAllConditions(f => f.Owner.ShouldBe(FindingOwners.Vendor), f => f.Assigned!.By.ShouldBe("demo:data-steward"));
        var recorded = await service.Log.ReadAllAsync(IngestionHost.Tenant, 0, null, null, default).Where(e => e.Type == "quality-finding-assigned/1").SingleAsync();
        (recorded.StreamId, recorded.User).ShouldBe(("quality-sis", "demo:data-steward"));
    }

    [Fact]
    public async Task Silence_is_missing_by_school_and_week()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        var calendar = new StringBuilder("schoolSourcedId,date,kind\n");
        for (var day = new DateOnly(2025, 1, 6); day < new DateOnly(2025, 1, 18); day = day.AddDays(1))
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                calendar.Append(System.Globalization.CultureInfo.InvariantCulture, $"s1,{day:yyyy-MM-dd},{(day.Day == 10 ? "nonInstructional" : "instructional")}\ns2,{day:yyyy-MM-dd},instructional\n");
        await client.FeedAsync(Baseline.AsBody());
        await client.FeedAsync(Side("calendar.csv", calendar.ToString()));
        await client.FeedAsync(Side("attendance.csv", Header + "u001,s1,2025-01-06,absentExcused\nu002,s1,2025-01-06,absentExcused\nu001,s1,2025-01-08,tardy\nu001,s1,2025-01-10,absentExcused\n"));

        CompletenessReport? seen = null;
        await Eventually.Async(async () => (seen = await CompletenessAsync(client, "")) is { Schools.Count: 2 } found && found.Schools[0].ReceivedDays > 0, TimeSpan.FromSeconds(60), "the days are counted");
        (seen!.SchoolYear, seen.Years, seen.AttendanceMode).ShouldSatisfyAllConditions(s => s.SchoolYear.ShouldBe(2025), s => s.Years.ShouldBe([2025]), s => s.AttendanceMode.ShouldBe("exceptions"));
        seen.Schools[0].ShouldBe(new SchoolCompleteness("s1", 5, null, ExpectedDays: 9, ReceivedDays: 2, OtherDays: 1, new DateOnly(2025, 1, 10), CalendarDerived: false, Weeks: null));
        seen.Schools[1].ShouldBe(new SchoolCompleteness("s2", null, null, ExpectedDays: 10, ReceivedDays: 0, OtherDays: 0, LastDay: null, CalendarDerived: false, Weeks: null));
        (await CompletenessAsync(client, "&school=s1")).Schools.Single().Weeks.ShouldBe([new WeekCompleteness(new(2025, 1, 6), 4, 2, 4), new WeekCompleteness(new(2025, 1, 13), 5, 0, null)]);

        var file = await client.GetAsync($"{IngestionHost.Root}/quality/completeness.csv?source=sis&school=s1");
        file.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        (await file.Content.ReadAsStringAsync()).ShouldBe("school,schoolYear,weekOf,daysOfSchool,daysReceived,rows\r\ns1,2025,2025-01-06,4,2,4\r\ns1,2025,2025-01-13,5,missing,missing\r\n");

        // A file of another system is the same as long as one mapping reads it, whatever its name
        await client.PutAsJsonAsync($"{IngestionHost.Root}/sources/sis/mappings/any", new FileMapping("any", "Any", ["*any.csv"], new(), [],
            [new("assessments.csv", null, new Dictionary<string, ColumnMapping> { ["userSourcedId"] = new("Id"), ["assessmentId"] = new(Constant: "x"), ["date"] = new("Day") })]), IngestionHost.Web);
        await client.FeedAsync(Side("monday any.csv", "Id,Day\nu001,yesterday\n"));
        (await client.GetStringAsync($"{IngestionHost.Root}/quality/findings.csv?source=sis")).ShouldContain("\r\nmonday any.csv,date.format,");
        (await ReportAsync(client)).Open.Single(f => f.Subject == "any" && f.Code == "date.format").ShouldSatisfyAllConditions(f => f.File.ShouldBe("monday any.csv"), f => f.Owner.ShouldBe(FindingOwners.SchoolClerk));
        await client.FeedAsync(Side("tuesday any.csv", "Id,Day\nu001,2025-01-07\n"));
        (await ReportAsync(client)).Open.ShouldNotContain(f => f.Subject == "any" && f.Code == "date.format");
    }

    [Fact]
    public void A_field_that_a_spreadsheet_would_run_is_led_by_an_apostrophe()
    {
        var text = new StringBuilder();
        CsvLine.Append(text, "=1+1", " @x", "a,\"b\"", null);
        text.ToString().ShouldBe("'=1+1,' @x,\"a,\"\"b\"\"\",\r\n");
    }

    static MultipartFormDataContent Side(string name, string text) => new UploadPart[] { new(name, Encoding.UTF8.GetBytes(text)) }.AsMultipart();

    static async Task<QualityReport> ReportAsync(HttpClient client) => (await client.GetFromJsonAsync<QualityReport>($"{IngestionHost.Root}/quality?source=sis", IngestionHost.Web))!;

    static async Task<CompletenessReport> CompletenessAsync(HttpClient client, string more) => (await client.GetFromJsonAsync<CompletenessReport>($"{IngestionHost.Root}/quality/completeness?source=sis{more}", IngestionHost.Web))!;
}
