using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace EquityPlatform.Gateway.Tests;

public sealed class RoutingTests(SharedEdge shared) : IClassFixture<SharedEdge>
{
    readonly Edge edge = shared.Edge;

    [Theory]
    [InlineData("/api/ingestion/v1/feeds/1", "ingestion")]
    [InlineData("/api/indicators/v1/values?indicator=chronic-absence", "indicators")]
    [InlineData("/api/interventions/v1/goals", "interventions")]
    [InlineData("/api/reporting/v1/releases/1/secret", "reporting")]
    [InlineData("/api/audit/v1/interventions/grand-bend/tile/0/x001/234.p/7", "interventions")]
    [InlineData("/", "web")]
    [InlineData("/es/indicators?school=1", "web")]
    public async Task A_path_leads_to_its_service(string path, string upstream)
    {
        var seen = await SeenAsync(edge.SignedIn(), path);
        seen.Upstream.ShouldBe(upstream);
        (seen.Path + seen.Query).ShouldBe(path);
    }

    [Theory]
    [InlineData("/api/payroll/v1/people")]
    [InlineData("/api/web/secret")]
    [InlineData("/api/audit/v1/payroll/grand-bend/checkpoint")]
    public async Task An_unknown_service_is_not_found_and_never_reaches_the_site(string path)
    {
        var answer = await edge.SignedIn().GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await CodeAsync(answer)).ShouldBe("route.unknown");
    }

    [Theory]
    [InlineData("check", HttpStatusCode.OK)]
    [InlineData("checkpoint", HttpStatusCode.NotFound)]
    [InlineData("events", HttpStatusCode.NotFound)]
    public async Task Proofs_are_sent_to_be_checked_and_nothing_else_is_sent_to_the_audit_log(string path, HttpStatusCode status)
    {
        using var answer = await edge.SignedIn().PostAsJsonAsync($"/api/audit/v1/interventions/grand-bend/{path}", new { proof = "", leaf = "" });
        answer.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task What_a_client_says_of_itself_does_not_pass()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/indicators/v1/values");
        string[] claims = ["X-Tenant", "x-tenant-id", "X_Tenant", "X-District", "X-User", "X-Roles", "X-School", "X-Equity-Service", "Eq-Tenant", "Forwarded", "X-Forwarded-User", "X-Original-URL", "X-Real-IP", "X-Remote-User", "X-Auth-Request-User"];
        foreach (var claim in claims)
            request.Headers.TryAddWithoutValidation(claim, "evil");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "6.6.6.6");
        request.Headers.TryAddWithoutValidation("If-Match", "\"3\"");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "k");
        var answer = await edge.SignedIn().SendAsync(request);
        var seen = (await answer.Content.ReadFromJsonAsync<Seen>())!;
        seen.Headers.Values.ShouldNotContain("evil");
        seen.Headers["X-Forwarded-For"].ShouldNotContain("6.6.6.6");
        seen.Headers["If-Match"].ShouldBe("\"3\"");
        seen.Headers["Idempotency-Key"].ShouldBe("k");
        seen.Headers["Authorization"].ShouldStartWith("Bearer ");
        seen.Headers.Keys.ShouldContain("traceparent");
    }

    [Fact]
    public async Task The_site_sees_the_address_that_the_browser_used()
    {
        var seen = await SeenAsync(edge.Client(), "/");
        seen.Headers["Host"].ShouldBe(new Uri(edge.Address).Authority);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/indicators/v1/values")]
    [InlineData("/api/nowhere")]
    [InlineData("/health/live")]
    [InlineData("/api")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        var answer = await edge.Client().GetAsync(path);
        string Header(string name) => string.Join(',', answer.Headers.GetValues(name));
        var policy = Header("Content-Security-Policy");
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        Header("X-Content-Type-Options").ShouldBe("nosniff");
        Header("Referrer-Policy").ShouldBe("same-origin");
        Header("X-Frame-Options").ShouldBe("DENY");
        answer.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task A_district_file_streams_through_and_nothing_else_may_be_that_large()
    {
        const int size = 40 * 1024 * 1024;
        using var client = edge.SignedIn("data-steward");
        var upload = await client.PostAsync("/api/ingestion/v1/feeds", new ByteArrayContent(new byte[size]));
        (await upload.Content.ReadFromJsonAsync<Seen>())!.Body.ShouldBe(size);
        var piece = await client.PatchAsync("/api/ingestion/v1/uploads/0f1e2d3c-0000-4000-8000-000000000001?offset=0", new ByteArrayContent(new byte[size]));
        (await piece.Content.ReadFromJsonAsync<Seen>())!.Body.ShouldBe(size);
        var page = await edge.Client().PostAsync("/es/feeds", new ByteArrayContent(new byte[size]));
        (await page.Content.ReadFromJsonAsync<Seen>())!.Body.ShouldBe(size);

        using var content = new ByteArrayContent(new byte[size]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/interventions/v1/goals") { Content = content };
        request.Headers.ExpectContinue = true; // so that the answer comes before the body
        var refused = await client.SendAsync(request);
        refused.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await CodeAsync(refused)).ShouldBe("request.too-large");
    }

    [Fact]
    public async Task Api_lists_the_interfaces()
    {
        var json = await edge.Client().GetFromJsonAsync<Dictionary<string, string>>("/api");
        json.ShouldNotBeNull().Keys.ShouldBe(["ingestion", "indicators", "interventions", "reporting"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api");
        request.Headers.Accept.ParseAdd("text/html");
        (await (await edge.Client().SendAsync(request)).Content.ReadAsStringAsync()).ShouldContain("<a href=\"/api/reporting/v1/openapi.json\">");
    }

    [Fact]
    public async Task Who_may_call_what_is_read_from_the_services()
    {
        var rows = await edge.Client().GetFromJsonAsync<JsonElement>("/api/roles");
        rows.EnumerateArray().Select(row => $"{row.GetProperty("method")} {row.GetProperty("path")} {row.GetProperty("public")} {string.Join(',', row.GetProperty("roles").EnumerateArray())}").ShouldBe(
        [
            "GET /api/indicators/v1/values False auditor,principal",
            "GET /api/indicators/v1/open True ",
            "POST /api/indicators/v1/open False ",
        ]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/roles");
        request.Headers.Accept.ParseAdd("text/html");
        var page = await (await edge.Client().SendAsync(request)).Content.ReadAsStringAsync();
        page.ShouldContain("everyone, without signing in");
        page.ShouldContain("auditor, principal");
    }

    [Fact]
    public async Task Ready_means_that_all_are()
    {
        await using var own = await Edge.StartAsync();
        (await own.Client().GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await own.Upstreams["indicators"].StopAsync();
        var answer = await own.Client().GetAsync("/health/ready");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Not ready: indicators");
        (await own.Client().GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var call = await own.SignedIn().GetAsync("/api/indicators/v1/values");
        call.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await CodeAsync(call)).ShouldBe("service.unreachable");
    }

    static async Task<Seen> SeenAsync(HttpClient client, string path) => (await client.GetFromJsonAsync<Seen>(path))!;

    static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
    }
}
