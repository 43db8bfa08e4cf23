using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.ServiceHost.Audit;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

/// <summary>Fault 18: an older backup is put back. Nothing is signed then, everybody is told, and there is a way out.</summary>
public sealed class RestoreTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const string Tenant = TestService.Tenant;

    [Fact]
    public async Task After_a_restore_of_an_older_backup_nothing_is_signed_until_the_log_is_founded_anew()
    {
        var folder = Directory.CreateTempSubdirectory("equity-audit-");
        var restored = $"restored_{Guid.NewGuid():N}";
        try
        {
            var settings = new Dictionary<string, string?> { ["Audit:KeyFile"] = Path.Combine(folder.FullName, "restoring.key"), ["Audit:Checkpoint"] = "00:00:00.1" };
            await RunAsync(settings, migrate: true, async service => await SignedAsync(service, await AppendAsync(service, 10), 10));
            // Yesterday's backup
            await CopyAsync(new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Database!, restored);
            await RunAsync(settings, migrate: false, async service => await SignedAsync(service, await AppendAsync(service, 7), 17));

            foreach (var (key, value) in TestRoles.Of(postgres.ConnectionString).Settings)
                settings[key] = new NpgsqlConnectionStringBuilder(value) { Database = restored }.ConnectionString;
            await RunAsync(settings, migrate: false, async service =>
            {
                await SaysAsync(service, "17 leaves were signed, the database holds 10");
                await AppendAsync(service, 20); // people go on working
                (await NoteAsync(service)).Split('\n')[1].ShouldBe("10", "what was signed stays served, nothing new is signed");
                await SaysAsync(service, "17 leaves were signed, the database holds 10");
                (await AuditLogging.RunAsync(service.App, ["audit-log", "found", Tenant, "Backup of Monday was put back"])).ShouldBe(0);
                await SignedAsync(service, 31, 31);
                (await NoteAsync(service)).ShouldStartWith($"localhost/audit/restoring/{Tenant}/g2\n31\n");
                (await service.Client(Roles.Auditor).GetStringAsync($"/api/audit/v1/restoring/{Tenant}/vkey")).ShouldContain("/g2+");
                var last = (await service.Log.ReadAllAsync(Tenant, 30, null, null, default).ToListAsync()).ShouldHaveSingleItem();
                (last.Reason, ((AuditLogFounded)last.Data).Former).ShouldBe(("Backup of Monday was put back", $"localhost/audit/restoring/{Tenant}"));
                (await AuditLogging.RunAsync(service.App, ["audit-log", "found", Tenant, "again"])).ShouldBe(1, "the log is in order");
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    async Task RunAsync(Dictionary<string, string?> settings, bool migrate, Func<TestService, Task> work)
    {
        if (migrate)
            await TestRoles.Of(postgres.ConnectionString).MigrateAsync(TestService.Define("restoring"));
        await using var service = await TestService.StartAsync("restoring", postgres.ConnectionString, settings: settings, migrate: false);
        await Eventually.ReadyAsync(new(service.Address));
        await work(service);
    }

    static async Task<long> AppendAsync(TestService service, int count) => await service.AppendAsync(Tenant, $"count-{Guid.NewGuid():N}", [.. Enumerable.Range(0, count).Select(i => (object)new Counted(i))]);

    static async Task<string> NoteAsync(TestService service) => await service.Client(Roles.Auditor).GetStringAsync($"/api/audit/v1/restoring/{Tenant}/checkpoint");

    static Task SignedAsync(TestService service, long position, int size)
    {
        position.ShouldBe(size);
        return Eventually.Async(async () => (await NoteAsync(service)).Split('\n')[1] == $"{size}", TimeSpan.FromSeconds(60), $"{size} leaves are signed");
    }

    static Task SaysAsync(TestService service, string trouble) => Eventually.Async(async () =>
        (await service.App.Services.GetRequiredService<AuditLogRun>().CheckHealthAsync(new())).Description?.Contains(trouble, StringComparison.Ordinal) == true, TimeSpan.FromSeconds(60), trouble);

    async Task CopyAsync(string from, string to)
    {
        await using var other = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await using var copy = other.CreateCommand($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{from}'");
        await copy.ExecuteNonQueryAsync();
        await using var make = other.CreateCommand($"create database {to} template {from}");
        await make.ExecuteNonQueryAsync();
    }
}
