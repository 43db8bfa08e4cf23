using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace EquityPlatform.E2E.Tests.Loop;

/// <summary>
/// The walk of the whole loop in a browser: files in, a gap seen, evidence frozen, a goal set, a plan opened, a decision refused and taken, a release published,
/// a public number followed back to its rows, and the history of it all. Nothing here is out of reach of curl with a token.
/// </summary>
[Collection(BrowserGroup.Name)]
[Trait("Category", "Walk")]
public sealed class WholeLoopTests(Browser browser)
{
    [Fact]
    public async Task A_gap_becomes_a_goal_a_decision_and_a_public_number_with_a_history()
    {
        var visitor = await browser.VisitorAsync();
        await FilesComeIn(visitor);
        await AGapIsSeen(visitor);
        var goal = await AGoalIsSetOnFrozenEvidence(visitor);
        await APlanIsOpened(visitor, goal);
        await ADecisionIsRefused(visitor, goal);
        await ADecisionIsTaken(visitor, goal);
        var release = await AReleaseIsPublished(visitor);
        var receipt = await ThePublicReads(await browser.VisitorAsync(width: 390), release);
        var student = await TheNumberIsFollowedToItsRows(visitor, receipt);
        await TheHistoryAnswers(visitor, goal, student);
    }

    static async Task FilesComeIn(Visitor visitor)
    {
        await visitor.SignInAsync("data-steward");
        await visitor.OpenAsync("/feeds");
        await visitor.LookAsync("feeds");
        await visitor.Page.Locator("#zip").SetInputFilesAsync(RunningSystem.SamplePackage);
        await visitor.Page.Locator("#side").SetInputFilesAsync(RunningSystem.SampleSideFiles);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await visitor.Page.Locator("progress").WaitForAsync();
        // The page follows by itself until the feed is done
        await Assertions.Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync("applied", new() { Timeout = 120_000 });
        await visitor.LookAsync("feed");
        (await visitor.Page.Locator("table tfoot td").First.InnerTextAsync()).ShouldNotBe("0");

        var feed = visitor.Page.Url.Split('/')[^1].Split('?')[0];
        using var api = new Api("grand-bend");
        var position = (await api.GetAsync("data-steward", $"/api/ingestion/v1/feeds/{feed}"))["position"]?.GetValue<long>() ?? 0;
        await api.ValuesAsync("chronic-absence", RunningSystem.SampleYear, position, TimeSpan.FromMinutes(1));
    }

    static async Task AGapIsSeen(Visitor visitor)
    {
        await visitor.SignInAsync("equity-analyst");
        await visitor.LookAsync("home");
        await visitor.OpenAsync("/indicators?indicator=chronic-absence&year=2022&school=district&dimension=raceEthnicity&reference=all");
        await visitor.LookAsync("indicators");
        (await visitor.Page.Locator("figure svg").CountAsync()).ShouldBeGreaterThan(0);
        (await visitor.Page.Locator("table tbody tr").CountAsync()).ShouldBeGreaterThanOrEqualTo(5);
        // The sample's races are drawn at random: an honest picture says that it cannot tell
        (await visitor.TextAsync()).ShouldContain("too few", Case.Insensitive);
        // What the sample lacks is said beside what it was used for
        (await visitor.Page.Locator("section.about .usa-alert").CountAsync()).ShouldBeGreaterThanOrEqualTo(2);

        await visitor.OpenAsync("/es/indicators?indicator=chronic-absence&year=2022&school=district&dimension=raceEthnicity&reference=all");
        await visitor.LookAsync("indicators-es");
        (await visitor.Page.Locator("html").GetAttributeAsync("lang")).ShouldBe("es");
    }

    static async Task<string> AGoalIsSetOnFrozenEvidence(Visitor visitor)
    {
        await visitor.OpenAsync("/indicators?indicator=chronic-absence&year=2022&school=255901001&dimension=all&reference=all");
        await visitor.Page.Locator("form[action$='/indicators/freeze'] button").ClickAsync();
        await visitor.Page.Locator("section.evidence").WaitForAsync();
        await visitor.LookAsync("goal-new");

        // A vague goal is refused with a sentence, and nothing typed is lost
        await visitor.Page.Locator("#title").FillAsync("Our high school students come to class");
        await visitor.Page.Locator("#purpose").FillAsync("Too many students miss a month of school or more.");
        await visitor.Page.Locator("#target").FillAsync("99");
        await visitor.Page.Locator("#due").FillAsync(Day(400));
        await visitor.Page.Locator("#owner").FillAsync("Principal, Grand Bend High School");
        await Press(visitor, "Set this goal");
        await visitor.Page.Locator(".usa-alert--warning").WaitForAsync();
        (await visitor.Page.Locator("#title").InputValueAsync()).ShouldBe("Our high school students come to class");
        await visitor.LookAsync("goal-refused");

        await visitor.Page.Locator("#target").FillAsync("1");
        await Press(visitor, "Set this goal");
        await visitor.Page.WaitForURLAsync("**/goals/*done=set*");
        await visitor.LookAsync("goal");
        (await visitor.Page.Locator("figure svg").CountAsync()).ShouldBeGreaterThan(0);
        var goal = new Uri(visitor.Page.Url).Segments[^1];
        await visitor.OpenAsync("/goals");
        await visitor.LookAsync("goals");
        return goal;
    }

