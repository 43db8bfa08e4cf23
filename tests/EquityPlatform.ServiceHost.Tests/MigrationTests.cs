using EquityPlatform.ServiceHost.Database;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class MigrationTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    readonly NpgsqlDataSource service = NpgsqlDataSource.Create(postgres.Logins.Service);

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        var definition = TestService.Define("twice");
        (await postgres.Logins.MigrateAsync(definition)).ShouldBe(["000-event-log", "001-effects"]);
        (await postgres.Logins.MigrateAsync(definition)).ShouldBeEmpty();
        (await Migrations.ObjectionAsync(definition, service, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Runs_at_the_same_time_do_the_work_once()
    {
        var definition = TestService.Define("atonce");
        var runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => postgres.Logins.MigrateAsync(definition)));
        runs.Count(ran => ran.Count == 2).ShouldBe(1);
        runs.Count(ran => ran.Count == 0).ShouldBe(5);
    }

    [Fact]
    public async Task Two_replicas_that_migrate_and_start_at_once_both_work()
    {
        var replicas = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => TestService.StartAsync("twins", postgres.ConnectionString)));
        try
        {
            var positions = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => replicas[i % 2].AppendAsync(TestService.Tenant, $"count-{i}", new Counted(i))));
            positions.Order().ShouldBe(Enumerable.Range(1, 20).Select(n => (long)n));
            await using var owner = postgres.Database.CreateCommand("select distinct tableowner::text from pg_tables where schemaname = 'twins'");
            (await owner.ExecuteScalarAsync()).ShouldBe(TestRoles.NameOf(postgres.Logins.Owner));
        }
        finally
        {
            foreach (var replica in replicas)
                await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_schema_that_was_never_made_is_refused()
    {
        (await Migrations.ObjectionAsync(TestService.Define("never"), service, default)).ShouldNotBeNull().ShouldContain("migrate");
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        var definition = TestService.Define("newer");
        await postgres.Logins.MigrateAsync(definition);
        await ExecuteAsync("insert into newer.eq_schema_version (name, sha256) values ('002-later', '')");
        (await Migrations.ObjectionAsync(definition, service, default)).ShouldNotBeNull().ShouldContain("002-later");
    }

    [Fact]
    public async Task A_script_that_was_changed_after_its_run_is_refused()
    {
        var definition = TestService.Define("changed");
        await postgres.Logins.MigrateAsync(definition);
        await ExecuteAsync("update changed.eq_schema_version set sha256 = 'other' where name = '001-effects'");
        await Should.ThrowAsync<InvalidOperationException>(() => postgres.Logins.MigrateAsync(definition));
        (await Migrations.ObjectionAsync(definition, service, default)).ShouldNotBeNull().ShouldContain("001-effects");
    }

    [Fact]
    public async Task A_failing_script_leaves_nothing_behind()
    {
        await ExecuteAsync("create schema halfway; grant all on schema halfway to public; create view halfway.effect as select 1 as one");
        await Should.ThrowAsync<PostgresException>(() => postgres.Logins.MigrateAsync(TestService.Define("halfway")));
        (await Migrations.ObjectionAsync(TestService.Define("halfway"), service, default)).ShouldNotBeNull();
        await using var command = postgres.Database.CreateCommand("select to_regclass('halfway.mt_events') is null");
        (await command.ExecuteScalarAsync()).ShouldBe(true);
    }

    async Task ExecuteAsync(string sql)
    {
        await using var command = postgres.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
