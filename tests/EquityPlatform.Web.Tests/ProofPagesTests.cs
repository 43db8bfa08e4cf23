using System.Net;
using System.Text.Json;
using EquityPlatform.Contracts;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.Web.Tests;

public sealed class ProofPagesTests : IClassFixture<StandIn>
{
    private const string Log = "audit/interventions/grand-bend";
    private static readonly Guid Goal = Guid.NewGuid();
    private static readonly Guid Event = Guid.NewGuid();
    private static readonly string Leaf = $$$"""{"event":{"id":"{{{Event}}}","position":"77","recorded":"2026-11-21T08:00:00.000123Z","schema":1,"stream":"goal-{{{Goal}}}","type":"goal-set","version":"1"},"index":"1"}""";
    private const string Note = "localhost/audit/interventions/grand-bend\n3\nPBsxpUdRc261KU0ZPQ2SWU2/z15IqLfn71IM5g15bQs=\n\n\u2014 localhost/audit/interventions/grand-bend AAAA\n\u2014 witness.example.org/state BBBB\n";
    private const string Proof = "c2sp.org/tlog-proof@v1\nindex 1\nPBsxpUdRc261KU0ZPQ2SWU2/z15IqLfn71IM5g15bQs=\n\n" + Note;

    private readonly StandIn stand;
    private string asked = "";

