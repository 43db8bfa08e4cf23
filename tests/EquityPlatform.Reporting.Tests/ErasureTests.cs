using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Reporting.Tests;

public sealed class ErasureTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task An_erasure_is_acknowledged_once_and_no_table_holds_a_single_student()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await ReportingHost.StartAsync(database, "http://127.0.0.1:1");
        await using var superuser = NpgsqlDataSource.Create(database);
        await ErasureOfStudents.ShouldBeAcknowledgedAsync(host.App.Services, superuser, ReportingHost.Tenant);
        (await ErasureOfStudents.TablesAsync(superuser, "reporting")).ShouldBeEmpty();
    }
}
