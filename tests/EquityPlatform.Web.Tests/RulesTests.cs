using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.Web.Tests;

/// <summary>What a source's own columns and codes mean, as a form without scripts.</summary>
public sealed partial class RulesTests : IClassFixture<StandIn>
{
    private static readonly SourceRules Rules = new([new("users.csv", "metadata.ell", "program:englishLearner"), new("users.csv", "metadata.stateId", "identifier:state"), new("classes.csv", "metadata.level", "column:grades")],
        [new("classes.csv", "classType", "ext:lab", "scheduled")], "SPD15-2024", "delta", "backslash");

    private readonly StandIn stand;
    private string asked = "";
    private string? match;

    public RulesTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
        stand.Says("ingestion/sources/sis/rules", async context =>
        {
            context.Response.Headers.ETag = "\"4\"";
            if (context.Request.Method == "PUT")
            {
                using var reader = new StreamReader(context.Request.Body);
                (asked, match) = (await reader.ReadToEndAsync(), context.Request.Headers.IfMatch);
            }
            await context.Response.WriteAsJsonAsync(Rules);
        });
    }

    [Fact]
    public async Task Whatever_is_saved_survives_the_form()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/feeds/rules?source=sis");
        SiteTests.ShouldBeSound(html);
        SiteTests.ShouldBeSound(await steward.GetStringAsync("/es/feeds/rules?source=sis"));
        using var saved = await StandIn.Post(steward, "/feeds/rules?source=sis", "/feeds/rules", [.. Fields(html)]);
        (saved.StatusCode, saved.Headers.Location!.OriginalString).ShouldBe((HttpStatusCode.SeeOther, "/feeds/rules?source=sis&saved=true"));
        var sent = JsonSerializer.Deserialize<SourceRules>(asked, ServiceDoor.Json)!;
        sent.Columns.ShouldBe(Rules.Columns);
        sent.Codes.ShouldBe(Rules.Codes);
        (sent.RaceScheme, sent.WithoutManifest, sent.Escape).ShouldBe(("SPD15-2024", "delta", "backslash"));
        match.ShouldBe("\"4\"");
        (await steward.GetStringAsync("/feeds/rules?source=sis&saved=true")).ShouldContain("It is saved and counts from the next files.");
    }

    [Fact]
    public async Task What_is_wrong_with_a_line_stands_beside_it_and_nothing_is_saved()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        using var answer = await StandIn.Post(steward, "/feeds/rules?source=sis", "/feeds/rules", ("source", "sis"), ("c0.file", "users.csv"), ("c0.column", "metadata.frl"), ("c0.first", ""), ("c0.second", ""),
            ("c1.file", "classes.csv"), ("c1.column", "metadata.iep"), ("c1.first", "program:iep"), ("c1.second", ""),
            ("v0.file", "classes.csv"), ("v0.column", "classType"), ("v0.first", "ext:lab"), ("v0.second", "scheduled"), ("v1.file", "classes.csv"), ("v1.column", "classType"), ("v1.first", "ext:lab"), ("v1.second", "homeroom"));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        asked.ShouldBeEmpty();
        html.ShouldContain("<p class=\"wrong\" id=\"c0-wrong\"><strong>Please check:</strong> Fill in the whole line, or empty it.");
        html.ShouldContain("id=\"c1-wrong\"><strong>Please check:</strong> Programs and numbers of students stand in users.csv.");
        html.ShouldContain("id=\"v1-wrong\"><strong>Please check:</strong> This line says something else");
        html.ShouldNotContain("id=\"v0-wrong\"");
        html.ShouldContain("value=\"metadata.frl\"");
        SiteTests.ShouldBeSound(html);
    }

    [Fact]
    public async Task A_refusal_of_the_service_keeps_what_was_written()
    {
        stand.Says("ingestion/sources/sis/rules", async context =>
        {
            if (context.Request.Method == "GET")
                await context.Response.WriteAsJsonAsync(SourceRules.None);
            else
            {
                context.Response.StatusCode = 422;
                await context.Response.WriteAsJsonAsync(new { code = "rules.becomes", detail = "No." }, options: null, "application/problem+json");
            }
        });
        using var steward = await stand.SignedIn(Roles.DataSteward);
        using var answer = await StandIn.Post(steward, "/feeds/rules?source=sis", "/feeds/rules", ("source", "sis"), ("c0.file", "users.csv"), ("c0.column", "metadata.grade"), ("c0.first", "column"), ("c0.second", "grads"));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("One of the columns of the standard does not exist in that file");
        html.ShouldContain("value=\"grads\"");
    }

    [Fact]
    public async Task Who_may_not_change_them_reads_them_in_words()
    {
        using var auditor = await stand.SignedIn(Roles.Auditor);
        var html = await auditor.GetStringAsync("/feeds/rules?source=sis");
        html.ShouldContain("<td>The student takes part in (true or false): English learner services</td>");
        html.ShouldContain("column grades of the standard");
        html.ShouldContain("<td>ext:lab</td>");
        html.ShouldContain("<dd>is read as changes only (delta)</dd>");
        html.ShouldContain("<dd>the federal categories of 2024 (one combined question)</dd>");
        html.ShouldNotContain("<form class=\"form\"");
        SiteTests.ShouldBeSound(html);
        stand.Says("ingestion/sources/sis/rules", SourceRules.None);
        (await auditor.GetStringAsync("/feeds/rules?source=sis")).ShouldContain("Nothing is said yet.");
    }

    /// <summary>What a browser would send of the form as it is.</summary>
    private static IEnumerable<(string, string)> Fields(string html)
    {
        foreach (Match input in Inputs().Matches(html))
            yield return (input.Groups["name"].Value, WebUtility.HtmlDecode(input.Groups["value"].Value));
        foreach (Match select in Selects().Matches(html))
            yield return (select.Groups["name"].Value, Selected().Match(select.Value) is { Success: true } chosen ? chosen.Groups["value"].Value : "");
    }

    [GeneratedRegex("<input [^>]*name=\"(?<name>(source|revision|[cv][0-9]+[.][a-z]+))\"[^>]*value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Inputs();

    [GeneratedRegex("<select [^>]*name=\"(?<name>[^\"]+)\".*?</select>", RegexOptions.Singleline)]
    private static partial Regex Selects();

    [GeneratedRegex("<option value=\"(?<value>[^\"]*)\" selected")]
    private static partial Regex Selected();
}
