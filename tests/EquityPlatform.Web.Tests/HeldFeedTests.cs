using System.Net;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.Web.Tests;

public sealed class HeldFeedTests : IClassFixture<StandIn>
{
    private static readonly Guid Id = Guid.NewGuid();
    private static readonly DateTimeOffset At = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);
    private readonly StandIn stand;
    private string asked = "";

    public HeldFeedTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
        stand.Says($"ingestion/feeds/{Id}", Held("held")).Says($"ingestion/feeds/{Id}/issues", new FeedIssuePage([], null, null))
            .Says("indicators/schools", new[] { new SchoolSummary("s1", "Alder Elementary School") });
    }

    [Fact]
    public async Task A_held_file_says_why_what_it_would_do_and_who_decides()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync($"/feeds/{Id}");
        html.ShouldContain("This file waits for you");
        html.ShouldContain("250 of 1000 known records (students, staff and family) would end or go.");
        html.ShouldContain("<th scope=\"row\">Alder Elementary School</th>");
        html.ShouldContain("<th scope=\"row\">whole district</th>");
        html.ShouldContain("name=\"decision\" value=\"release\"");
        html.ShouldNotContain("http-equiv=\"refresh\"");
        SiteTests.ShouldBeSound(html);
        var spanish = await steward.GetStringAsync($"/es/feeds/{Id}");
        spanish.ShouldContain("250 de 1000 registros conocidos (estudiantes, personal y familia)");
        SiteTests.ShouldBeSound(spanish);

        using var leader = await stand.SignedIn(Roles.DistrictLeader);
        html = await leader.GetStringAsync($"/feeds/{Id}");
        html.ShouldContain("A data steward decides whether it goes through.");
        html.ShouldNotContain("name=\"decision\"");
    }

    [Fact]
    public async Task The_decision_goes_to_ingestion_with_its_reason()
    {
        Takes("release");
        using var steward = await stand.SignedIn(Roles.DataSteward);
        using var answer = await StandIn.Post(steward, $"/feeds/{Id}", $"/feeds/{Id}/decide", ("decision", "release"), ("reason", "Two schools were closed in June"));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe($"/feeds/{Id}");
        JsonDocument.Parse(asked).RootElement.ShouldSatisfyAllConditions(a => a.GetProperty("reason").GetString().ShouldBe("Two schools were closed in June"), a => a.GetProperty("relink").GetBoolean().ShouldBeFalse());
    }

    [Fact]
    public async Task Students_under_new_ids_are_counted_by_what_they_can_be_recognised_by_and_linked()
    {
        stand.Says($"ingestion/feeds/{Id}", Rekeyed(new(1000, new Dictionary<string, int> { ["local"] = 1, ["state"] = 940 }, 8)));
        Takes("release");
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync($"/feeds/{Id}");
        html.ShouldContain("Are they the same students under new ids?");
        html.ShouldContain("1,000 students in these files have an id that is new here. Of staff and families no numbers are kept");
        html.ShouldContain("<li>940 can be recognised by their state number.</li>");
        html.ShouldContain("<li>1 can be recognised by the local number (identifier).</li>");
        html.ShouldContain("<li>8 have numbers that do not name exactly one student who would go; they would come as new students.</li>");
        html.ShouldContain("<li>51 have no number that is known here; they would come as new students.</li>");
        html.ShouldContain("value=\"link\">Let it through and link 941 students</button>");
        html.ShouldContain("value=\"release\">Let it through as new students</button>");
        html.ShouldContain("name=\"decision\" value=\"refuse\"");
        SiteTests.ShouldBeSound(html);
        var spanish = await steward.GetStringAsync($"/es/feeds/{Id}");
        spanish.ShouldContain("Dejarlo pasar y enlazar a 941 estudiantes");
        SiteTests.ShouldBeSound(spanish);

        using var answer = await StandIn.Post(steward, $"/feeds/{Id}", $"/feeds/{Id}/decide", ("decision", "link"), ("reason", "A new student information system"));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        JsonDocument.Parse(asked).RootElement.ShouldSatisfyAllConditions(a => a.GetProperty("reason").GetString().ShouldBe("A new student information system"), a => a.GetProperty("relink").GetBoolean().ShouldBeTrue());
        stand.Says($"ingestion/feeds/{Id}", Held("applied") with { Released = true, Relinked = true });
        (await steward.GetStringAsync($"/feeds/{Id}")).ShouldContain("had students with new ids linked to the ones before");
    }

    [Fact]
    public async Task Where_no_number_is_known_nobody_can_be_linked_and_the_page_says_what_helps()
    {
        stand.Says($"ingestion/feeds/{Id}", Rekeyed(new(3, new Dictionary<string, int>(), 0)));
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync($"/feeds/{Id}");
        html.ShouldContain("<li>3 have no number that is known here; they would come as new students.</li>");
        html.ShouldContain("refuse the file and send it with the state numbers");
        html.ShouldNotContain("value=\"link\"");
        html.ShouldContain("value=\"release\">Let it through</button>");
        SiteTests.ShouldBeSound(html);
    }

    [Fact]
    public async Task A_decision_that_came_too_late_is_explained_on_the_page()
    {
        stand.Refuses($"ingestion/feeds/{Id}/refuse", 409, "feed.not-held", "This feed is not held; perhaps somebody decided before you.");
        using var steward = await stand.SignedIn(Roles.DataSteward);
        using var answer = await StandIn.Post(steward, $"/feeds/{Id}", $"/feeds/{Id}/decide", ("decision", "refuse"), ("reason", "It was cut off"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Somebody decided before you, or a later file took its place.");
    }

    [Fact]
    public async Task What_a_released_file_would_have_done_stays_on_its_page()
    {
        stand.Says($"ingestion/feeds/{Id}", Held("applied") with { Released = true });
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync($"/feeds/{Id}");
        html.ShouldContain("It was held, and a person let it through.");
        html.ShouldContain("Alder Elementary School");
        html.ShouldNotContain("This file waits for you");
    }

    [Fact]
    public async Task The_start_page_of_a_data_steward_leads_to_a_held_file()
    {
        stand.Says("ingestion/feeds", new FeedPage([Held("held")], null, null));
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/");
        html.ShouldContain("is held. It waits for your decision.");
        html.ShouldContain($"href=\"/feeds/{Id}\"");
    }

    [Fact]
    public async Task Files_that_could_not_be_finished_are_tried_again_or_refused()
    {
        var stopped = Held("held") with { Code = "feed.stopped", Hold = new([new("feed.stopped", "The service ended.", new Dictionary<string, string>())], []) };
        stand.Says($"ingestion/feeds/{Id}", stopped).Says("ingestion/feeds", new FeedPage([stopped], null, null));
        Takes("retry");
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync($"/feeds/{Id}");
        html.ShouldContain("These files could not be finished");
        html.ShouldContain("Nothing of them was applied, and later files go on.");
        html.ShouldContain("set aside; the service could not finish it");
        html.ShouldContain("name=\"decision\" value=\"retry\"");
        html.ShouldContain("name=\"decision\" value=\"refuse\"");
        html.ShouldNotContain("value=\"release\"");
        html.ShouldNotContain("value=\"give-up\"");
        SiteTests.ShouldBeSound(html);
        SiteTests.ShouldBeSound(await steward.GetStringAsync($"/es/feeds/{Id}"));
        (await steward.GetStringAsync("/")).ShouldContain("could not be finished. It waits for your decision.");
        using var answer = await StandIn.Post(steward, $"/feeds/{Id}", $"/feeds/{Id}/decide", ("decision", "retry"), ("reason", "More memory was given"));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        JsonDocument.Parse(asked).RootElement.GetProperty("reason").GetString().ShouldBe("More memory was given");
    }

    [Theory]
    [InlineData("feed.stopped-part", "The service ended several times part way through these files.")]
    [InlineData("feed.interrupted", "A fault of the platform stopped this feed part way.")]
    public async Task An_interrupted_file_is_tried_again_or_given_up(string code, string sentence)
    {
        stand.Says($"ingestion/feeds/{Id}", Held("interrupted") with { Code = code, Hold = null });
        Takes("give-up");
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync($"/feeds/{Id}");
        html.ShouldContain(sentence);
        html.ShouldContain("If you give them up, later files go on.");
        html.ShouldContain("name=\"decision\" value=\"retry\"");
        html.ShouldContain("name=\"decision\" value=\"give-up\"");
        html.ShouldNotContain("value=\"refuse\"");
        SiteTests.ShouldBeSound(html);
        SiteTests.ShouldBeSound(await steward.GetStringAsync($"/es/feeds/{Id}"));
        using var answer = await StandIn.Post(steward, $"/feeds/{Id}", $"/feeds/{Id}/decide", ("decision", "give-up"), ("reason", "A file of another district"));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        asked.ShouldContain("A file of another district");
        using var leader = await stand.SignedIn(Roles.DistrictLeader);
        (await leader.GetStringAsync($"/feeds/{Id}")).ShouldContain("A data steward decides whether they are tried again.");
        stand.Says($"ingestion/feeds/{Id}", Held("rejected") with { Code = "feed.given-up", Hold = null });
        (await leader.GetStringAsync($"/feeds/{Id}")).ShouldContain("given up part way");
    }

    [Fact]
    public async Task The_form_names_the_source_that_files_were_sent_for_and_not_the_one_that_was_read_through_an_interface()
    {
        var read = Held("applied") with { Source = "ods", Files = [new("schools.jsonl (orgs.csv)", "applied", new(3, 3, 0, 0, 0))] };
        stand.Says("ingestion/feeds", new FeedPage([read, Held("applied")], null, null));
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/feeds");
        html.ShouldContain("id=\"source\" name=\"source\" type=\"text\" maxlength=\"60\" value=\"sis\" list=\"sources\"");
        html.ShouldContain("<td>ods</td>");
        SiteTests.ShouldBeSound(html);
    }

    private static Feed Rekeyed(HoldLinks links) => Held("held") with { Code = "id.rekeyed", Hold = new([new("id.rekeyed", "", new Dictionary<string, string>())], [], links) };

    private void Takes(string decision) => stand.Says($"ingestion/feeds/{Id}/{decision}", async context =>
    {
        using var reader = new StreamReader(context.Request.Body);
        asked = await reader.ReadToEndAsync();
        await context.Response.WriteAsJsonAsync(Held("received"));
    });

    private static Feed Held(string state)
    {
        var none = new RowCounts(1000, 20, 980, 0, 250);
        return new(Id, state, 20, "sis", At, "demo:data-steward", null, 12345, new string('a', 64), false, state == "held" ? "delete.threshold" : null, null, null, none, [new("users.csv", "applied", none)],
            new FeedHold([new("delete.threshold", "250 of 1000 known records (person) would go; more than 10 % need a person's consent.", new Dictionary<string, string> { ["count"] = "250", ["known"] = "1000", ["kind"] = "person", ["limit"] = "10" })],
                [new("person", "s1", 3, 2, 240), new("session", null, 0, 1, 0)]));
    }
}
