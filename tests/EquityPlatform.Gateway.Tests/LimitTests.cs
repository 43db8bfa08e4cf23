using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace EquityPlatform.Gateway.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task Who_asks_too_often_waits_and_nobody_else_does()
    {
        await using var edge = await Edge.StartAsync(new() { ["RateLimit:Burst"] = "5", ["RateLimit:PerSecond"] = "1" });
        using var eager = edge.SignedIn(user: "demo:eager");
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 8; i++)
            answers.Add(await eager.GetAsync("/api/indicators/v1/values"));
        answers.Take(5).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToArray();
        refused.Length.ShouldBeGreaterThan(0);
        refused[0].Headers.RetryAfter?.Delta.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        (await refused[0].Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("rate.limited");

        (await edge.SignedIn(user: "demo:calm").GetAsync("/api/indicators/v1/values")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await edge.Client().GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await eager.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
