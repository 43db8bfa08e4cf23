using System.Text.Json;
using System.Threading.Channels;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Privacy;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Erasure;

/// <summary>A service's way of clearing what it holds under a student's pseudonym.</summary>
public interface IClearStudent
{
    /// <summary>Deletes everything about the student inside the open transaction. Returns how many rows went.</summary>
    Task<int> ClearAsync(string tenant, string studentKey, NpgsqlConnection connection, CancellationToken cancellation);
}

/// <summary>This service has cleared what it held about a student. The record stays: it holds the pseudonym and nothing else.</summary>
public sealed record StudentCleared(Guid ErasureId, string StudentKey, int Cleared)
{
    public const string Type = StudentErasureAcknowledged.Type;
}

/// <summary>
/// Applies erasures and acknowledges them through the service's own log. Clearing and "still to be acknowledged" (<c>erasure_due</c>) commit together
/// with the consumer's position; the event follows, with an id derived from the request, so a crash in between loses nothing and doubles nothing.
/// </summary>
public sealed class StudentErasures
{
    readonly IClearStudent clear;
    readonly Channel<bool> due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Made by the host.</summary>
    public StudentErasures(IClearStudent clear) => this.clear = clear;

    /// <summary>Applies those of the events that ask for an erasure; call it in the consumer's transaction, after its other effects.</summary>
    public async Task ApplyAsync(string tenant, IEnumerable<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var e in events.Where(e => e.Type == StudentErasureRequested.Type))
        {
            var asked = e.Data.Deserialize<StudentErasureRequested>(EventTypes.Json) ?? throw new JsonException($"Event {e.Seq} holds null.");
            var cleared = await clear.ClearAsync(tenant, asked.StudentKey, connection, cancellation);
            await using var command = new NpgsqlCommand("""
                insert into erasure_due (tenant_id, cause, erasure_id, student_key, cleared) values ($1, $2, $3, $4, $5) on conflict (tenant_id, cause) do nothing
                """, connection)
            {
                Parameters = { new() { Value = tenant }, new() { Value = e.Id }, new() { Value = asked.ErasureId }, new() { Value = asked.StudentKey }, new() { Value = cleared } },
            };
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>Call it when the transaction is committed: what is due is acknowledged at once.</summary>
    public void Committed() => due.Writer.TryWrite(true);

    /// <summary>Waits until something was committed, or for a while: what an earlier process left is due, too.</summary>
    internal async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await due.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing came in time: look anyway
        }
    }
}

/// <summary>Registration.</summary>
public static class ErasureRegistration
{
    /// <summary>For a service that consumes ingestion anyway: its consumer calls <see cref="StudentErasures"/>, so facts and erasure keep their order.</summary>
    public static IServiceCollection AddStudentErasure<T>(this IServiceCollection services) where T : class, IClearStudent
    {
        services.TryAddSingleton<IClearStudent, T>();
        services.TryAddSingleton<StudentErasures>();
        return services.AddHostedService<ErasureAcknowledger>();
    }

    /// <summary>For a service that consumes nothing else of ingestion.</summary>
    public static IServiceCollection AddStudentErasureConsumer<T>(this IServiceCollection services) where T : class, IClearStudent =>
        services.AddStudentErasure<T>().AddBusConsumer<ErasureConsumer>();
}

/// <summary>Consumes erasures only.</summary>
internal sealed class ErasureConsumer(StudentErasures erasures) : IBusConsumer
{
    public string Name => "student-erasure/1";
    public string Source => "ingestion";
    public bool NoticesOnly => true;

    public Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation) =>
        erasures.ApplyAsync(tenant, events, connection, cancellation);

    public void Committed(string tenant, long position) => erasures.Committed();
}

/// <summary>Appends the acknowledgements that are due. Two replicas at once append the same event, which is one.</summary>
internal sealed class ErasureAcknowledger(NpgsqlDataSource database, EventLog log, StudentErasures erasures, ServiceDefinition definition, SchemaGate gate, TimeProvider clock, ILogger<ErasureAcknowledger> logger) : BackgroundService
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    sealed record Due(string Tenant, Guid Cause, Guid ErasureId, string StudentKey, int Cleared);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.OpenedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var due in await DueAsync(stoppingToken))
                    await AcknowledgeAsync(due, stoppingToken);
            }
            catch (Exception e) when (Outage.Is(e))
            {
                logger.LogWarning("Acknowledging erasures waits for the database: {Reason}", e.Message);
            }
            await erasures.WaitAsync(Poll, clock, stoppingToken);
        }
    }

    async Task<List<Due>> DueAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select tenant_id, cause, erasure_id, student_key, cleared from erasure_due limit 1000");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var due = new List<Due>();
        while (await reader.ReadAsync(cancellation))
            due.Add(new(reader.GetString(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.GetInt32(4)));
        return due;
    }

    async Task AcknowledgeAsync(Due due, CancellationToken cancellation)
    {
        var cleared = new NewEvent(EventIds.Derive(due.Cause, $"erasure-acknowledged:{definition.Name}"), new StudentCleared(due.ErasureId, due.StudentKey, due.Cleared));
        var result = await log.AppendAsync(new(due.Tenant, $"erasure-{due.StudentKey}", "erasure", ExpectedVersion.Any, [cleared], new($"service:{definition.Name}", null, due.Cause.ToString("D"))), cancellation);
        if (result is AppendResult.AppendRefused { Code: not "event.id-reused" } refused)
        {
            logger.LogError("The erasure {Erasure} of {Tenant} cannot be acknowledged: {Code}", due.ErasureId, due.Tenant, refused.Code);
            return;
        }
        await using var done = database.CreateCommand("delete from erasure_due where tenant_id = $1 and cause = $2");
        done.Parameters.Add(new() { Value = due.Tenant });
        done.Parameters.Add(new() { Value = due.Cause });
        await done.ExecuteNonQueryAsync(cancellation);
    }
}
