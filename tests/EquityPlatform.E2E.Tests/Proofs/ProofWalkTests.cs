using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace EquityPlatform.E2E.Tests.Proofs;

/// <summary>
/// A goal is set; its receipt is downloaded and checked on the site; a proof that was tampered with is refused with the reason. Then an auditor asks what changed.
/// </summary>
[Collection(BrowserGroup.Name)]
[Trait("Category", "Walk")]
public sealed class ProofWalkTests(Browser browser) : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("equity-proofs-").FullName;

    [Fact]
    public async Task A_receipt_of_a_goal_is_kept_checked_and_tampered_with()
    {
        using var api = new Api("grand-bend");
        await api.EnsureSampleAsync();
        var goal = await SetGoalAsync(api);
        var visitor = await browser.VisitorAsync();
        await visitor.SignInAsync("principal");
        await visitor.OpenAsync("/proofs");
        await visitor.LookAsync("proofs");
        (await visitor.Page.Locator("figure svg").CountAsync()).ShouldBeGreaterThan(0);
        await visitor.OpenAsync("/es/proofs");
        await visitor.LookAsync("proofs-es");

        var (proof, leaf) = await TheReceiptIsDownloaded(visitor, goal);
        await TheProofHolds(visitor, proof, leaf);
        await ATamperedProofIsRefused(visitor, proof, leaf);
        await TheAuditorSeesWhatChanged(visitor, goal);
    }

    static async Task<string> SetGoalAsync(Api api)
    {
        var evidence = Guid.NewGuid();
        using (var frozen = await api.PostAsync("equity-analyst", "/api/indicators/v1/snapshots",
            new { snapshotId = evidence, indicator = "chronic-absence", schoolYear = RunningSystem.SampleYear, school = "district", dimension = "all", group = "all" }))
            frozen.IsSuccessStatusCode.ShouldBeTrue(await frozen.Content.ReadAsStringAsync());
        var goal = Guid.NewGuid();
        using var set = await api.PostAsync("district-leader", "/api/interventions/v1/goals", new
        {
            goalId = goal,
            title = "More students in class every day",
            purpose = "Too many students miss a month of school or more.",
            indicator = "chronic-absence",
            indicatorVersion = 1,
            dimension = "all",
            group = "all",
            school = "district",
            baselineSnapshotId = evidence,
            targetTenThousandths = 100,
            dueDate = TimeProvider.System.GetUtcNow().AddDays(400).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            owner = "District office",
        });
        set.IsSuccessStatusCode.ShouldBeTrue(await set.Content.ReadAsStringAsync());
        return goal.ToString();
    }

    async Task<(string Proof, string Leaf)> TheReceiptIsDownloaded(Visitor visitor, string goal)
    {
        await visitor.OpenAsync($"/goals/{goal}");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Receipts with proofs" }).ClickAsync();
        await visitor.LookAsync("proofs-of-goal");
        await visitor.Page.Locator("ol.events a").First.ClickAsync();
        // The page asks again by itself until the log has come so far
        await visitor.Page.Locator("#keep").WaitForAsync();
        await visitor.LookAsync("proof-receipt");
        return (await DownloadAsync(visitor, "Download the proof file"), await DownloadAsync(visitor, "Download the line of the log (leaf)"));
    }

    async Task<string> DownloadAsync(Visitor visitor, string link)
    {
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync());
        var path = Path.Combine(folder, download.SuggestedFilename);
        await download.SaveAsAsync(path);
        return path;
    }

    static async Task TheProofHolds(Visitor visitor, string proof, string leaf)
    {
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Check it now" }).ClickAsync();
        await visitor.Page.Locator("section.usa-alert--done").WaitForAsync();

        await CheckAsync(visitor, "/proofs/check", proof, leaf);
        await visitor.Page.Locator("section.usa-alert--done").WaitForAsync();
        await visitor.LookAsync("proof-holds");
        (await visitor.Page.Locator("li.step--yes").CountAsync()).ShouldBe(7);
        (await visitor.TextAsync()).ShouldContain("The goal was set");
    }

    async Task ATamperedProofIsRefused(Visitor visitor, string proof, string leaf)
    {
        // Somebody makes the record look a year older
        var text = await File.ReadAllTextAsync(leaf);
        var year = JsonNode.Parse(text)?["event"]?["recorded"]?.ToString()[..4] ?? throw new InvalidOperationException("The leaf names no time.");
        var older = Path.Combine(folder, "older.leaf.json");
        await File.WriteAllTextAsync(older, text.Replace($"\"recorded\":\"{year}", $"\"recorded\":\"{int.Parse(year, System.Globalization.CultureInfo.InvariantCulture) - 1}", StringComparison.Ordinal));
        await CheckAsync(visitor, "/proofs/check", proof, older);
        await visitor.Page.Locator("section.usa-alert--warning").WaitForAsync();
        await visitor.LookAsync("proof-refused");
        (await visitor.Page.Locator("li.step--no").GetAttributeAsync("data-fault")).ShouldBe("path.root");
        (await visitor.TextAsync()).ShouldContain("Another root comes out: the leaf, a hash or the checkpoint was changed.");

        // Or an editor puts Windows line ends into the proof
        var windows = Path.Combine(folder, "windows.tlog-proof");
        await File.WriteAllTextAsync(windows, (await File.ReadAllTextAsync(proof)).Replace("\n", "\r\n", StringComparison.Ordinal));
        await CheckAsync(visitor, "/es/proofs/check", windows, leaf);
        await visitor.Page.Locator("section.usa-alert--warning").WaitForAsync();
        await visitor.LookAsync("proof-refused-es");
        (await visitor.TextAsync()).ShouldContain("La línea 1 termina con retorno de carro");
    }

    static async Task CheckAsync(Visitor visitor, string page, string proof, string leaf)
    {
        await visitor.OpenAsync(page);
        await visitor.Page.Locator("#proofFile").SetInputFilesAsync(proof);
        await visitor.Page.Locator("#leafFile").SetInputFilesAsync(leaf);
        await visitor.Page.Locator("form[action$='/proofs/check'] button[type=submit]").ClickAsync();
        await visitor.Page.Locator("ol.steps").WaitForAsync();
    }

    static async Task TheAuditorSeesWhatChanged(Visitor visitor, string goal)
    {
        await visitor.SignInAsync("auditor");
        await visitor.OpenAsync("/audit/changes?service=interventions");
        await visitor.LookAsync("changes-empty");
        await visitor.Page.Locator("#since").FillAsync("0");
        await visitor.Page.Locator("#purpose").FillAsync("Audit of this year's goals");
        await visitor.Page.Locator("form.box button").ClickAsync();
        await visitor.Page.Locator("#changes").WaitForAsync();
        await visitor.LookAsync("changes");
        // Goals of other tests may stand before this one
        while (!(await visitor.TextAsync()).Contains($"goal-{goal}", StringComparison.Ordinal))
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Next changes" }).ClickAsync();
            await visitor.Page.Locator("#changes").WaitForAsync();
        }
        var row = visitor.Page.Locator("tbody tr", new() { HasText = $"goal-{goal}" }).First;
        (await row.InnerTextAsync()).ShouldContain("The goal was set: More students in class every day");
        (await row.InnerTextAsync()).ShouldContain("District leader");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
