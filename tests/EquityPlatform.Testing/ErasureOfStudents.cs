using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Privacy;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;

namespace EquityPlatform.Testing;

/// <summary>What every service owes an erased student: to clear what it holds and to say so once.</summary>
public static class ErasureOfStudents
{
    /// <summary>Hands the service's consumer of ingestion an erasure, twice, and waits until the service's own log acknowledges it.</summary>
    public static async Task ShouldBeAcknowledgedAsync(IServiceProvider services, NpgsqlDataSource superuser, string tenant)
    {
        var schema = services.GetRequiredService<ServiceDefinition>().Name;
        var consumer = services.GetServices<IBusConsumer>().Single(one => one.Source == "ingestion");
        var (erasure, student) = (Guid.NewGuid(), Guid.NewGuid().ToString("N"));
        PublishedEvent asked = new(7, Guid.NewGuid(), StudentErasureRequested.Type, $"erasure-{student}", DateTimeOffset.UnixEpoch, JsonSerializer.SerializeToElement(new StudentErasureRequested(erasure, student), EventTypes.Json), null);
        for (var times = 0; times < 2; times++)
        {
            await using var connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var bind = new NpgsqlCommand("select set_config('eq.tenant', $1, true)", connection) { Parameters = { new() { Value = tenant } } })
                await bind.ExecuteNonQueryAsync();
            await consumer.ApplyAsync(tenant, [asked], connection, CancellationToken.None);
            await transaction.CommitAsync();
            consumer.Committed(tenant, asked.Seq);
            await Eventually.Async(async () => await superuser.CreateCommand($"select count(*) from {schema}.erasure_due").ExecuteScalarAsync() is 0L, because: "the erasure is acknowledged");
        }
        var said = new List<RecordedEvent>();
        await foreach (var e in services.GetRequiredService<EventLog>().ReadStreamAsync(tenant, $"erasure-{student}", 1, null, CancellationToken.None))
            said.Add(e);
        said.ShouldHaveSingleItem().Type.ShouldBe(StudentErasureAcknowledged.Type);
        said[0].Json.ShouldContain(erasure.ToString("D"));
    }

    /// <summary>Tables of the schema that hold rows about single students: the service's clearing must know each of them.</summary>
    public static async Task<IReadOnlyList<string>> TablesAsync(NpgsqlDataSource superuser, string schema)
    {
        await using var command = superuser.CreateCommand("""
            select distinct table_name::text from information_schema.columns where table_schema = $1 and column_name in ('student_key', 'student', 'person_key') and table_name <> 'erasure_due' order by 1
            """);
        command.Parameters.Add(new() { Value = schema });
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync())
            tables.Add(reader.GetString(0));
        return tables;
    }
}
