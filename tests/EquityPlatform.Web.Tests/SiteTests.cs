using System.Net;
using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Web.Tests;

public sealed partial class SiteTests : IClassFixture<StandIn>
{
    private readonly StandIn stand;

    public SiteTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
    }

    [Theory]
    [InlineData("/", "en", "Schools that serve every student well")]
    [InlineData("/es", "es", "Escuelas que sirven bien a cada estudiante")]
    [InlineData("/es/sign-in", "es", "Entrar")]
    [InlineData("/accessibility", "en", "Accessibility")]
    [InlineData("/es/language", "es", "Idiomas")]
    public async Task Public_pages_answer_in_both_languages_without_sign_in(string path, string language, string title)
    {
        using var browser = stand.Browser();
        var html = await browser.GetStringAsync(path);

        html.ShouldContain($"<html lang=\"{language}\"");
        html.ShouldContain($"<h1>{title}</h1>");
        ShouldBeSound(html);
    }

    [Fact]
    public async Task The_language_switch_stays_on_the_page()
    {
        using var browser = stand.Browser();
        (await browser.GetStringAsync("/es/sign-in?returnTo=%2Fgoals")).ShouldContain("href=\"/sign-in?returnTo=%2Fgoals\"");
    }

    [Fact]
    public async Task Inner_pages_lead_to_sign_in_and_back()
    {
        stand.Refuses("indicators/indicators", 401, "auth.required", "Sign in first.");
        using var browser = stand.Browser();
        using var answer = await browser.GetAsync("/es/indicators?year=2011");

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe("/es/sign-in?returnTo=%2Findicators%3Fyear%3D2011");
        using var signedIn = await StandIn.Post(browser, "/es/sign-in?returnTo=%2Findicators%3Fyear%3D2011", "/es/sign-in", ("role", "principal"), ("returnTo", "/indicators?year=2011"));
        signedIn.Headers.Location!.OriginalString.ShouldBe("/es/indicators?year=2011");
    }

    [Fact]
    public async Task Services_are_asked_with_the_visitors_own_token()
    {
        using var browser = await stand.SignedIn(Roles.EquityAnalyst);
        await browser.GetStringAsync("/");

        stand.Asked.ShouldAllBe(a => a.Token != null && a.Token.StartsWith("Bearer ey"));
        var claims = System.Text.Encoding.UTF8.GetString(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(stand.Asked.First().Token!.Split('.')[1]));
        claims.ShouldContain("\"equity-analyst\"");
        claims.ShouldContain("\"grand-bend\"");
    }

    [Fact]
    public async Task Signing_out_forgets_the_token()
    {
        using var browser = await stand.SignedIn(Roles.Principal);
        using var answer = await StandIn.Post(browser, "/accessibility", "/sign-out");

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await browser.GetStringAsync("/")).ShouldContain("href=\"/sign-in\"");
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/sign-out")]
    [InlineData("/indicators/freeze")]
    [InlineData("/releases/new")]
    [InlineData("/audit/student")]
    public async Task A_post_without_the_forms_token_is_refused_calmly(string path)
    {
        using var browser = await stand.SignedIn(Roles.DistrictLeader);
        stand.Asked.Clear();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("role", "auditor")]);
        using var answer = await browser.PostAsync(path, form);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("The form was open too long");
        stand.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_address_is_a_calm_page()
    {
        using var browser = stand.Browser();
        using var answer = await browser.GetAsync("/es/nada");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("No encontramos esta página");
        ShouldBeSound(html);
    }

    [Fact]
    public async Task A_service_that_is_down_is_said_and_the_rest_is_shown()
    {
        stand.Refuses("indicators/attention", 503, "service.unreachable", "down").Says("indicators/schools", Array.Empty<SchoolSummary>())
            .Says("interventions/attention", new AttentionList(new(2026, 11, 21), [new("goalWithoutPlan", Guid.NewGuid(), null, "More days in class", "district", "all", "all", "Principal", new(2026, 11, 1), -20)]));
        using var browser = await stand.SignedIn(Roles.Principal);
        using var answer = await browser.GetAsync("/");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("indicators does not answer");
        html.ShouldContain("“More days in class” has had no plan since November 1, 2026.");
    }

    [Fact]
    public async Task A_refusal_by_role_names_who_may()
    {
        stand.Refuses("ingestion/feeds", 403, "auth.role", "Your role may not do this.");
        using var browser = await stand.SignedIn(Roles.Principal);
        using var answer = await browser.GetAsync("/feeds");

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("Your role may not open this");
        html.ShouldContain("Data steward");
    }

    [Fact]
    public async Task The_indicator_page_shows_picture_table_source_and_what_was_derived()
    {
        stand.Says("indicators/indicators", new[] { Pictures.ChronicAbsence }).Says("indicators/school-years", new[] { new SchoolYearSummary(2011, null, null, true) })
            .Says("indicators/schools", new[] { new SchoolSummary("255901001", "Grand Bend High School") })
            .Says("interventions/authority", new AuthorityMapView(1, [new("set-goal", Roles.Principal, "ownSchool")]))
            .Says("indicators/gaps", Pictures.Analysis([Pictures.Gap("asian", 41, 100, 0.2, false), Pictures.Without("black", ValueState.Suppressed)]) with { Derived = ["calendar"], DataAsOf = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero) });
        using var browser = await stand.SignedIn(Roles.Principal);
        var html = await browser.GetStringAsync("/indicators");

        html.ShouldContain("Whole district: 41 of 100 Asian students miss too much school. Among all students it is 20 of 100.");
        html.ShouldContain("41 of 100 students");
        html.ShouldContain("<caption>The same numbers as a table: Chronic absence, Whole district, 2010–11</caption>");
        html.ShouldContain("version 1. Source: <span lang=\"en\">ESSA</span>");
        html.ShouldContain("November 21, 2026, 08:00:00 UTC");
        html.ShouldContain("The school calendar was not in the files.");
        html.ShouldContain("Freeze and set a goal");
        stand.Asked.Select(a => a.Path).ShouldContain("indicators/gaps?indicator=chronic-absence&schoolYear=2011&dimension=raceEthnicity&school=district&reference=allOthers");
        ShouldBeSound(html);
    }

    [Fact]
    public async Task Pages_do_not_need_script_or_inline_style()
    {
        using var browser = stand.Browser();
        foreach (var path in new[] { "/", "/sign-in", "/language", "/nowhere" })
        {
            using var answer = await browser.GetAsync(path);
            ShouldBeSound(await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Landmarks, one h1, headings in order, ids once, labels for fields, no inline style or script.</summary>
    internal static void ShouldBeSound(string html)
    {
        // A script of our own, beside the page and not needed by it
        Regex.Replace(html, "<script src=\"/[a-z]+\\.js\\?v=[0-9a-f]{12}\" defer></script>", "").ShouldNotContain("<script");
        html.ShouldNotContain(" style=");
        Regex.Count(html, "<h1").ShouldBe(1);
        html.ShouldContain("class=\"usa-skipnav\" href=\"#main\"");
        html.ShouldContain("<main id=\"main\"");
        var levels = Heading().Matches(html).Select(m => m.Groups[1].Value[0] - '0').ToArray();
        levels.Zip(levels.Skip(1)).ShouldAllBe(pair => pair.Second <= pair.First + 1);
        var ids = Id().Matches(html).Select(m => m.Groups[1].Value).ToArray();
        ids.ShouldBeUnique();
        foreach (Match field in FieldTag().Matches(html))
            if (!field.Value.Contains("type=\"hidden\"", StringComparison.Ordinal))
                html.ShouldContain($"for=\"{Id().Match(field.Value).Groups[1].Value}\"");
    }

    [GeneratedRegex("<h([1-6])")]
    private static partial Regex Heading();

    [GeneratedRegex(" id=\"([^\"]+)\"")]
    private static partial Regex Id();

    [GeneratedRegex("<(input|select|textarea) [^>]*>")]
    private static partial Regex FieldTag();
}
