using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Disclosing;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.ServiceHost.Tests;

public sealed record OfStudent(string StudentKey, int Number);

public sealed class DisclosureTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task What_an_integrator_pulls_is_recorded_before_it_leaves_and_what_a_service_pulls_is_not()
    {
        await using var service = await TestService.StartAsync("delivering", postgres.ConnectionString);
        await service.AppendAsync(TestService.Tenant, "attendance-k1-2011", new Counted(1), new Counted(2));
        await service.AppendAsync(TestService.Tenant, "attendance-k2-2011", new Counted(3));
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(4));
        (await service.Client(Roles.Service).GetAsync("/api/delivering/v1/events?after=0")).EnsureSuccessStatusCode();
        (await service.Log.HeadAsync(default)).ShouldBe(4);
        (await service.Client(Roles.Integrator).GetAsync("/api/delivering/v1/events?after=0&purpose=tutoring%20program")).EnsureSuccessStatusCode();
        (await service.Log.HeadAsync(default)).ShouldBe(5);
        (await service.Client(Roles.Integrator).GetAsync("/api/delivering/v1/events?after=4")).EnsureSuccessStatusCode();
        (await service.Log.HeadAsync(default)).ShouldBe(5, "a record of disclosures is not delivered, so reading on records nothing more");

        var officer = service.Client(Roles.PrivacyOfficer);
        var list = (await officer.GetFromJsonAsync<DisclosureList>("/api/delivering/v1/disclosures/k2", Web))!;
        list.Entries.Select(entry => (entry.Service, entry.Position, entry.User, entry.Purpose, entry.Resource, entry.Refused))
            .ShouldBe([("delivering", 5L, "demo:integrator", "tutoring program", "/api/delivering/v1/events", false), ("delivering", 6L, "demo:privacy-officer", "Review of who saw a student's data", "/api/delivering/v1/disclosures/k2", false)]);
        (await officer.GetFromJsonAsync<DisclosureList>("/api/delivering/v1/disclosures/k3", Web))!.Entries.ShouldHaveSingleItem().Position.ShouldBe(7);
        (await service.Client(Roles.Educator).GetAsync("/api/delivering/v1/disclosures/k2")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Nothing_leaves_while_the_record_cannot_be_written()
    {
        await using var service = await TestService.StartAsync("failing", postgres.ConnectionString);
        await service.AppendAsync(TestService.Tenant, "attendance-k1-2011", new Counted(1, "secret"));
        await using (var grant = postgres.Database.CreateCommand($"revoke insert on failing.mt_events from {postgres.Logins.Names.Writer}"))
            await grant.ExecuteNonQueryAsync();
        foreach (var (role, route) in new[] { (Roles.Integrator, "events?after=0"), (Roles.Auditor, "streams/attendance-k1-2011/events?purpose=x") })
            (await ReadAsync(service.Client(role), $"/api/failing/v1/{route}")).ShouldNotContain("secret");
        (await ReadAsync(service.Client(Roles.Auditor), $"/api/audit/v1/failing/{TestService.Tenant}/events?from=0&to=1")).ShouldNotContain("secret");

        static async Task<string> ReadAsync(HttpClient client, string route)
        {
            try
            {
                return await (await client.GetAsync(route)).Content.ReadAsStringAsync();
            }
            catch (HttpRequestException) // the answer was cut off
            {
                return "";
            }
        }
    }

    [Fact]
    public async Task Every_route_that_could_show_a_student_is_found()
    {
        await using var service = await TestService.StartAsync("found", postgres.ConnectionString);
        StudentExits.ShouldAllBeRecorded(service.App.Services).ShouldBe(
            ["GET /api/found/v1/events", "GET /api/found/v1/streams/{id}/events", "GET /api/found/v1/disclosures/{student}", "GET /api/audit/v1/found/{tenant}/events", "GET /api/audit/v1/found/{tenant}/erasures"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("named")]
    [InlineData("listed")]
    [InlineData("anything")]
    [InlineData("undeclared")]
    public async Task The_guard_bites(string route)
    {
        await TestRoles.Of(postgres.ConnectionString).MigrateAsync(TestService.Define("biting"));
        await using var app = TestService.Build(TestService.Define("biting"), postgres.ConnectionString);
        var builder = route switch
        {
            "named" => app.MapGet("/api/x", (Caller _) => TypedResults.Ok(new OfStudent("k", 1))),
            "listed" => app.MapGet("/api/x", (Caller _) => TypedResults.Ok(new Dictionary<string, List<OfStudent[]>>())),
            "anything" => app.MapGet("/api/x", (Caller _) => TypedResults.Ok(JsonDocument.Parse("{}"))),
            _ => app.MapGet("/api/x", (HttpContext context) => context.Response.WriteAsync("k")),
        };
        builder.RequireRoles(Roles.Educator);
        await app.StartAsync();
        Should.Throw<ShouldAssertException>(() => StudentExits.ShouldAllBeRecorded(app.Services)).Message.ShouldContain("GET /api/x");
    }

    [Fact]
    public async Task A_marked_route_that_forgets_its_record_answers_nothing()
    {
        await TestRoles.Of(postgres.ConnectionString).MigrateAsync(TestService.Define("forgetful"));
        await using var app = TestService.Build(TestService.Define("forgetful"), postgres.ConnectionString);
        app.MapGet("/forgot", (Caller _) => TypedResults.Ok(new OfStudent("secret", 1))).DisclosesStudents();
        app.MapGet("/recorded", async (Caller caller, Disclosures disclosures) =>
        {
            await disclosures.RecordAsync(caller, "test", "/recorded", ["k"], default);
            return TypedResults.Ok(new OfStudent("k", 1));
        }).DisclosesStudents();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new(app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", ((DemoIdentity)app.Services.GetService(typeof(DemoIdentity))!).Issue(Roles.Auditor, "a", "demo:auditor", "auditor", [], TimeSpan.FromMinutes(5)));
        await Eventually.Async(async () => (await client.GetAsync("/recorded")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(60), "the schema is open");
        var forgot = await client.GetAsync("/forgot");
        forgot.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await forgot.Content.ReadAsStringAsync()).ShouldNotContain("secret");
    }

    [Fact]
    public async Task Whatever_a_request_appends_its_answer_names_the_positions()
    {
        await using var service = await TestService.StartAsync("naming", postgres.ConnectionString);
        await service.AppendAsync(TestService.Tenant, "attendance-k1-2011", new Counted(1));
        var seen = await service.Client(Roles.Auditor).GetAsync("/api/naming/v1/streams/attendance-k1-2011/events?purpose=x");
        seen.Headers.GetValues("Event-Position").ShouldBe(["naming=2"]);
        seen.Headers.GetValues("Event-Positions").ShouldBe(["naming=2"]);
        (await service.Client(Roles.Auditor).GetAsync("/api/naming/v1/operations/consumers")).Headers.Contains("Event-Positions").ShouldBeFalse();
    }

    [Fact]
    public async Task Positions_of_several_appends_are_ranges()
    {
        await using var service = await TestService.StartAsync("ranges", postgres.ConnectionString);
        var positions = AppendedPositions.Begin();
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(1), new Counted(2));
        await service.AppendAsync(TestService.Tenant, "count-b", new Counted(3));
        (positions.ToString(), positions.Last).ShouldBe(("1-2,3", 3));
    }
}
