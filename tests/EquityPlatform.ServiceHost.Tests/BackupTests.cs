using EquityPlatform.EventSourcing;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;
using EquityPlatform.Testing.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

/// <summary>What <c>deploy/BACKUP.md</c> says, done with PostgreSQL's own tools.</summary>
public sealed class BackupTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_dump_restored_into_a_fresh_server_goes_on_where_it_stood()
    {
        var database = await postgres.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("equity-dump-").FullName;
        var archive = Path.Combine(folder, "equity.dump");
        await using var fresh = await PostgresNode.StartPrivateAsync();
        try
        {
            await using (var pair = await StartAsync(database))
            {
                foreach (var tenant in (string[])["north", "south"])
                    for (var i = 1; i <= 30; i++)
                        await pair.Source.AppendAsync(tenant, $"count-{i % 3}", new Counted(i));
                await pair.AppliedAsync("north", Enumerable.Range(1, 30));
                await pair.AppliedAsync("south", Enumerable.Range(1, 30));
                // While the services run: a dump is one snapshot of all schemas
                await postgres.Node.DumpAsync(database, "-Fc", "-f", archive);
                // Written after the dump and lost with the old server: positions after it are given out anew
                await pair.Source.AppendAsync("north", "count-late", new Counted(31));
            }
            var before = await PictureAsync(database, upTo: 60);

            var restored = await fresh.CreateDatabaseAsync(name: new NpgsqlConnectionStringBuilder(database).Database);
            await fresh.RestoreAsync(restored, archive);
            (await PictureAsync(restored, upTo: 60)).ShouldBe(before);
            (await ScalarAsync(restored, "select last_seq from backedsource.eq_head")).ShouldBe(60L);

            var logins = TestRoles.Of(restored);
            foreach (var schema in (string[])["backedsource", "backedtarget"])
            {
                await RowSecurity.ShouldCoverAsync(postgres, schema, database: restored);
                await RolePrivileges.WriterShouldOnlyAppendAsync(logins, schema);
                await RolePrivileges.ServiceShouldOnlyReadTheLogAsync(logins, schema);
            }
            (await RowSecurity.ShouldHideAsync(logins, "backedsource", 1)).ShouldContain("mt_events");
            await using (var change = NpgsqlDataSource.Create(restored))
            await using (var delete = change.CreateCommand("delete from backedsource.mt_events"))
                (await Should.ThrowAsync<PostgresException>(delete.ExecuteNonQueryAsync)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

            // Migrating finds nothing to do; appending, reading and consuming go on
            await using var again = await StartAsync(restored);
            (await again.Source.AppendAsync("north", "count-1", new Counted(31))).ShouldBe(61);
            await again.AppliedAsync("north", Enumerable.Range(1, 31));
            await again.AppliedAsync("south", Enumerable.Range(1, 30));
            (await again.Source.Log.ReadAllAsync("north", 0, null, null, default).CountAsync()).ShouldBe(31);
            (await again.Source.Log.ReadStreamAsync("north", "count-1", 1, null, default).Select(e => e.Version).ToListAsync()).ShouldBe(Enumerable.Range(1, 11).Select(n => (long)n));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task<Pair> StartAsync(string database)
    {
        var source = await TestService.StartAsync("backedsource", database);
        var consumer = new EffectConsumer("backedsource");
        var target = await TestService.StartAsync("backedtarget", database, null,
            new Dictionary<string, string?> { ["Services:backedsource"] = source.Address, ["Bus:IdlePull"] = "00:00:00.500" }, services => services.AddSingleton(consumer).AddBusConsumer<EffectConsumer>());
        return new() { Source = source, Target = target, Consumer = consumer };
    }

    /// <summary>Events, streams, positions and effects, as text.</summary>
    static async Task<string?> PictureAsync(string database, long upTo) => await ScalarAsync(database, $"""
        select md5(string_agg(t, '|' order by t)) from (
          select e::text as t from backedsource.mt_events e where seq_id <= {upTo}
          union all select s::text from backedsource.mt_streams s where id <> 'count-late'
          union all select p.consumer || p.source || p.tenant_id || least(p.seq, {upTo}) from backedtarget.eq_progress p where consumer = 'effects/1'
          union all select e.tenant_id || e.nth || ':' || e.number from backedtarget.effect e where seq <= {upTo}) rows
        """) as string;

    static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