    static async Task APlanIsOpened(Visitor visitor, string goal)
    {
        await visitor.OpenAsync($"/goals/{goal}/plans/new");
        await visitor.LookAsync("plan-new");
        await Fill(visitor, new()
        {
            ["purpose"] = "A call home on the second day of absence",
            ["cause"] = "Families hear from us only after weeks",
            ["role1"] = "Attendance clerk",
            ["task1"] = "Calls by ten o'clock",
            ["step1"] = "Call list works every day",
            ["date1"] = Day(30),
            ["amount"] = "1",
            ["times"] = "1",
            ["start"] = Day(1),
            ["review"] = Day(60),
            ["success"] = "Chronic absence falls below 4 of 100",
            ["successShare"] = "4",
            ["successBy"] = Day(200),
            ["stop"] = "Chronic absence rises above 20 of 100",
            ["stopShare"] = "20",
            ["stopBy"] = Day(200),
        });
        await visitor.Page.Locator("#unit").SelectOptionAsync("calls");
        await visitor.Page.Locator("#per").SelectOptionAsync("day");
        await Press(visitor, "Open this plan");
        await visitor.Page.WaitForURLAsync("**/goals/*done=plan*");
        await visitor.LookAsync("goal-with-plan");
        (await visitor.TextAsync()).ShouldContain("A call home on the second day of absence");
    }

