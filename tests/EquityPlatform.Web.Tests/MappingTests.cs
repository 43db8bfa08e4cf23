using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.Web.Tests;

public sealed partial class MappingTests : IClassFixture<StandIn>
{
    private static readonly FileMapping[] Shipped = [.. Directory.EnumerateFiles(Path.Combine(StandIn.RepositoryRoot, "services/Ingestion/Mappings/Shipped"), "*.json").Order(StringComparer.Ordinal)
        .Select(file => JsonSerializer.Deserialize<FileMapping>(File.ReadAllText(file), ServiceDoor.Json)!)];

    private static readonly FileMapping Vendor = new("vendor", "Vendor scores", ["vendor*.csv"], new(), ["*"],
        [new("assessments.csv", "state", new Dictionary<string, ColumnMapping> { ["userSourcedId"] = new("Student ID"), ["date"] = new("Test Day", Dates: "M/d/yyyy"), ["grade"] = new("Grade", Codes: new Dictionary<string, string> { ["K"] = "KG", [""] = "" }) })]);

    private readonly StandIn stand;
    private string asked = "";
    private string? match;

    public MappingTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
        stand.Says("ingestion/quality/sources", new QualitySources([new("sis", 1, 0, DateTimeOffset.UnixEpoch, "applied")])).Says("ingestion/mappings/shipped", Shipped)
            .Says("ingestion/sources/sis/mappings", context =>
            {
                context.Response.Headers.ETag = "\"7\"";
                return context.Response.WriteAsJsonAsync(new[] { new SavedMapping("sis", 3, Vendor) });
            })
            .Says("ingestion/templates", Shipped.SelectMany(m => m.Tables).Append(Vendor.Tables[0]).GroupBy(t => t.Table)
                .Select(t => new FileTemplate(t.Key, [.. t.SelectMany(x => x.Columns.Keys.Concat((x.Each ?? []).SelectMany(e => e.Keys))).Distinct().Select(c => new TemplateColumn(c, c == "date", true)), new("reason", false, false)])).ToArray())
            .Says("ingestion/sources/sis/mappings/try", Takes(new MappingTry([new("tried file (assessments.csv)", "applied", new(3, 2, 0, 1, 0))],
                [new("tried file", 4, "userSourcedId", "identifier.unknown", "quarantined", "No student with this number is known.", new Dictionary<string, string>())], ["delete.threshold"])));
        foreach (var mapping in Shipped.Append(Vendor))
            stand.Says($"ingestion/sources/sis/mappings/{mapping.Name}", Takes(new SavedMapping("sis", 1, mapping)));
    }

    [Fact]
    public async Task Whatever_a_description_says_survives_the_form()
    {
        Shipped.Length.ShouldBeGreaterThan(20);
        using var steward = await stand.SignedIn(Roles.DataSteward);
        foreach (var mapping in Shipped)
        {
            var html = await steward.GetStringAsync($"/feeds/mappings/edit?source=sis&shipped={mapping.Name}");
            SiteTests.ShouldBeSound(html);
            using var saved = await steward.PostAsync("/feeds/mappings/save", Form(html));
            (saved.StatusCode, saved.Headers.Location?.OriginalString).ShouldBe((HttpStatusCode.SeeOther, "/feeds/mappings?source=sis"), mapping.Name);
            JsonNode.DeepEquals(Plain(JsonSerializer.Deserialize<FileMapping>(asked, ServiceDoor.Json)!), Plain(mapping)).ShouldBeTrue($"{mapping.Name}: {asked}");
            match.ShouldBe("\"7\"");
        }
    }

    [Fact]
    public async Task A_file_is_shown_to_its_owner_only_and_a_description_begins_with_its_columns()
    {
        stand.Says("ingestion/mappings/look", context => context.Response.WriteAsJsonAsync(new FileLook("vendor 2026-01.csv", "UTF-8", ",", ["Student ID", "Date"], [["77001", "1/14/2025"]], ["map-growth"])));
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var list = await steward.GetStringAsync("/feeds/mappings");
        list.ShouldContain("Vendor scores");
        SiteTests.ShouldBeSound(list);
        SiteTests.ShouldBeSound(await steward.GetStringAsync("/es/feeds/mappings"));

        using var look = await steward.PostAsync("/feeds/mappings/look", Form(list, ("source", "sis"), ("form", "header"), ("file", "Student ID,Date\n77001,1/14/2025\n")));
        var html = await look.Content.ReadAsStringAsync();
        look.Headers.CacheControl!.NoStore.ShouldBeTrue();
        html.ShouldContain("<td>77001</td>");
        html.ShouldContain("name=\"column\" value=\"Student ID\"");
        html.ShouldContain("<option value=\"shipped:map-growth\"");
        SiteTests.ShouldBeSound(html);
        stand.Asked.ShouldContain(a => a.Path == "ingestion/mappings/look?name=vendor.csv&source=sis");

        using var begun = await steward.PostAsync("/feeds/mappings/edit", Form(html, ("start", "new:assessments.csv")));
        html = await begun.Content.ReadAsStringAsync();
        html.ShouldContain(">vendor *.csv</textarea>");
        html.ShouldContain("<option value=\"c:Date\" selected");
        html.ShouldNotContain("77001");
        SiteTests.ShouldBeSound(html);

        // Where the first row holds data, it is nobody's name of a column
        using var plain = await steward.PostAsync("/feeds/mappings/look", Form(list, ("source", "sis"), ("form", "plain"), ("file", "77001,1/14/2025\n")));
        html = await plain.Content.ReadAsStringAsync();
        html.ShouldContain("name=\"column\" value=\"#2\"");
        html.ShouldNotContain("name=\"column\" value=\"Student ID\"");

        stand.Says("ingestion/mappings/look", context => context.Response.WriteAsJsonAsync(new FileLook("staar.txt", "UTF-8", "", [], [["0123456789ABCDEFGHIJKLMNOP"]], [])));
        using var fixedPlaces = await steward.PostAsync("/feeds/mappings/look", Form(list, ("source", "sis"), ("form", "fixed"), ("file", "0123456789ABCDEFGHIJKLMNOP\n")));
        WebUtility.HtmlDecode(await fixedPlaces.Content.ReadAsStringAsync()).ShouldContain("        10        20\n0123456789ABCDEFGHIJKLMNOP");
        stand.Asked.ShouldContain(a => a.Path == "ingestion/mappings/look?name=vendor.csv&source=sis&lines=true");

        using var auditor = await stand.SignedIn(Roles.Auditor);
        list = await auditor.GetStringAsync("/feeds/mappings");
        list.ShouldNotContain("/mappings/edit");
        list.ShouldNotContain("/mappings/look");
    }

    [Fact]
    public async Task A_description_is_tried_before_it_is_saved_and_the_form_keeps_what_was_written()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/feeds/mappings/edit?source=sis&name=vendor");
        using var tried = await steward.PostAsync("/feeds/mappings/try", Form(html, ("title", "Otherwise"), ("file", "Student ID,Test Day\n1,1/2/2025\n")));
        tried.Headers.CacheControl!.NoStore.ShouldBeTrue();
        html = await tried.Content.ReadAsStringAsync();
        asked.ShouldContain("1,1/2/2025");
        asked.ShouldContain("\"title\":\"Otherwise\"");
        html.ShouldContain("No student with this number is known.");
        html.ShouldContain("<td class=\"num\">2</td>");
        html.ShouldContain("would be held");
        html.ShouldContain("value=\"Otherwise\"");
        SiteTests.ShouldBeSound(html);

        using var without = await steward.PostAsync("/feeds/mappings/try", Form(html));
        without.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await without.Content.ReadAsStringAsync()).ShouldContain("Choose at least one file to send.");
        stand.Refuses("ingestion/sources/sis/mappings/vendor", 412, "stream.stale", "Somebody changed this.");
        using var stale = await steward.PostAsync("/feeds/mappings/save", Form(html));
        (await stale.Content.ReadAsStringAsync()).ShouldContain("value=\"Otherwise\"");
    }

    [Fact]
    public async Task Facts_and_kinds_of_rows_are_added_by_buttons()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        var html = await steward.GetStringAsync("/feeds/mappings/edit?source=sis&name=vendor");
        using var fact = await steward.PostAsync("/feeds/mappings/edit?add=0", Form(html, ("t0.varying", "result scale")));
        html = await fact.Content.ReadAsStringAsync();
        html.ShouldContain("name=\"t0.e0.c.result.from\"");
        using var table = await steward.PostAsync("/feeds/mappings/edit?add=table", Form(html));
        html = await table.Content.ReadAsStringAsync();
        html.ShouldContain("name=\"t1.table\"");
        html.ShouldContain("name=\"t0.e0.c.scale.from\"");
        SiteTests.ShouldBeSound(html);
    }

    [Theory]
    [InlineData("look")]
    [InlineData("edit")]
    [InlineData("try")]
    [InlineData("save")]
    public async Task A_form_with_a_file_needs_its_token_too(string action)
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        stand.Asked.Clear();
        using var form = new MultipartFormDataContent { { new StringContent("x"), "__RequestVerificationToken" }, { new StringContent("a,b\n"), "file", "x.csv" } };
        using var answer = await steward.PostAsync("/feeds/mappings/" + action, form);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        stand.Asked.ShouldBeEmpty();
    }

    private Func<HttpContext, Task> Takes(object answer) => async context =>
    {
        using var reader = new StreamReader(context.Request.Body);
        (asked, match) = (await reader.ReadToEndAsync(), context.Request.Headers.IfMatch);
        await context.Response.WriteAsJsonAsync(answer);
    };

    /// <summary>Empty lists say what absent ones say.</summary>
    private static JsonNode Plain(FileMapping mapping) => JsonSerializer.SerializeToNode(mapping with { Tables = [.. mapping.Tables.Select(t => t with { When = t.When is { Count: > 0 } ? t.When : null })] }, ServiceDoor.Json)!;

    /// <summary>The form that holds a file field, as a browser without script would send it; the token first, lines ended as browsers end them.</summary>
    private static MultipartFormDataContent Form(string html, params (string Name, string Value)[] instead)
    {
        var form = FormTag().Matches(html).Select(m => m.Value).Last(f => f.Contains("multipart/form-data", StringComparison.Ordinal));
        var content = new MultipartFormDataContent();
        string? file = null;
        foreach (Match field in Field().Matches(form))
        {
            var name = WebUtility.HtmlDecode(NameOf().Match(field.Value).Groups[1].Value);
            if (name.Length == 0 || (field.Value.Contains("type=\"radio\"", StringComparison.Ordinal) && !field.Value.Contains(" checked", StringComparison.Ordinal)))
                continue;
            if (field.Value.Contains("type=\"file\"", StringComparison.Ordinal))
            {
                file = name;
                continue;
            }
            var value = field.Value.StartsWith("<textarea", StringComparison.Ordinal) ? TextOf().Match(field.Value).Groups[1].Value.Replace("\n", "\r\n", StringComparison.Ordinal)
                : field.Value.StartsWith("<select", StringComparison.Ordinal) ? Options().Matches(field.Value).OrderByDescending(o => o.Value.Contains(" selected", StringComparison.Ordinal)).Select(o => o.Groups[1].Value).FirstOrDefault("")
                : ValueOf().Match(field.Value).Groups[1].Value;
            content.Add(new StringContent(instead.FirstOrDefault(i => i.Name == name) is { Name: not null } other ? other.Value : WebUtility.HtmlDecode(value)), $"\"{name}\"");
        }
        if (file is not null)
            content.Add(new StringContent(instead.FirstOrDefault(i => i.Name == file).Value ?? ""), $"\"{file}\"", instead.Any(i => i.Name == file) ? "vendor.csv" : "\"\"");
        return content;
    }

    [GeneratedRegex("<form .*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormTag();

    [GeneratedRegex("<input [^>]*>|<select .*?</select>|<textarea .*?</textarea>", RegexOptions.Singleline)]
    private static partial Regex Field();

    [GeneratedRegex(" name=\"([^\"]*)\"")]
    private static partial Regex NameOf();

    [GeneratedRegex(" value=\"([^\"]*)\"")]
    private static partial Regex ValueOf();

    [GeneratedRegex("<textarea [^>]*>(.*?)</textarea>", RegexOptions.Singleline)]
    private static partial Regex TextOf();

    [GeneratedRegex("<option value(?:=\"([^\"]*)\")?[^>]*>")]
    private static partial Regex Options();
}
