using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.ServiceHost.Feeds;
using EquityPlatform.Testing;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class SharedRoutesTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task The_pull_feed_ends_with_the_position_it_covers()
    {
        await using var service = await TestService.StartAsync("pulled", postgres.ConnectionString);
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(1), new KeptInside(2));
        await service.AppendAsync("elsewhere", "count-b", new Counted(3));
        var head = await service.AppendAsync(TestService.Tenant, "count-a", new Counted(4), new KeptInside(5));
        using var client = service.Client(Roles.Integrator);

        var (events, position) = Parse(await client.GetStringAsync("/api/pulled/v1/events?after=0"));
        events.Select(e => e.Data.GetProperty("number").GetInt32()).ShouldBe([1, 4]);
        events.Select(e => e.Seq).ShouldBe([1, 4]);
        position.ShouldBe(new FeedPosition(head, head));

        (events, position) = Parse(await client.GetStringAsync("/api/pulled/v1/events?after=0&limit=2"));
        events.Count.ShouldBe(1);
        position.ShouldBe(new FeedPosition(2, head));

        (events, position) = Parse(await client.GetStringAsync($"/api/pulled/v1/events?after={head}"));
        events.ShouldBeEmpty();
        position.ShouldBe(new FeedPosition(head, head));
    }

    [Fact]
    public async Task The_pull_feed_is_for_machines()
    {
        await using var service = await TestService.StartAsync("machines", postgres.ConnectionString);
        await RefusedAsync(await service.Client().GetAsync("/api/machines/v1/events?after=0"), HttpStatusCode.Unauthorized, "auth.required");
        await RefusedAsync(await service.Client(Roles.Principal).GetAsync("/api/machines/v1/events?after=0"), HttpStatusCode.Forbidden, "auth.role");
        await RefusedAsync(await service.Client(Roles.Service).GetAsync("/api/machines/v1/events?after=-1"), HttpStatusCode.BadRequest, "feed.range");
        await RefusedAsync(await service.Client(Roles.Service).GetAsync("/api/machines/v1/events?after=x"), HttpStatusCode.BadRequest, "request.parameter");
        await RefusedAsync(await service.Client(Roles.Service).GetAsync("/api/machines/v1/events/heads"), HttpStatusCode.Forbidden, "auth.tenant");
    }

    [Fact]
    public async Task A_stream_tells_who_when_and_why_and_only_to_its_tenant()
    {
        await using var service = await TestService.StartAsync("told", postgres.ConnectionString);
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(1), new KeptInside(2));
        var stream = await service.Client(Roles.Auditor).GetFromJsonAsync<StreamEvents>("/api/told/v1/streams/count-a/events", Web);
        stream.ShouldNotBeNull().Events.Select(e => (e.Seq, e.Version, e.Type, e.User)).ShouldBe([(1, 1, "counted/1", "demo:operator"), (2, 2, "kept-inside/1", "demo:operator")]);
        await RefusedAsync(await service.Client(Roles.Auditor, "elsewhere").GetAsync("/api/told/v1/streams/count-a/events"), HttpStatusCode.NotFound, "stream.unknown");
        await RefusedAsync(await service.Client(Roles.Educator).GetAsync("/api/told/v1/streams/count-a/events"), HttpStatusCode.Forbidden, "auth.role");
    }

    [Fact]
    public async Task Reading_a_student_stream_needs_a_purpose_and_is_recorded_first()
    {
        await using var service = await TestService.StartAsync("disclosing", postgres.ConnectionString);
        await service.AppendAsync(TestService.Tenant, "attendance-k1-2011", new Counted(1));
        const string path = "/api/disclosing/v1/streams/attendance-k1-2011/events";
        await RefusedAsync(await service.Client(Roles.EquityAnalyst).GetAsync(path + "?purpose=x"), HttpStatusCode.Forbidden, "auth.role");
        await RefusedAsync(await service.Client(Roles.Auditor).GetAsync(path), HttpStatusCode.UnprocessableEntity, "purpose.missing");
        (await service.Log.HeadAsync(default)).ShouldBe(1);

        (await service.Client(Roles.Auditor).GetAsync(path + "?purpose=yearly%20audit")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var last = new List<EquityPlatform.EventSourcing.RecordedEvent>();
        await foreach (var e in service.Log.ReadAllAsync(TestService.Tenant, 1, null, null, default))
            last.Add(e);
        var disclosed = last.ShouldHaveSingleItem().Data.ShouldBeOfType<StudentDataDisclosed>();
        disclosed.StudentKeys.ShouldBe(["k1"]);
        (disclosed.User, disclosed.Purpose, disclosed.Resource).ShouldBe(("demo:auditor", "yearly audit", path));
    }

    [Fact]
    public async Task Health_and_the_interface_description_need_no_sign_in()
    {
        await using var service = await TestService.StartAsync("described", postgres.ConnectionString);
        (await service.Client().GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.Async(async () => (await service.Client().GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK);
        var description = await service.Client().GetFromJsonAsync<JsonElement>("/api/described/v1/openapi.json");
        var history = description.GetProperty("paths").GetProperty("/api/described/v1/streams/{id}/events").GetProperty("get");
        history.GetProperty("x-roles").EnumerateArray().Select(role => role.GetString()).ShouldBe(["auditor", "data-steward", "district-leader", "equity-analyst", "privacy-officer"]);
        history.GetProperty("responses").EnumerateObject().Select(response => response.Name).ShouldBe(["200", "401", "403"], ignoreOrder: true);
        await RefusedAsync(await service.Client().GetAsync("/api/described/v1/nothing"), HttpStatusCode.NotFound, "route.unknown");
    }

    static (List<PublishedEvent> Events, FeedPosition Position) Parse(string ndjson)
    {
        var lines = ndjson.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return ([.. lines[..^1].Select(line => JsonSerializer.Deserialize<PublishedEvent>(line, Web)!)], JsonSerializer.Deserialize<FeedPosition>(lines[^1], Web)!);
    }

    static async Task RefusedAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }
}
