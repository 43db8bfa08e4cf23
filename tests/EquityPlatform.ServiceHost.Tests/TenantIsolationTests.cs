using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Database;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class TenantIsolationTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Tables_and_routes_show_a_tenant_to_itself_only()
    {
        await using var pair = await Pair.StartAsync(postgres, null, "isolated");
        var seed = Random.Shared.Next();
        var tenants = Enumerable.Range(0, 5).Select(i => $"district-{i}").ToArray();
        pair.Consumer.Failures[("district-3", 4)] = int.MaxValue; // so that eq_halt has a row
        pair.Consumer.Failures[("district-4", 5)] = int.MaxValue;
        foreach (var tenant in tenants)
            for (var i = 1; i <= 6; i++)
                await pair.Source.AppendAsync(tenant, $"count-{i % 2}", new Counted(i, $"secret of {tenant}"));
        await pair.Source.Log.AppendAsync(new("district-0", "count-9", "count", ExpectedVersion.Any, [new(Guid.NewGuid(), new Counted(9))], new("demo:operator"), Guid.NewGuid()), default);
        await pair.Source.Log.AppendAsync(new("district-1", "count-9", "count", ExpectedVersion.Any, [new(Guid.NewGuid(), new Counted(9))], new("demo:operator"), Guid.NewGuid()), default);
        foreach (var tenant in tenants[..3])
            await pair.AppliedAsync(tenant, tenant is "district-2" ? [1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5, 6, 9]);
        await Eventually.Async(async () => await CountAsync("select count(*) from isolatedtarget.eq_halt") == 2, TimeSpan.FromSeconds(60), "both halts are on record");

        await Eventually.Async(async () => await CountAsync("select count(*) from isolatedsource.eq_log_state where size > 0") == tenants.Length, TimeSpan.FromSeconds(60), "every district has its audit log");

        foreach (var schema in (string[])["isolatedsource", "isolatedtarget"])
            await RowSecurity.ShouldCoverAsync(postgres, schema);
        (await RowSecurity.ShouldHideAsync(postgres.Logins, "isolatedsource", seed)).ShouldBe(["mt_events", "mt_streams", "eq_command", "eq_log_state", "eq_log_tile"], ignoreOrder: true);
        (await RowSecurity.ShouldHideAsync(postgres.Logins, "isolatedtarget", seed)).ShouldBe(["eq_progress", "eq_halt", "effect"], ignoreOrder: true);

        var eyes = new ForeignEyes(pair.Source.App.Services, (role, tenant) => pair.Source.Client(role, tenant), new Dictionary<string, string> { ["id"] = "count-1" }, "after=0&purpose=test");
        await eyes.ShouldSeeNothingAsync("district-0", ["secret of district-0"], atLeastRoutes: 3);
    }

    [Fact]
    public async Task A_batch_leaves_no_tenant_on_its_connection()
    {
        await using var service = await TestService.StartAsync("clean", postgres.ConnectionString);
        await service.AppendAsync("a", "count-1", new Counted(1));
        await using var one = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.Logins.Service) { MaxPoolSize = 1 }.ConnectionString);
        var count = new Func<NpgsqlBatchCommand>(() => new("select count(*) from clean.mt_events"));
        (await TenantTransaction.ScalarAsync(one, "a", count(), default)).ShouldBe(1L);
        await using (var failing = TenantTransaction.Batch(one, "a", new NpgsqlBatchCommand("select 1/0")))
            await Should.ThrowAsync<PostgresException>(() => TenantTransaction.ReadAsync(failing, default));
        await using var bare = one.CreateCommand("select coalesce(nullif(current_setting('eq.tenant', true), ''), 'nobody') || (select count(*) from clean.mt_events)");
        (await bare.ExecuteScalarAsync()).ShouldBe("nobody0");
    }

    [Fact]
    public async Task The_roles_may_do_what_they_need_and_nothing_else()
    {
        var definition = TestService.Define("granted");
        await postgres.Logins.MigrateAsync(definition);
        for (var run = 0; run < 2; run++)
        {
            await RolePrivileges.WriterShouldOnlyAppendAsync(postgres.Logins, "granted");
            await RolePrivileges.ServiceShouldOnlyReadTheLogAsync(postgres.Logins, "granted");
            await postgres.Logins.MigrateAsync(definition); // says the same again
        }
        await RefusedAsync(postgres.Logins.Writer, "delete from granted.mt_events", "select 1 from granted.eq_progress", "update granted.mt_events set type = 'x/1'", "truncate granted.eq_command",
            "update granted.mt_streams set is_archived = true", "delete from granted.eq_tenant", "insert into granted.eq_head (last_seq, last_timestamp) values (0, now())", "create table granted.mine (x int)");
        await RefusedAsync(postgres.Logins.Service, "insert into granted.eq_tenant values ('a', 1)", "update granted.eq_head set last_seq = 0", "delete from granted.mt_events", "truncate granted.effect",
            "insert into granted.eq_command values ('a', gen_random_uuid(), 's', 1, 1, 1)", "update granted.eq_schema_version set sha256 = ''", "alter table granted.mt_events disable row level security",
            "select setval('granted.mt_events_sequence', 1)", "alter role current_user bypassrls");
    }

    [Fact]
    public async Task Stored_events_cannot_be_changed_even_by_their_owner()
    {
        await using var service = await TestService.StartAsync("appended", postgres.ConnectionString);
        await service.AppendAsync("a", "count-1", new Counted(1));
        foreach (var sql in (string[])["update appended.mt_events set type = 'x/1'", "delete from appended.mt_events", "truncate appended.mt_events"])
            foreach (var login in (string[])[postgres.Logins.Owner, postgres.Logins.Superuser])
                await RefusedAsync(login, sql);
        (await CountAsync("select count(*) from appended.mt_events where type = 'counted/1'")).ShouldBe(1);
    }

    [Fact]
    public async Task Roles_for_whom_row_level_security_would_not_hold_are_refused()
    {
        var definition = TestService.Define("refusing");
        var (service, writer) = (postgres.Logins.Names.Service, postgres.Logins.Names.Writer);
        foreach (var roles in (LogRoles[])[new(writer, writer), new(TestRoles.NameOf(postgres.ConnectionString), writer), new(TestRoles.NameOf(postgres.Logins.Owner), writer), new(service, service + "2"), new(writer, service)])
            await Should.ThrowAsync<InvalidOperationException>(() => Migrations.MigrateAsync(definition, postgres.Logins.Owner, roles, default));
        await postgres.Logins.MigrateAsync(definition);
        (await Migrations.ObjectionAsync(definition, postgres.Database, default)).ShouldNotBeNull().ShouldContain("superuser");
    }

    static async Task RefusedAsync(string login, params string[] statements)
    {
        await using var source = NpgsqlDataSource.Create(login);
        foreach (var sql in statements)
        {
            await using var command = source.CreateCommand(sql);
            (await Should.ThrowAsync<PostgresException>(command.ExecuteNonQueryAsync, sql)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
        }
    }

    async Task<long> CountAsync(string sql)
    {
        await using var command = postgres.Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