    static async Task ADecisionIsRefused(Visitor visitor, string goal)
    {
        // An educator of the school may read, and is told who decides
        await visitor.SignInAsync("educator");
        await visitor.OpenAsync($"/goals/{goal}");
        await visitor.LookAsync("goal-educator");
        (await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Decide about this plan" }).CountAsync()).ShouldBe(0);
        (await visitor.TextAsync()).ShouldContain("Deciding here is for");

        // Going around the page does not help
        using var api = new Api("grand-bend");
        var view = await api.GetAsync("equity-analyst", $"/api/interventions/v1/goals/{goal}");
        using var refused = await api.PostAsync("equity-analyst", $"/api/interventions/v1/goals/{goal}/decisions",
            new { decisionId = Guid.NewGuid(), planId = view["plans"]?[0]?["planId"]?.ToString(), kind = "stop", reason = "Because I say so.", evidenceSnapshotId = view["baseline"]?["snapshotId"]?.ToString() },
            $"\"{view["revision"]}\"");
        ((int)refused.StatusCode).ShouldBe(403, await refused.Content.ReadAsStringAsync());
        refused.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
    }

    static async Task ADecisionIsTaken(Visitor visitor, string goal)
    {
        await visitor.SignInAsync("district-leader");
        await visitor.LookAsync("home-leader");
        await visitor.OpenAsync($"/goals/{goal}");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Decide about this plan" }).ClickAsync();
        await Press(visitor, "Freeze the numbers now");
        await visitor.Page.Locator("section.evidence").WaitForAsync();
        await visitor.LookAsync("decide");
        await visitor.Page.Locator("#kind-refine").CheckAsync();
        await Fill(visitor, new() { ["reason"] = "Calls reach families, but not those who speak Spanish.", ["changes"] = "A second clerk who speaks Spanish calls too.", ["nextReview"] = Day(90) });
        await Press(visitor, "Record this decision");
        await visitor.Page.WaitForURLAsync("**/goals/*done=decision*");
        await visitor.LookAsync("goal-decided");
        (await visitor.TextAsync()).ShouldContain("Calls reach families, but not those who speak Spanish.");
    }

    static async Task<string> AReleaseIsPublished(Visitor visitor)
    {
        await visitor.SignInAsync("equity-analyst");
        await visitor.OpenAsync("/releases/new");
        await visitor.LookAsync("release-new");
        await visitor.Page.Locator("#year").SelectOptionAsync("2022");
        await visitor.Page.Locator("form[action$='/releases/new'] button").ClickAsync();
        using var api = new Api("grand-bend");
        var published = await Wait.ForAsync("a published release", TimeSpan.FromMinutes(1), async () =>
            (await api.GetAsync("equity-analyst", "/api/reporting/v1/releases?tenant=grand-bend"))["items"]?.AsArray()
                .FirstOrDefault(item => item?["state"]?.ToString() == "published" && item["schoolYear"]?.GetValue<int>() == RunningSystem.SampleYear));
        return published["releaseId"]?.ToString() ?? throw new InvalidOperationException("The release has no id.");
    }

    static async Task<string> ThePublicReads(Visitor anyone, string release)
    {
        await anyone.OpenAsync("/");
        await anyone.LookAsync("welcome");
        await anyone.OpenAsync("/releases");
        await anyone.LookAsync("releases");
        await anyone.OpenAsync($"/releases/{release}");
        await anyone.LookAsync("release");
        (await anyone.Page.Locator("td.cell-hidden").CountAsync()).ShouldBeGreaterThan(0);
        await anyone.OpenAsync($"/es/releases/{release}");
        await anyone.LookAsync("release-es");

        // The file says what the page says: the same receipts, the same numbers
        await anyone.OpenAsync($"/releases/{release}");
        var receipts = await anyone.Page.Locator("a.receipt").AllInnerTextsAsync();
        receipts.Count.ShouldBeGreaterThan(10);
        var download = await anyone.Page.RunAndWaitForDownloadAsync(() => anyone.Page.GetByRole(AriaRole.Link, new() { Name = "data.csv" }).ClickAsync());
        var csv = await File.ReadAllTextAsync(await download.PathAsync());
        receipts.Where(code => !csv.Contains(code, StringComparison.Ordinal)).ShouldBeEmpty();

        await anyone.Page.Locator("a.receipt").First.ClickAsync();
        await anyone.Page.Locator("dd.receipt").WaitForAsync();
        await anyone.LookAsync("receipt");
        (await anyone.Page.Locator("#purpose").CountAsync()).ShouldBe(0, "the way back to rows is not for everyone");
        await anyone.OpenAsync("/es/receipts/" + receipts[0]);
        await anyone.LookAsync("receipt-es");
        return receipts[0];
    }

    static async Task<string> TheNumberIsFollowedToItsRows(Visitor visitor, string receipt)
    {
        await visitor.SignInAsync("auditor");
        await visitor.OpenAsync($"/receipts/{receipt}");
        await visitor.Page.Locator("#purpose").FillAsync("Audit of the published rate");
        await visitor.Page.Locator($"form[action$='/receipts/{receipt}'] button").ClickAsync();
        await visitor.Page.Locator(".usa-alert--done").First.WaitForAsync();
        await visitor.LookAsync("receipt-rows");
        var rows = await visitor.Page.Locator("section[aria-labelledby=rows] tbody").InnerTextAsync();
        rows.ShouldContain("users.csv");
        return await visitor.Page.Locator("section[aria-labelledby=rows] tbody th").First.InnerTextAsync();
    }

    static async Task TheHistoryAnswers(Visitor visitor, string goal, string student)
    {
        await visitor.OpenAsync($"/audit?kind=goal&key={goal}");
        await visitor.LookAsync("audit-goal");
        var history = await visitor.TextAsync();
        history.ShouldContain("The goal was set", Case.Insensitive);
        history.ShouldContain("Calls reach families, but not those who speak Spanish.");
        history.ShouldContain("A decision was refused");
        history.ShouldContain("District leader");
        await visitor.OpenAsync($"/es/audit?kind=goal&key={goal}");
        await visitor.LookAsync("audit-goal-es");

        await visitor.OpenAsync("/audit");
        await visitor.Page.Locator("#studentKey").FillAsync(student);
        await visitor.Page.Locator("form[action$='/audit/student'] #purpose").FillAsync("Audit of the published rate");
        await visitor.Page.Locator("form[action$='/audit/student'] button").ClickAsync();
        await visitor.Page.Locator("ol.events li").First.WaitForAsync();
        await visitor.LookAsync("audit-student");
        var record = await visitor.TextAsync();
        record.ShouldContain("users.csv");
        record.ShouldContain("School enrollment", Case.Insensitive);
    }

    static Task Press(Visitor visitor, string name) => visitor.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    static async Task Fill(Visitor visitor, Dictionary<string, string> fields)
    {
        foreach (var (name, value) in fields)
            await visitor.Page.Locator($"#{name}").FillAsync(value);
    }

    static string Day(int fromToday) => TimeProvider.System.GetUtcNow().AddDays(fromToday).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
