using System.Text;
using Microsoft.Playwright;

namespace EquityPlatform.E2E.Tests.Loop;

/// <summary>What goes wrong is said on the page, and nothing that was there is lost.</summary>
[Collection(BrowserGroup.Name)]
[Trait("Category", "Walk")]
public sealed class BadFeedTests(Browser browser) : IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        using var api = new Api("grand-bend");
        await api.EnsureSampleAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Bad_rows_are_listed_with_file_row_and_reason()
    {
        var before = await Numbers();
        var visitor = await browser.VisitorAsync();
        await visitor.SignInAsync("data-steward");
        await visitor.OpenAsync("/feeds");
        await visitor.Page.Locator("#side").SetInputFilesAsync(new FilePayload
        {
            Name = "attendance.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("""
                userSourcedId,schoolSourcedId,date,category,portion
                stu-nobody,255901001,2021-09-01,absentExcused,1
                stu-604822,255901001,31.12.2021,absentExcused,1
                stu-604822,255901001,2021-09-02,partial,

                """),
        });
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync("applied", new() { Timeout = 60_000 });
        await visitor.LookAsync("feed-issues");
        var rows = visitor.Page.Locator("section[aria-labelledby=issues] tbody tr");
        (await rows.CountAsync()).ShouldBeGreaterThanOrEqualTo(3);
        (await rows.First.InnerTextAsync()).ShouldContain("attendance.csv");
        await visitor.OpenAsync(new Uri(visitor.Page.Url).AbsolutePath.Insert(0, "/es"));
        await visitor.LookAsync("feed-issues-es");
        (await Numbers()).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_that_is_no_zip_is_refused_in_words()
    {
        var before = await Numbers();
        var visitor = await browser.VisitorAsync();
        await visitor.SignInAsync("data-steward");
        await visitor.OpenAsync("/feeds");
        await visitor.Page.Locator("#zip").SetInputFilesAsync(new FilePayload { Name = "package.zip", MimeType = "application/zip", Buffer = "not a zip"u8.ToArray() });
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await visitor.Page.Locator(".usa-alert--warning").First.WaitForAsync(new() { Timeout = 60_000 });
        await visitor.LookAsync("feed-not-a-zip");
        (await Numbers()).ShouldBe(before);
    }

    static async Task<string> Numbers()
    {
        using var api = new Api("grand-bend");
        return (await api.GetAsync("district-leader", $"/api/indicators/v1/values?indicator=chronic-absence&schoolYear={RunningSystem.SampleYear}"))["cells"]?.ToJsonString() ?? "";
    }
}
