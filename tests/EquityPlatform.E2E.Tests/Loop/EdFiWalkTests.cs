using EquityPlatform.EdFiServer;
using Microsoft.Playwright;

namespace EquityPlatform.E2E.Tests.Loop;

/// <summary>A person connects an Ed-Fi interface that answers, reads it, and sees the file that came of it and what was read.</summary>
[Collection(BrowserGroup.Name)]
[Trait("Category", "Walk")]
public sealed class EdFiWalkTests(Browser browser) : IAsyncLifetime
{
    const string Source = "walk-live", Key = "walk-key", Secret = "the-secret-of-the-walk";

    /// <summary>What the interface holds: nothing that numbers about students are made of, since other walks count them.</summary>
    static readonly string[] Resources = ["localEducationAgencies", "schools", "courses"];

    readonly string folder = Directory.CreateTempSubdirectory("equity-ed-fi-").FullName;
    EdFiHost? api;

    public async Task InitializeAsync()
    {
        using (var sample = new Api("grand-bend"))
            await sample.EnsureSampleAsync();
        foreach (var resource in Resources)
            File.Copy(Path.Combine(AppContext.BaseDirectory, "ed-fi", "grand-bend", $"{resource}.jsonl"), Path.Combine(folder, $"{resource}.jsonl"));
        api = await EdFiHost.StartAsync(folder, "http://127.0.0.1:0", Key, Secret);
        // As an operator does, on the server; deploy/eq e2e names the folder and lets interfaces of this machine be read
        var secrets = Directory.CreateDirectory(Path.Combine(RunningSystem.Data, "ed-fi", "grand-bend")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, Source), Secret);
    }

    public async Task DisposeAsync()
    {
        if (api is not null)
            await api.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_interface_is_connected_read_and_read_again()
    {
        var visitor = await browser.VisitorAsync();
        await visitor.SignInAsync("data-steward");
        await visitor.OpenAsync("/feeds/ed-fi/new");
        await FillAsync(visitor, every: "1");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        // What is wrong stands beside its field, and what was written is still there
        await Assertions.Expect(visitor.Page.Locator("#every-wrong")).ToContainTextAsync("5 to 43200 minutes");
        await Assertions.Expect(visitor.Page.Locator("#key")).ToHaveValueAsync(Key);
        await visitor.LookAsync("ed-fi-wrong");
        await FillAsync(visitor, every: "");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync($"Ed-Fi connection {Source}");
        (await visitor.TextAsync()).ShouldContain("It is in place.");
        await visitor.LookAsync("ed-fi-before");

        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Read now what changed" }).ClickAsync();
        await ReadAsync(visitor, "new data came and was taken over as a file");
        (await visitor.TextAsync()).ShouldContain("this interface does not have it");
        await visitor.LookAsync("ed-fi-read");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Open the file that came of it" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync("applied", new() { Timeout = 60_000 });
        (await visitor.TextAsync()).ShouldContain("courses");
        await visitor.LookAsync("ed-fi-feed");

        // Nothing changed: nothing comes; one item changed: one row
        var page = $"/feeds/ed-fi/of/{Source}";
        await visitor.OpenAsync(page);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Read now what changed" }).ClickAsync();
        await ReadAsync(visitor, "nothing had changed");
        var changed = api!.Store.Items("courses", null, null)[0].Id;
        api.Store.Change("courses", item => item["id"]?.ToString() == changed, item => item["courseTitle"] = "Algebra for the walk");
        await visitor.OpenAsync(page);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Read now what changed" }).ClickAsync();
        await ReadAsync(visitor, "new data came and was taken over as a file");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Open the file that came of it" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync("applied", new() { Timeout = 60_000 });
        (await visitor.Page.Locator("tfoot td").AllInnerTextsAsync())[1].ShouldBe("1", "one row is new or changed");

        var phone = await browser.VisitorAsync(390, script: false);
        await phone.SignInAsync("operator");
        await phone.OpenAsync($"/es{page}");
        (await phone.TextAsync()).ShouldContain("Última lectura");
    }

    async Task FillAsync(Visitor visitor, string every)
    {
        await visitor.Page.Locator("#source").FillAsync(Source);
        await visitor.Page.Locator("#address").FillAsync(api!.Address);
        await visitor.Page.Locator("#key").FillAsync(Key);
        await visitor.Page.Locator("#every").FillAsync(every);
    }

    /// <summary>The page renews itself until the reading has ended as expected.</summary>
    static Task<string> ReadAsync(Visitor visitor, string outcome) => Wait.ForAsync($"the reading to end: {outcome}", TimeSpan.FromSeconds(90), async () =>
    {
        string text;
        try
        {
            await visitor.Page.ReloadAsync();
            text = await visitor.TextAsync();
        }
        catch (PlaywrightException e) when (e.Message.Contains("Not attached to an active page", StringComparison.Ordinal) || e.Message.Contains("Execution context was destroyed", StringComparison.Ordinal))
        {
            return null; // it renewed itself in that very moment
        }
        return text.Contains(outcome, StringComparison.Ordinal) && !text.Contains("This page renews itself", StringComparison.Ordinal) ? outcome : null;
    });
}
