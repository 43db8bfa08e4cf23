using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace EquityPlatform.E2E.Tests;

/// <summary>One Chromium for all tests of the walk.</summary>
public sealed class Browser : IAsyncLifetime
{
    static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    IPlaywright? playwright;
    IBrowser? chromium;

    public async Task InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = RunningSystem.Chromium, Headless = true, Args = Flags });
    }

    /// <summary>A visitor of their own: own cookies, nobody signed in.</summary>
    /// <param name="script">False: a browser that runs no scripts.</param>
    public async Task<Visitor> VisitorAsync(int width = 1280, bool script = true)
    {
        var context = await (chromium ?? throw new InvalidOperationException("The browser is not started.")).NewContextAsync(new()
        {
            BaseURL = RunningSystem.Site.ToString(),
            ViewportSize = new() { Width = width, Height = 1400 },
            AcceptDownloads = true,
            Locale = "en-US",
            JavaScriptEnabled = script,
        });
        context.SetDefaultTimeout(20_000);
        return new Visitor(await context.NewPageAsync());
    }

    public async Task DisposeAsync()
    {
        if (chromium is not null)
            await chromium.CloseAsync();
        playwright?.Dispose();
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserGroup : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}

/// <summary>A person at the browser. Each page that is looked at is checked for accessibility.</summary>
public sealed class Visitor(IPage page)
{
    static readonly string[] Wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

    public IPage Page => page;

    public async Task SignInAsync(string role)
    {
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in");
        await page.Locator($"button[name=role][value={role}]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).WaitForAsync();
    }

    /// <summary>Opens a path; answers with its status.</summary>
    public async Task<int> OpenAsync(string path) => (await page.GotoAsync(path))?.Status ?? 0;

    /// <summary>Takes a picture and lets axe look for what keeps people with disabilities out.</summary>
    public async Task LookAsync(string name)
    {
        await page.ScreenshotAsync(new() { Path = Path.Combine(RunningSystem.Pictures, $"{name}.png"), FullPage = true });
        var result = await page.RunAxe(new() { RunOnly = new() { Type = "tag", Values = [.. Wcag] } });
        result.Violations.Select(found => $"{found.Id}: {found.Help} at {string.Join(" | ", found.Nodes.Take(3).Select(node => node.Target?.ToString()))}")
            .ShouldBeEmpty($"accessibility of {name} ({page.Url})");
        (await page.Locator("h1").CountAsync()).ShouldBe(1, $"{name} needs one main heading");
    }

    public async Task<string> TextAsync() => await page.Locator("main").InnerTextAsync();
}
