using System.Net;
using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests.Erasure;

public sealed class ErasureTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly string[] Services = ["indicators", "interventions", "reporting"];

    [Fact]
    public async Task An_erased_student_is_gone_for_good_and_every_service_has_to_say_so()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var others = await OtherServices.StartAsync();
        await using var service = await IngestionHost.StartAsync(database, others.Settings);
        var (steward, officer, erasure) = (service.Client(), service.Client(Roles.PrivacyOfficer), Guid.NewGuid());
        var student = await Planted.FeedAndFindAsync(steward, Planted.Package());

        await (await Planted.EraseAsync(steward, student, erasure)).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");
        await (await Planted.EraseAsync(officer, student, erasure, reason: " ")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "erasure.reason-missing");
        await (await Planted.EraseAsync(officer, student, erasure, reason: $"Parents of {Planted.Middle} asked")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "erasure.names-student");
        await (await Planted.EraseAsync(officer, Guid.NewGuid().ToString("N"), erasure)).ShouldBeProblem(HttpStatusCode.NotFound, "student.unknown");
        var accepted = await Planted.EraseAsync(officer, student, erasure);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        accepted.Headers.Location!.ToString().ShouldBe($"{IngestionHost.Root}/students/{student}/erasure");
        var erased = await Planted.StateAsync(officer, student, "erased");
        erased.Services.Select(s => (s.Service, s.State, s.Since)).ShouldBe(Services.Select(s => (s, "missing", erased.ErasedAt)));

        // Again is the same; anything else under the id, or another id, is not
        (await (await Planted.EraseAsync(officer, student, erasure)).Content.ReadFromJsonAsync<StudentErasure>(IngestionHost.Web))!.ErasureId.ShouldBe(erasure);
        await (await Planted.EraseAsync(officer, student, erasure, reason: "Another reason")).ShouldBeProblem(HttpStatusCode.Conflict, "erasure.id-taken");
        await (await Planted.EraseAsync(officer, student, Guid.NewGuid())).ShouldBeProblem(HttpStatusCode.Conflict, "erasure.exists");

        await (await steward.GetAsync($"{IngestionHost.Root}/students/{student}?purpose=test")).ShouldBeProblem(HttpStatusCode.Gone, "student.erased");
        await (await steward.PostAsJsonAsync($"{IngestionHost.Root}/students/lookup", new { sourcedId = Planted.SourcedId, purpose = "test" })).ShouldBeProblem(HttpStatusCode.NotFound, "student.unknown");
        (await steward.GetAsync($"{IngestionHost.Root}/students/{student}/events?purpose=test")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var superuser = NpgsqlDataSource.Create(database);
        (await superuser.CreateCommand($"select (select count(*) from ingestion.person where person_key = '{student}') + (select count(*) from ingestion.record where owner = '{student}') + (select count(*) from ingestion.feed_chunk) + (select count(*) from ingestion.feed where wrapped_key is not null)")
            .ExecuteScalarAsync()).ShouldBe(0L);

        others.Acknowledge("indicators", erasure, student, 4);
        others.Acknowledge("reporting", erasure, student, 0);
        await Eventually.Async(async () => (await Planted.StateAsync(officer, student, "erased")).Services.Count(s => s.State == "acknowledged") == 2);
        (await Planted.StateAsync(officer, student, "erased")).Services.Single(s => s.State == "missing").Service.ShouldBe("interventions");
        others.Acknowledge("interventions", erasure, student, 0);
        (await Planted.StateAsync(officer, student, "completed")).Services.Single(s => s.Service == "indicators").Cleared.ShouldBe(4);

        var history = new List<RecordedEvent>();
        await foreach (var e in service.Log.ReadStreamAsync(IngestionHost.Tenant, $"erasure-{student}", 1, null, default))
            history.Add(e);
        history.Select(e => e.Type).ShouldBe(["erasure-recorded/1", "student-erased/1", "erasure-completed/1"]);
        history.ShouldAllBe(e => e.User == "demo:privacy-officer" && e.Reason == "Order to destroy the record");
        history[1].Json.ShouldContain("k_");
    }

    [Fact]
    public async Task A_later_feed_makes_a_new_student_and_the_old_one_stays_erased()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database);
        var (steward, officer) = (service.Client(), service.Client(Roles.PrivacyOfficer));
        var student = await Planted.FeedAndFindAsync(steward, Planted.Package());
        await Planted.EraseAsync(officer, student, Guid.NewGuid());
        await Planted.StateAsync(officer, student, "erased");
        var head = await service.Log.HeadAsync(IngestionHost.Tenant, default);

        var another = await Planted.FeedAndFindAsync(steward, Planted.Package(), $"?feedId={Guid.NewGuid()}");

        another.ShouldNotBe(student);
        (await steward.GetFromJsonAsync<StudentIdentity>($"{IngestionHost.Root}/students/{another}?purpose=test", IngestionHost.Web))!.FamilyName.ShouldBe(Planted.Family);
        await (await steward.GetAsync($"{IngestionHost.Root}/students/{student}?purpose=test")).ShouldBeProblem(HttpStatusCode.Gone, "student.erased");
        await foreach (var e in service.Log.ReadAllAsync(IngestionHost.Tenant, head, null, null, default))
            if (!e.Type.StartsWith("student-data-", StringComparison.Ordinal))
                $"{e.StreamId} {e.Json}".ShouldNotContain(student);
    }

    [Fact]
    public async Task A_failure_between_the_steps_is_resumed_and_later_feeds_wait_for_it()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var superuser = NpgsqlDataSource.Create(database);
        await using var service = await IngestionHost.StartAsync(database);
        var (steward, officer) = (service.Client(), service.Client(Roles.PrivacyOfficer));
        var student = await Planted.FeedAndFindAsync(steward, Planted.Package());
        await superuser.CreateCommand("""
            create function ingestion.refuse() returns trigger language plpgsql as 'begin raise exception ''planted''; end';
            create trigger refuse before delete on ingestion.person for each statement execute function ingestion.refuse()
            """).ExecuteNonQueryAsync();
        await Planted.EraseAsync(officer, student, Guid.NewGuid());
        // Keys go first: from here on nobody reads the name, however long the rest takes
        await Eventually.Async(async () => (await steward.GetAsync($"{IngestionHost.Root}/students/{student}?purpose=test")).StatusCode == HttpStatusCode.Gone);
        (await Planted.StateAsync(officer, student, "recorded")).ErasedAt.ShouldBeNull();
        var feed = Guid.NewGuid();
        (await steward.PostAsync($"{IngestionHost.Root}/feeds?feedId={feed}", Planted.Package("Perpetua-Oswalda").AsBody())).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await superuser.CreateCommand("drop trigger refuse on ingestion.person").ExecuteNonQueryAsync();

        await Planted.StateAsync(officer, student, "erased");
        (await steward.SettledAsync(feed)).State.ShouldBe("applied");
        (await Planted.FindAsync(steward)).ShouldNotBe(student);
    }

    [Fact]
    public async Task What_a_backup_brings_back_is_erased_again_at_the_next_start()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var superuser = NpgsqlDataSource.Create(database);
        string student;
        await using (var service = await IngestionHost.StartAsync(database))
        {
            student = await Planted.FeedAndFindAsync(service.Client(), Planted.Package());
            await superuser.CreateCommand("create table saved_keys as select * from keys.eq_subject_keys; create table saved_persons as select * from ingestion.person").ExecuteNonQueryAsync();
            await Planted.EraseAsync(service.Client(Roles.PrivacyOfficer), student, Guid.NewGuid());
            await Planted.StateAsync(service.Client(Roles.PrivacyOfficer), student, "erased");
        }
        // The key database alone set back, and then the service's alone
        await superuser.CreateCommand("truncate keys.eq_subject_keys; insert into keys.eq_subject_keys select * from saved_keys").ExecuteNonQueryAsync();
        await using (var service = await IngestionHost.StartAsync(database))
            await Eventually.Async(async () => (await service.Client().GetAsync($"{IngestionHost.Root}/students/{student}?purpose=test")).StatusCode == HttpStatusCode.Gone);
        await superuser.CreateCommand("insert into ingestion.person select * from saved_persons on conflict do nothing").ExecuteNonQueryAsync();
        await using (var service = await IngestionHost.StartAsync(database))
            await Eventually.Async(async () => (long)(await superuser.CreateCommand($"select count(*) from ingestion.person where person_key = '{student}'").ExecuteScalarAsync())! == 0);
    }
}
