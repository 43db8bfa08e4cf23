using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.ServiceHost.Audit;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class ProofRoutesTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("equity-proof-").FullName;

    [Fact]
    public async Task Anyone_of_the_district_checks_a_proof_and_learns_what_is_wrong_with_it()
    {
        await using var service = await StartAsync("checked");
        for (var i = 0; i < 7; i++)
            await service.AppendAsync(TestService.Tenant, "count-a", new Counted(i));
        using var educator = service.Client(Roles.Educator);
        await SignedAsync(educator, "checked", 7);
        var root = $"/api/audit/v1/checked/{TestService.Tenant}";

        var events = await educator.GetFromJsonAsync<LoggedEvent[]>($"{root}/streams/count-a");
        events.ShouldNotBeNull().Select(e => e.Version).ShouldBe([1, 2, 3, 4, 5, 6, 7]);
        var proof = await educator.GetStringAsync($"{root}/proof/inclusion?event={events[4].Id}");
        var leaf = await educator.GetStringAsync($"{root}/leaf/4");
        var verdict = await CheckAsync(educator, root, proof, leaf);
        verdict.Holds.ShouldBe(Holds.Yes, JsonSerializer.Serialize(verdict.Steps));
        verdict.Event.ShouldNotBeNull().Id.ShouldBe(events[4].Id);

        // Changed by whoever carries it
        FaultOf(await CheckAsync(educator, root, proof, leaf.Replace("\"version\":\"5\"", "\"version\":\"6\"", StringComparison.Ordinal))).ShouldBe("path.root");
        FaultOf(await CheckAsync(educator, root, proof.Replace("\n7\n", "\n8\n", StringComparison.Ordinal), leaf)).ShouldBe("signature.bad");
        FaultOf(await CheckAsync(educator, root, "", "")).ShouldBe("proof.empty");
        // Of another log
        await using var other = await StartAsync("other");
        await other.AppendAsync(TestService.Tenant, "count-a", new Counted(1));
        using var stranger = other.Client(Roles.Educator);
        await SignedAsync(stranger, "other", 1);
        (await CheckAsync(stranger, $"/api/audit/v1/other/{TestService.Tenant}", proof, leaf)).Steps.Single(step => step.Code == "signature").Fault.ShouldBe("signature.other-log");
        // Changed in the database, behind the service's back
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using (var plant = database.CreateCommand($"set session_replication_role = replica; update checked.mt_events set user_name = 'nobody' where id = '{events[4].Id}'; reset session_replication_role"))
            await plant.ExecuteNonQueryAsync();
        verdict = await CheckAsync(educator, root, proof, leaf);
        (verdict.Holds, FaultOf(verdict)).ShouldBe((Holds.No, "event.changed"));
        verdict.Steps.Single(step => step.Code == "checkpoint").Holds.ShouldBe(Holds.Yes);

        using var answer = await service.Client(Roles.Educator, "elsewhere").PostAsJsonAsync($"{root}/check", new ProofAsk(proof, leaf));
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var unsigned = await service.Client().PostAsJsonAsync($"{root}/check", new ProofAsk(proof, leaf));
        unsigned.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Leaves_and_streams_about_students_stay_with_auditors_and_operators()
    {
        await using var service = await StartAsync("kept");
        await service.AppendAsync(TestService.Tenant, "attendance-k1-2011", new Counted(1));
        using var auditor = service.Client(Roles.Auditor);
        await SignedAsync(auditor, "kept", 1);
        var root = $"/api/audit/v1/kept/{TestService.Tenant}";
        foreach (var role in Roles.All)
            foreach (var route in new[] { "leaf/0", "streams/attendance-k1-2011", "streams/disclosure-1" })
            {
                using var client = service.Client(role);
                var may = role is Roles.Auditor or Roles.Operator;
                ((int)(await client.GetAsync($"{root}/{route}")).StatusCode).ShouldBe(!may ? 403 : route.StartsWith("streams/disclosure", StringComparison.Ordinal) ? 404 : 200, $"{role} at {route}");
            }
    }

    [Fact]
    public async Task Growth_and_the_size_at_an_instant_come_from_checkpoints()
    {
        await using var service = await StartAsync("grown");
        using var educator = service.Client(Roles.Educator);
        var root = $"/api/audit/v1/grown/{TestService.Tenant}";
        (await educator.GetFromJsonAsync<LogSize[]>($"{root}/growth")).ShouldBeEmpty();
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(1));
        await SignedAsync(educator, "grown", 1);
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(2), new Counted(3));
        await SignedAsync(educator, "grown", 3);
        var growth = await educator.GetFromJsonAsync<LogSize[]>($"{root}/growth?points=10");
        growth.ShouldNotBeNull().Select(point => point.Size).ShouldBe([1, 3]);
        (await BeforeAsync(growth[0].At)).ShouldBe(1);
        (await BeforeAsync(growth[1].At.AddMicroseconds(-1))).ShouldBe(1);
        (await BeforeAsync(growth[1].At.AddDays(1))).ShouldBe(3);
        (await BeforeAsync(growth[0].At.AddDays(-1))).ShouldBe(0);
        foreach (var wrong in new[] { "growth?points=1", "growth?points=501", "checkpoints/before?at=yesterday" })
            (await educator.GetAsync($"{root}/{wrong}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest, wrong);
        (await educator.GetAsync($"{root}/streams/nothing")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        async Task<long> BeforeAsync(DateTimeOffset at) => (await educator.GetFromJsonAsync<LogSize>($"{root}/checkpoints/before?at={Uri.EscapeDataString(at.ToString("o"))}"))!.Size;
    }

    Task<TestService> StartAsync(string name) =>
        TestService.StartAsync(name, postgres.ConnectionString, settings: new Dictionary<string, string?> { ["Audit:KeyFile"] = Path.Combine(folder, $"{name}.key") });

    static Task SignedAsync(HttpClient client, string service, long size) => Eventually.Async(
        async () => await client.GetAsync($"/api/audit/v1/{service}/{TestService.Tenant}/checkpoint") is { IsSuccessStatusCode: true } answer && (await answer.Content.ReadAsStringAsync()).Split('\n')[1] == $"{size}",
        TimeSpan.FromSeconds(60), $"{size} leaves are signed");

    static async Task<ProofVerdict> CheckAsync(HttpClient client, string root, string proof, string leaf)
    {
        using var answer = await client.PostAsJsonAsync($"{root}/check", new ProofAsk(proof, leaf));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<ProofVerdict>())!;
    }

    static string? FaultOf(ProofVerdict verdict) => verdict.Steps.First(step => step.Holds == Holds.No).Fault;

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
