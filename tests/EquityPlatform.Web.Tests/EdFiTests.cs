using System.Net;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.Web.Tests;

public sealed class EdFiTests : IClassFixture<StandIn>
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);
    private static readonly EdFiSource Source = new("ods", "https://ods.example.org/", "key-1", true, 60, false, new Dictionary<string, string> { ["uri://x/A#Skipped=1"] = "absentUnexcused" }, At, "demo:operator", "idle", At.AddHours(1),
        new(At, At, "partly", false, 812, Guid.Empty, 31), [new("students", "read", 812, 31, At), new("grades", "forbidden", null, 0, At), new("sections", "failed", 700, 0, At)]);
    private readonly StandIn stand;
    private string asked = "";

    public EdFiTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
        stand.Says("ingestion/ed-fi", new[] { Source, Source with { Source = "other", HasSecret = false, LastRun = null, DueAt = null, Resources = [] } }).Says("ingestion/ed-fi/ods", Takes(Source)).Says("ingestion/ed-fi/ods/run", Takes(Source with { State = "due" }));
    }

    [Fact]
    public async Task An_interface_says_in_words_how_far_it_was_read()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/feeds/ed-fi");
        html.ShouldContain("href=\"/feeds/ed-fi/of/ods\"");
        html.ShouldContain("the secret of the key is missing");
        SiteTests.ShouldBeSound(html);
        html = await steward.GetStringAsync("/feeds/ed-fi/of/ods");
        html.ShouldContain("data came, but at least one kind could not be read");
        html.ShouldContain("the key may not read it; ask your district to add it to the claim set");
        html.ShouldContain("failed; it is read again next time");
        html.ShouldContain(">812<");
        html.ShouldContain("every 60 minutes");
        html.ShouldNotContain("http-equiv=\"refresh\"");
        SiteTests.ShouldBeSound(html);
        SiteTests.ShouldBeSound(await steward.GetStringAsync("/es/feeds/ed-fi/of/ods"));

        using var auditor = await stand.SignedIn(Roles.Auditor);
        (await auditor.GetStringAsync("/feeds/ed-fi/of/ods")).ShouldNotContain("/run\"");
        stand.Says("ingestion/ed-fi/ods", Source with { State = "reading" });
        (await auditor.GetStringAsync("/feeds/ed-fi/of/ods")).ShouldContain("http-equiv=\"refresh\" content=\"5\"");
        stand.Says("ingestion/ed-fi/ods", Source with { HasSecret = false });
        (await auditor.GetStringAsync("/feeds/ed-fi/of/ods")).ShouldContain("Ingestion__EdFi__Secrets__grand-bend__ods");
    }

    [Fact]
    public async Task Settings_are_sent_as_they_stand_in_the_form_and_a_refusal_keeps_them()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/feeds/ed-fi/of/ods/settings");
        html.ShouldContain("uri://x/A#Skipped=1 = absentUnexcused");
        SiteTests.ShouldBeSound(html);
        using var saved = await StandIn.Post(steward, "/feeds/ed-fi/of/ods/settings", "/feeds/ed-fi/save", ("known", "ods"), ("source", "ods"), ("address", "https://ods.example.org/v7/"), ("key", "key-2"), ("every", ""), ("snapshot", "true"),
            ("descriptors", "uri://x/A#Skipped=1 = absentUnexcused\r\nuri://x/B#Nothing ="));
        (saved.StatusCode, saved.Headers.Location!.OriginalString).ShouldBe((HttpStatusCode.SeeOther, "/feeds/ed-fi/of/ods"));
        var sent = JsonSerializer.Deserialize<ConfigureEdFiSource>(asked, ServiceDoor.Json)!;
        (sent.BaseAddress, sent.KeyId, sent.EveryMinutes, sent.UseSnapshot).ShouldBe(("https://ods.example.org/v7/", "key-2", null, true));
        sent.Descriptors.ShouldBe(new Dictionary<string, string> { ["uri://x/A#Skipped=1"] = "absentUnexcused", ["uri://x/B#Nothing"] = "" }, ignoreOrder: true);

        asked = "";
        using var odd = await StandIn.Post(steward, "/feeds/ed-fi/new", "/feeds/ed-fi/save", ("source", "ods"), ("address", "https://ods.example.org/"), ("key", "k"), ("every", "hourly"));
        odd.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var beside = await odd.Content.ReadAsStringAsync();
        beside.ShouldContain("id=\"every-wrong\"><strong>Please check:</strong> The time between readings is 5 to 43200 minutes, or blank.");
        beside.ShouldContain("aria-describedby=\"every-hint every-wrong\"");
        SiteTests.ShouldBeSound(beside);
        asked.ShouldBeEmpty();
        stand.Refuses("ingestion/ed-fi/ods", 422, "edfi.address", "No.");
        using var refused = await StandIn.Post(steward, "/feeds/ed-fi/new", "/feeds/ed-fi/save", ("source", "ods"), ("address", "https://10.0.0.1/"), ("key", "k"), ("every", ""));
        html = await refused.Content.ReadAsStringAsync();
        html.ShouldContain("outside of the private network");
        html.ShouldContain("value=\"https://10.0.0.1/\"");
    }

    [Fact]
    public async Task A_source_is_read_now_if_somebody_asks()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        using var answer = await StandIn.Post(steward, "/feeds/ed-fi/of/ods", "/feeds/ed-fi/of/ods/run", ("complete", "true"));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        JsonDocument.Parse(asked).RootElement.GetProperty("complete").GetBoolean().ShouldBeTrue();
    }

    private Func<HttpContext, Task> Takes(EdFiSource answer) => async context =>
    {
        using var reader = new StreamReader(context.Request.Body);
        asked = await reader.ReadToEndAsync();
        await context.Response.WriteAsJsonAsync(answer);
    };
}
