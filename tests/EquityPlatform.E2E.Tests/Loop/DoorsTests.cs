using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EquityPlatform.E2E.Tests.Loop;

/// <summary>Doors that stay shut, and the machine-readable side of the gateway.</summary>
[Collection(BrowserGroup.Name)]
[Trait("Category", "Walk")]
public sealed class DoorsTests(Browser browser)
{
    [Fact]
    public async Task Pages_that_need_a_role_say_so_calmly()
    {
        var visitor = await browser.VisitorAsync();
        await visitor.OpenAsync("/goals");
        await visitor.LookAsync("refused-nobody");
        await visitor.SignInAsync("community-member");
        (await visitor.OpenAsync("/feeds")).ShouldBe(403);
        await visitor.LookAsync("refused-role");
        await visitor.OpenAsync("/es/feeds");
        await visitor.LookAsync("refused-role-es");
        (await visitor.OpenAsync("/no-such-page")).ShouldBe(404);
        await visitor.LookAsync("not-found");
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/es/sign-in")]
    [InlineData("/accessibility")]
    [InlineData("/es/accessibility")]
    [InlineData("/language")]
    [InlineData("/es")]
    public async Task Pages_for_everyone_are_accessible(string path)
    {
        var visitor = await browser.VisitorAsync(width: 390);
        (await visitor.OpenAsync(path)).ShouldBe(200);
        await visitor.LookAsync("public" + path.Replace('/', '-'));
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("community-member", 403)]
    public async Task The_api_refuses_as_problem_details(string? role, int status)
    {
        using var http = new HttpClient { BaseAddress = RunningSystem.Site };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/ingestion/v1/feeds");
        if (role is not null)
            request.Headers.Authorization = new("Bearer", DemoToken.For(role, "grand-bend"));

        using var answer = await http.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadFromJsonAsync<JsonNode>())?["code"]?.ToString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("ingestion", "/api/ingestion/v1/feeds")]
    [InlineData("indicators", "/api/indicators/v1/values")]
    [InlineData("interventions", "/api/interventions/v1/goals")]
    [InlineData("reporting", "/api/reporting/v1/releases")]
    public async Task Every_service_describes_itself_through_the_gateway(string service, string path)
    {
        using var http = new HttpClient { BaseAddress = RunningSystem.Site };
        using var answer = await http.GetAsync($"/api/{service}/v1/openapi.json");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadFromJsonAsync<JsonNode>())?["paths"]?.AsObject().Select(entry => entry.Key).ShouldContain(path);
    }
}
