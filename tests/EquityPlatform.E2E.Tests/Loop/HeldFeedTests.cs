using System.IO.Compression;
using System.Text;
using Microsoft.Playwright;

namespace EquityPlatform.E2E.Tests.Loop;

/// <summary>A file that was cut off takes nobody away: it waits for a person. Rows that were set aside can be corrected.</summary>
[Collection(BrowserGroup.Name)]
[Trait("Category", "Walk")]
public sealed class HeldFeedTests(Browser browser) : IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        using var api = new Api("grand-bend");
        await api.EnsureSampleAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_cut_off_file_is_held_shown_by_school_and_refused_with_a_reason()
    {
        var visitor = await browser.VisitorAsync();
        await visitor.SignInAsync("data-steward");
        await visitor.OpenAsync("/feeds");
        var source = await visitor.Page.Locator("#source").InputValueAsync();
        await visitor.Page.Locator("#zip").SetInputFilesAsync(new FilePayload { Name = "package.zip", MimeType = "application/zip", Buffer = CutOff() });
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync("held; waits for a person", new() { Timeout = 90_000 });
        source.ShouldNotBeEmpty();
        (await visitor.TextAsync()).ShouldContain("students, staff and family");
        (await visitor.TextAsync()).ShouldNotContain("percent done");
        await visitor.LookAsync("feed-held");
        var path = new Uri(visitor.Page.Url).AbsolutePath;
        await visitor.OpenAsync("/");
        (await visitor.TextAsync()).ShouldContain("It waits for your decision.");
        await visitor.OpenAsync(path);
        await visitor.Page.Locator("#reason").FillAsync("The export was cut off; we send it again");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Refuse it" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync("not accepted; nothing changed", new() { Timeout = 30_000 });
        (await visitor.TextAsync()).ShouldContain("A person looked at the file and refused it.");
        await visitor.LookAsync("feed-refused");
    }

    [Fact]
    public async Task A_row_that_was_set_aside_is_corrected_and_checked_again()
    {
        var visitor = await browser.VisitorAsync();
        await visitor.SignInAsync("data-steward");
        await visitor.OpenAsync("/feeds/templates");
        await visitor.LookAsync("feed-templates");
        await visitor.OpenAsync("/feeds");
        await visitor.Page.Locator("#side").SetInputFilesAsync(new FilePayload
        {
            Name = "attendance.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("userSourcedId,schoolSourcedId,date,category,portion\nstu-604822,255901001,31.11.2021,absentExcused,1\n"),
        });
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync("applied", new() { Timeout = 60_000 });
        await visitor.Page.GetByText("See and correct the rows that were set aside").ClickAsync();
        await visitor.LookAsync("feed-set-aside");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Correct attendance.csv, row 2" }).ClickAsync();
        await visitor.LookAsync("feed-correct-row");
        // There is no 31st of November: it is checked like any other row, and set aside again
        await visitor.Page.Locator("#value0").FillAsync("2021-11-31");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Check the row again" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync("applied", new() { Timeout = 60_000 });
        (await visitor.TextAsync()).ShouldContain("The date does not exist or is not plausible here.");
    }

    /// <summary>The sample's package with half of its users.</summary>
    static byte[] CutOff()
    {
        using var target = new MemoryStream();
        using (var source = ZipFile.OpenRead(RunningSystem.SamplePackage))
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in source.Entries)
            {
                using var reader = new StreamReader(entry.Open());
                var text = reader.ReadToEnd();
                using var writer = new StreamWriter(zip.CreateEntry(entry.FullName).Open());
                writer.Write(entry.FullName == "users.csv" ? text[..(text.LastIndexOf('\n', text.Length / 2) + 1)] : text);
            }
        return target.ToArray();
    }
}