    public ProofPagesTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
        foreach (var service in AuditLogClient.Services)
            stand.Refuses($"audit/{service}/grand-bend/checkpoint", 404, "audit.not-there", "Nothing has been signed yet.");
        stand.Says($"{Log}/checkpoint", Text(Note)).Says($"{Log}/vkey", Text("localhost/audit/interventions/grand-bend+00000000+AAAA\n"))
            .Says($"{Log}/growth", new[] { new LogSize(1, Day(1)), new LogSize(3, Day(21)) })
            .Says($"{Log}/proof/inclusion", Text(Proof)).Says($"{Log}/leaf/1", Text(Leaf))
            .Says($"{Log}/streams/goal-{Goal}", new[] { new LoggedEvent(Event, "goal-set/1", 1, 77, Day(21), Goal.ToString()) })
            .Says($"interventions/streams/goal-{Goal}/events", new
            {
                stream = $"goal-{Goal}",
                events = new[] { new StoredEvent(77, 1, Event, "goal-set/1", Day(21), "demo:principal", "Because days matter", null, null, JsonSerializer.SerializeToElement(new { title = "More days in class" })) },
            });
    }

    [Fact]
    public async Task The_logs_are_shown_with_checkpoint_growth_keys_and_meaning()
    {
        using var browser = await stand.SignedIn(Roles.CommunityMember);
        var html = await browser.GetStringAsync("/proofs");
        html.ShouldContain("How you can tell that nothing was changed in secret");
        html.ShouldContain("The log of goals and decisions grew to 3 events");
        html.ShouldContain("witness.example.org/state");
        html.ShouldContain("PBsxpUdRc261…");
        html.ShouldContain("localhost/audit/interventions/grand-bend&#x2B;00000000&#x2B;AAAA");
        html.ShouldContain("<td class=\"num\">3</td>");
        System.Text.RegularExpressions.Regex.Count(html, "Nothing has been signed in this log yet").ShouldBe(3);
        html.ShouldNotContain("/audit/changes");
        SiteTests.ShouldBeSound(html);
        SiteTests.ShouldBeSound(await browser.GetStringAsync("/es/proofs"));
    }

    [Fact]
    public async Task A_receipt_shows_the_event_in_words_to_those_who_may_read_it_and_its_place_to_all()
    {
        using (var analyst = await stand.SignedIn(Roles.EquityAnalyst))
        {
            var html = await analyst.GetStringAsync($"/proofs/interventions/events/{Event}");
            html.ShouldContain("The goal was set: More days in class");
            html.ShouldContain("Because days matter");
            html.ShouldContain("It is event number 2 of 3 in the log of goals and decisions.");
            SiteTests.ShouldBeSound(html);
        }
        using var principal = await stand.SignedIn(Roles.Principal);
        stand.Asked.Clear();
        var receipt = await principal.GetStringAsync($"/proofs/interventions/events/{Event}");
        receipt.ShouldContain(">The goal was set<");
        receipt.ShouldNotContain("More days in class");
        receipt.ShouldContain($"href=\"/goals/{Goal}\"");
        receipt.ShouldContain("Here your role sees that it happened, and when.");
        stand.Asked.ShouldAllBe(a => a.Path.StartsWith("audit/"));
    }

    [Fact]
    public async Task Files_are_handed_on_byte_by_byte()
    {
        using var browser = await stand.SignedIn(Roles.Principal);
        using var proof = await browser.GetAsync($"/proofs/interventions/events/{Event}/proof?size=3");
        (await proof.Content.ReadAsStringAsync()).ShouldBe(Proof);
        proof.Content.Headers.ContentDisposition!.FileName.ShouldBe("interventions-1.tlog-proof");
        stand.Asked.Select(a => a.Path).ShouldContain($"{Log}/proof/inclusion?event={Event}&size=3");
        using var leaf = await browser.GetAsync($"/proofs/interventions/events/{Event}/leaf");
        (await leaf.Content.ReadAsStringAsync()).ShouldBe(Leaf);
    }

    [Fact]
    public async Task A_decision_leads_to_the_receipt_of_its_event_and_a_goal_to_all_of_its_own()
    {
        using var browser = await stand.SignedIn(Roles.Principal);
        using var one = await browser.GetAsync($"/es/proofs/interventions/streams/goal-{Goal}?of={Goal}");
        one.Headers.Location!.OriginalString.ShouldBe($"/es/proofs/interventions/events/{Event}");
        var html = await browser.GetStringAsync($"/proofs/interventions/streams/goal-{Goal}");
        html.ShouldContain($"href=\"/proofs/interventions/events/{Event}\"");
        SiteTests.ShouldBeSound(html);
    }

    [Fact]
    public async Task An_event_that_the_log_has_not_reached_asks_for_a_moment()
    {
        stand.Refuses($"{Log}/proof/inclusion", 404, "audit.not-there", "Not yet.");
        using var browser = await stand.SignedIn(Roles.Principal);
        using var answer = await browser.GetAsync($"/proofs/interventions/events/{Event}");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("This event is not in the log yet.");
        html.ShouldContain("http-equiv=\"refresh\"");
    }

    [Fact]
    public async Task Every_step_of_a_check_is_said_in_words_with_what_is_wrong()
    {
        Answers(new("no", [
            new("proof", "yes", null, new Dictionary<string, string> { ["index"] = "1", ["hashes"] = "2", ["size"] = "3" }),
            new("signature", "no", "signature.bad", new Dictionary<string, string> { ["key"] = "6b58270d" }),
            new("event", "not-checked", null, new Dictionary<string, string>())], null));
        using var browser = await stand.SignedIn(Roles.CommunityMember);
        using var answer = await StandIn.Post(browser, "/proofs/check", "/proofs/check", ("proof", Proof.Replace("\n", "\r\n").TrimEnd()), ("leaf", Leaf + "\r\n"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("This proof does not hold.");
        html.ShouldContain("Place 1, hashes: 2, events under the checkpoint: 3.");
        html.ShouldContain("The signature of key 6b58270d does not fit the text");
        html.ShouldContain("data-step=\"signature\" data-fault=\"signature.bad\"");
        SiteTests.ShouldBeSound(html);
        // Line ends and the last line are the browser's doing: they are put right before the check
        var sent = JsonElement.Parse(asked);
        (sent.GetProperty("proof").GetString(), sent.GetProperty("leaf").GetString()).ShouldBe((Proof, Leaf));
    }

    [Fact]
    public async Task An_uploaded_file_is_checked_byte_by_byte()
    {
        Answers(new("no", [new("proof", "no", "proof.line-end", new Dictionary<string, string> { ["line"] = "1" })], null));
        using var browser = await stand.SignedIn(Roles.CommunityMember);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(await StandIn.TokenOf(browser, "/es/proofs/check")), "__RequestVerificationToken" },
            { new StringContent(""), "proof" },
            { new StringContent(Leaf), "leaf" },
            { new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(Proof.Replace("\n", "\r\n"))), "proofFile", "windows.tlog-proof" },
        };
        using var answer = await browser.PostAsync("/es/proofs/check", form);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("La línea 1 termina con retorno de carro");
        JsonElement.Parse(asked).GetProperty("proof").GetString().ShouldBe(Proof.Replace("\n", "\r\n"));
    }

    [Fact]
    public async Task A_proof_that_holds_shows_its_event_to_those_who_may_read_it()
    {
        Answers(new("yes", [new("proof", "yes", null, new Dictionary<string, string>())], new(Event, "goal-set", 1, $"goal-{Goal}", 1, 77, Day(21))));
        using var browser = await stand.SignedIn(Roles.Auditor);
        using var answer = await StandIn.Post(browser, "/proofs/check", "/proofs/check", ("proof", Proof), ("leaf", Leaf));
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("This proof holds.");
        html.ShouldContain("The goal was set: More days in class");
    }

    [Fact]
    public async Task Changes_since_a_day_need_a_purpose_and_go_on_from_page_to_page()
    {
        var line = JsonSerializer.Serialize(new
        {
            index = "5",
            @event = new { id = Event, type = "goal-set", schema = 1, stream = $"goal-{Goal}", version = "1", position = "77", recorded = "2026-11-21T08:00:00.000123Z" },
            @public = new { title = "More days in class" },
            meta = new { user = "demo:principal", reason = "Because days matter", source = new { feed = Goal, file = "goals.csv", row = 12 } },
            @sealed = (object?)null,
        }) + "\n";
        stand.Says($"{Log}/checkpoint", Text(Note.Replace("\n3\n", "\n205\n"))).Says($"{Log}/checkpoints/before", new LogSize(5, Day(20))).Says($"{Log}/events", Text(string.Concat(Enumerable.Repeat(line, 100))));
        using var browser = await stand.SignedIn(Roles.Auditor);
        using (var none = await StandIn.Post(browser, "/audit/changes", "/audit/changes", ("service", "interventions"), ("since", "2026-11-20")))
            none.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using (var unclear = await StandIn.Post(browser, "/audit/changes", "/audit/changes", ("service", "interventions"), ("since", "last week"), ("purpose", "Yearly audit")))
            (await unclear.Content.ReadAsStringAsync()).ShouldContain("Give a day as 2026-09-01");
        using (var ahead = await StandIn.Post(browser, "/audit/changes", "/audit/changes", ("service", "interventions"), ("since", "206"), ("purpose", "Yearly audit")))
            (await ahead.Content.ReadAsStringAsync()).ShouldContain("The log has not come so far");

        using var answer = await StandIn.Post(browser, "/audit/changes", "/audit/changes", ("service", "interventions"), ("since", "2026-11-20"), ("purpose", "Yearly audit"));
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("Changes in the log of goals and decisions: 200 changes");
        html.ShouldContain("Shown: 1 to 100 of 200");
        html.ShouldContain("The goal was set: More days in class");
        html.ShouldContain("goals.csv, row 12");
        html.ShouldContain("Because days matter");
        html.ShouldContain("name=\"from.interventions\" value=\"105\"");
        SiteTests.ShouldBeSound(html);
        stand.Asked.Select(a => a.Path).ShouldContain($"{Log}/events?from=5&to=105&purpose=Yearly%20audit");

        // Looking adds to the log; the end stays where it was
        using var next = await StandIn.Post(browser, "/audit/changes", "/audit/changes", ("service", "interventions"), ("since", "2026-11-20"), ("purpose", "Yearly audit"), ("first.interventions", "5"), ("from.interventions", "105"), ("to.interventions", "205"));
        html = await next.Content.ReadAsStringAsync();
        html.ShouldContain("Shown: 101 to 200 of 200");
        html.ShouldNotContain("name=\"from.");
    }

    [Fact]
    public async Task Changes_of_all_logs_stand_in_the_order_of_time()
    {
        string Line(int index, int minute, string title) => JsonSerializer.Serialize(new
        {
            index = $"{index}",
            @event = new { id = Guid.NewGuid(), type = "goal-set", schema = 1, stream = $"goal-{Goal}", version = "1", position = $"{index + 1}", recorded = $"2026-11-21T08:{minute:00}:00.000000Z" },
            @public = new { title },
            meta = new { user = "demo:principal" },
            @sealed = (object?)null,
        }) + "\n";
        stand.Says($"{Log}/checkpoint", Text(Note.Replace("\n3\n", "\n65\n"))).Says($"{Log}/checkpoints/before", new LogSize(5, Day(20)))
            .Says($"{Log}/events", Text(string.Concat(Enumerable.Range(5, 60).Select(i => Line(i, i - 5, $"Goal {i}")))));
        stand.Says("audit/reporting/grand-bend/checkpoint", Text(Note.Replace("interventions", "reporting").Replace("\n3\n", "\n100\n"))).Says("audit/reporting/grand-bend/checkpoints/before", new LogSize(40, Day(20)))
            .Says("audit/reporting/grand-bend/events", Text(string.Concat(Enumerable.Range(40, 60).Select(i => Line(i, i - 40, $"Report {i}")))));
        foreach (var silent in new[] { "ingestion", "indicators" })
            stand.Refuses($"audit/{silent}/grand-bend/checkpoints/before", 404, "audit.not-there", "Nothing has been signed yet.");
        using var browser = await stand.SignedIn(Roles.Auditor);
        using (var number = await StandIn.Post(browser, "/audit/changes", "/audit/changes", ("service", "all"), ("since", "5"), ("purpose", "Yearly audit")))
            (await number.Content.ReadAsStringAsync()).ShouldContain("A number of events belongs to one log");

        using var answer = await StandIn.Post(browser, "/audit/changes", "/audit/changes", ("service", "all"), ("since", "2026-11-20"), ("purpose", "Yearly audit"));
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("Changes in all logs: 120 changes");
        html.ShouldContain("Shown: 1 to 100 of 120");
        html.IndexOf("Goal 6", StringComparison.Ordinal).ShouldBeGreaterThan(html.IndexOf("Report 40", StringComparison.Ordinal));
        html.IndexOf("Goal 6", StringComparison.Ordinal).ShouldBeLessThan(html.IndexOf("Report 42", StringComparison.Ordinal));
        html.ShouldContain("name=\"from.interventions\" value=\"55\"");
        html.ShouldContain("name=\"from.reporting\" value=\"90\"");
        html.ShouldContain("name=\"to.ingestion\" value=\"0\"");
        html.ShouldContain("/proofs/reporting/events/");
        SiteTests.ShouldBeSound(html);
    }

    [Fact]
    public async Task Changes_are_for_auditors_and_operators()
    {
        using var browser = await stand.SignedIn(Roles.EquityAnalyst);
        using var answer = await browser.GetAsync("/audit/changes");
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var nobody = stand.Browser();
        foreach (var path in new[] { "/proofs", "/proofs/check", "/audit/changes", $"/proofs/interventions/events/{Event}", $"/proofs/interventions/streams/goal-{Goal}" })
        {
            using var away = await nobody.GetAsync(path);
            away.StatusCode.ShouldBe(HttpStatusCode.SeeOther, path);
        }
        using var unknown = await browser.GetAsync($"/proofs/payroll/events/{Event}");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public void Every_fault_that_a_check_can_find_has_words()
    {
        var codes = new[] { "ProofCheck.cs", "ProofFile.cs", "LeafForm.cs" }
            .SelectMany(file => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(Path.Combine(StandIn.RepositoryRoot, "services/EventSourcing/AuditLog", file)), "\"((?:proof|note|leaf|place|path|signature|checkpoint|witnesses|event)\\.[a-z-]+)\"")
                .Select(match => match.Groups[1].Value)).Where(code => !code.StartsWith("event.json", StringComparison.Ordinal)).ToHashSet();
        codes.Count.ShouldBeGreaterThan(30);
        codes.ShouldBe(ProofStepTexts.Faults.Keys, ignoreOrder: true);
    }

    [Fact]
    public async Task Growth_is_drawn_as_steps_that_never_fall()
    {
        var growth = LogGrowth.Of(Language.English, "ingestion", [new(0, Day(1)), new(1200, Day(3)), new(1234, Day(9))])!;
        growth.Ticks.ShouldBe([0, 500, 1000, 1500]);
        var svg = System.Xml.Linq.XElement.Parse(await Pictures.Render<Web.Charts.LogGrowthChart>(new() { ["Model"] = growth }));
        var heights = svg.Descendants("polyline").Single().Attribute("points")!.Value.Split(' ').Select(p => double.Parse(p.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        heights.Length.ShouldBe(5);
        heights.Zip(heights.Skip(1)).ShouldAllBe(pair => pair.Second <= pair.First);
        LogGrowth.Of(Language.English, "ingestion", []).ShouldBeNull();
        foreach (var size in new long[] { 0, 1, 4, 5, 9, 10, 49, 50, 99, 12_345, 9_999_999 })
            LogGrowth.Of(Language.Spanish, "ingestion", [new(size, Day(1))])!.Top.ShouldBeGreaterThanOrEqualTo(Math.Max(1, size));
    }

    private void Answers(ProofVerdict verdict) => stand.Says($"{Log}/check", async context =>
    {
        using var reader = new StreamReader(context.Request.Body);
        asked = await reader.ReadToEndAsync();
        await context.Response.WriteAsJsonAsync(verdict);
    });

    private static Func<HttpContext, Task> Text(string text) => context => context.Response.WriteAsync(text);

    private static DateTimeOffset Day(int day) => new(2026, 11, day, 8, 0, 0, TimeSpan.Zero);
}
