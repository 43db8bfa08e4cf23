using System.Text;
using Microsoft.Playwright;

namespace EquityPlatform.E2E.Tests.Loop;

/// <summary>What a data clerk does beside sending files: see what is wrong and missing, teach the platform a file of another system, connect an interface.</summary>
[Collection(BrowserGroup.Name)]
[Trait("Category", "Walk")]
public sealed class DataClerkTests(Browser browser) : IAsyncLifetime
{
    const int Phone = 390;

    public async Task InitializeAsync()
    {
        using var api = new Api("grand-bend");
        await api.EnsureSampleAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Findings_say_whose_task_they_are_and_silence_is_missing()
    {
        var visitor = await browser.VisitorAsync();
        await visitor.SignInAsync("data-steward");
        await SendAsync(visitor, "attendance.csv", "userSourcedId,schoolSourcedId,date,category,portion\nstu-604822,255901001,31.11.2021,absentExcused,1\nstu-604823,255901001,2.12.2021,absentExcused,1\n");
        await Assertions.Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync("applied", new() { Timeout = 60_000 });
        await visitor.Page.GetByText("Count these remarks by file and school").ClickAsync();
        await visitor.LookAsync("feed-quality");
        await visitor.Page.GetByText("What is wrong with our data, and what is missing?").ClickAsync();
        await visitor.LookAsync("quality");
        (await visitor.TextAsync()).ShouldContain("School office");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Change who must act: attendance.csv, date.format" }).ClickAsync();
        await visitor.LookAsync("quality-assign");
        await visitor.Page.GetByLabel("Data steward").CheckAsync();
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("main")).ToContainTextAsync("said by Data steward");

        await visitor.Page.GetByText("See which schools and weeks sent nothing").ClickAsync();
        await Wait.ForAsync("the days to be counted", TimeSpan.FromSeconds(60), async () =>
        {
            await visitor.Page.ReloadAsync();
            return await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "By week: Grand Bend High School" }).CountAsync() > 0 ? "counted" : null;
        });
        await visitor.LookAsync("completeness");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "By week: Grand Bend High School" }).ClickAsync();
        await visitor.LookAsync("completeness-weeks");
        (await visitor.TextAsync()).ShouldContain("nothing came");

        var phone = await browser.VisitorAsync(Phone);
        await phone.SignInAsync("district-leader");
        await phone.OpenAsync("/feeds/quality");
        await phone.LookAsync("quality-phone");
        await phone.OpenAsync("/es/feeds/quality/completeness");
        await phone.LookAsync("completeness-phone");
        (await phone.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue("the page is no wider than the phone");
    }

    [Fact]
    public async Task A_file_of_another_system_is_described_tried_saved_and_read()
    {
        const string Scores = "Student;Test day;Points\nstu-604822;1/14/2022;415\nstu-604823;1/14/2022;388\nnobody;1/14/2022;401\n";
        var visitor = await browser.VisitorAsync();
        await visitor.SignInAsync("data-steward");
        await visitor.OpenAsync("/feeds/mappings");
        await visitor.LookAsync("mappings");
        await visitor.Page.Locator("#file").SetInputFilesAsync(File(Scores));
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Show its columns" }).ClickAsync();
        (await visitor.TextAsync()).ShouldContain("stu-604822");
        await visitor.LookAsync("mapping-look");
        await visitor.Page.Locator("#start").SelectOptionAsync("new:assessments.csv");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await visitor.Page.Locator("[id='t0.c.userSourcedId.from']").SelectOptionAsync("c:Student");
        await visitor.Page.Locator("[id='t0.c.assessmentId.from']").SelectOptionAsync("=");
        await visitor.Page.Locator("[id='t0.c.assessmentId.text']").FillAsync("walk-points");
        await visitor.Page.Locator("[id='t0.c.date.from']").SelectOptionAsync("c:Test day");
        await visitor.Page.GetByText("Dates, codes and parts: Day", new() { Exact = true }).ClickAsync();
        await visitor.Page.Locator("[id='t0.c.date.dates']").SelectOptionAsync("M/d/yyyy");
        await visitor.Page.Locator("[id='t0.c.result.from']").SelectOptionAsync("c:Points");
        await visitor.LookAsync("mapping-edit");
        await visitor.Page.Locator("#file").SetInputFilesAsync(File(Scores));
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await visitor.LookAsync("mapping-tried");
        (await visitor.TextAsync()).ShouldContain("What would come of it");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Save it for" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("main")).ToContainTextAsync("walk-scores");

        var phone = await browser.VisitorAsync(Phone, script: false);
        await phone.SignInAsync("data-steward");
        await phone.OpenAsync(new Uri(visitor.Page.Url).PathAndQuery);
        await phone.Page.GetByRole(AriaRole.Link, new() { Name = "Change walk-scores" }).First.ClickAsync();
        await phone.Page.ScreenshotAsync(new() { Path = Path.Combine(RunningSystem.Pictures, "mapping-edit-phone.png"), FullPage = true });
        // Without script the file is sent all the same, and its page renews itself
        await phone.OpenAsync("/feeds");
        await phone.Page.Locator("#side").SetInputFilesAsync(File(Scores));
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Assertions.Expect(phone.Page.Locator(".status strong")).ToHaveTextAsync("applied", new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task An_interface_is_connected_and_says_what_is_missing()
    {
        var visitor = await browser.VisitorAsync();
        await visitor.SignInAsync("operator");
        await visitor.OpenAsync("/feeds/ed-fi/new");
        await visitor.LookAsync("ed-fi-new");
        await visitor.Page.Locator("#source").FillAsync("walk-ods");
        await visitor.Page.Locator("#address").FillAsync("https://ods.example.org/v7/");
        await visitor.Page.Locator("#key").FillAsync("a-key");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Ed-Fi connection walk-ods");
        (await visitor.TextAsync()).ShouldContain("Ingestion__EdFi__Secrets__");
        await visitor.LookAsync("ed-fi-source");
        await visitor.OpenAsync("/feeds/ed-fi");
        await visitor.LookAsync("ed-fi");
        (await visitor.TextAsync()).ShouldContain("the secret of the key is missing");
    }

    static async Task SendAsync(Visitor visitor, string name, string text)
    {
        await visitor.OpenAsync("/feeds");
        await visitor.Page.Locator("#side").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) });
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
    }

    static FilePayload File(string text) => new() { Name = "walk-scores.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) };
}
