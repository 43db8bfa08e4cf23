using System.Net;
using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests.Erasure;

/// <summary>Who a student is: sealed on the way in, opened for a purpose on the way out.</summary>
public sealed class IdentityTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Names_are_opened_for_a_purpose_after_the_disclosure_was_recorded()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var steward = service.Client();
        var student = await Planted.FeedAndFindAsync(steward, Planted.Package());
        var path = $"{IngestionHost.Root}/students/{student}";
        var before = await service.Log.HeadAsync(IngestionHost.Tenant, default);
        var answer = await steward.GetAsync($"{path}?purpose=Transfer");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await answer.Content.ReadFromJsonAsync<StudentIdentity>(IngestionHost.Web))
            .ShouldBe(new StudentIdentity(student, Planted.Given, Planted.Middle, Planted.Family, DateOnly.Parse(Planted.Birth, System.Globalization.CultureInfo.InvariantCulture), Planted.SourcedId, Planted.Identifier));

        await (await steward.GetAsync(path)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "purpose.missing");
        await (await steward.GetAsync($"{IngestionHost.Root}/students/{Guid.NewGuid()}?purpose=x")).ShouldBeProblem(HttpStatusCode.NotFound, "student.unknown");
        await (await service.Client(tenant: "elsewhere").GetAsync($"{path}?purpose=x")).ShouldBeProblem(HttpStatusCode.NotFound, "student.unknown");
        await (await service.Client(role: null).GetAsync($"{path}?purpose=x")).ShouldBeProblem(HttpStatusCode.Unauthorized, "auth.required");
        foreach (var role in new[] { Roles.Principal, Roles.Educator, Roles.Auditor, Roles.DistrictLeader })
            await (await service.Client(role).GetAsync($"{path}?purpose=curious")).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");
        await (await service.Client(Roles.Principal).GetAsync($"{IngestionHost.Root}/students/{Guid.NewGuid()}?purpose=x")).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");

        var records = new List<RecordedEvent>();
        await foreach (var e in service.Log.ReadAllAsync(IngestionHost.Tenant, before, null, null, default))
            records.Add(e);
        records.Select(e => e.Type).ShouldBe(["student-data-disclosed/1", .. Enumerable.Repeat("student-data-denied/1", 4)]);
        records.ShouldAllBe(e => e.Json.Contains(student));
        records[0].Reason.ShouldBe("Transfer");
    }

    [Fact]
    public async Task A_changed_name_is_one_event_and_an_unchanged_one_none()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database);
        var steward = service.Client();
        var student = await Planted.FeedAndFindAsync(steward, Planted.Package());
        (await Planted.FeedAndFindAsync(steward, Planted.Package(), $"?feedId={Guid.NewGuid()}")).ShouldBe(student);
        (await CountAsync("student-identity-recorded/1")).ShouldBe(5);
        (await CountAsync("student-birth-date-recorded/1")).ShouldBe(5);
        await Planted.FeedAndFindAsync(steward, Planted.Package("Perpetua-Oswalda"));
        (await CountAsync("student-identity-recorded/1")).ShouldBe(6);
        (await steward.GetFromJsonAsync<StudentIdentity>($"{IngestionHost.Root}/students/{student}?purpose=test", IngestionHost.Web))!.GivenName.ShouldBe("Perpetua-Oswalda");

        async Task<long> CountAsync(string type)
        {
            await using var source = NpgsqlDataSource.Create(database);
            await using var command = source.CreateCommand("select count(*) from ingestion.mt_events where type = $1 and data ? 'sealed' and data ? 'salt' and not data ? 'change'");
            command.Parameters.Add(new() { Value = type });
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task Nothing_about_who_a_student_is_is_published()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var student = await Planted.FeedAndFindAsync(service.Client(), Planted.Package());
        var feed = await service.Client(Roles.Integrator).GetByteArrayAsync($"{IngestionHost.Root}/events?after=0&limit=20000");
        System.Text.Encoding.UTF8.GetString(feed).ShouldSatisfyAllConditions(t => t.ShouldContain(student), t => t.ShouldNotContain("sealed"), t => t.ShouldNotContain("identity"));
        new Traces(Planted.All).In("pull feed", feed).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_envelope_that_somebody_changed_is_told_of_and_not_shown()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database);
        var student = await Planted.FeedAndFindAsync(service.Client(), Planted.Package());
        await using var superuser = NpgsqlDataSource.Create(database);
        await superuser.CreateCommand($$"""
            set session_replication_role = replica; -- past the trigger that keeps events as they are
            update ingestion.mt_events set data = jsonb_set(data, '{sealed,envelope}', to_jsonb(overlay(data->'sealed'->>'envelope' placing 'AAAA' from 21)))
            where stream_id = 'student-{{student}}' and type = 'student-identity-recorded/1'
            """).ExecuteNonQueryAsync();
        await (await service.Client().GetAsync($"{IngestionHost.Root}/students/{student}?purpose=test")).ShouldBeProblem(HttpStatusCode.InternalServerError, "sealed.tampered");
    }
}
