using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Privacy;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.ServiceHost;
using Npgsql;

namespace EquityPlatform.Ingestion.Erasure;

/// <summary>Hears from one service's log that it cleared what it held about a student.</summary>
internal sealed class Acknowledgements(string source, FeedSignal signal) : IBusConsumer
{
    public string Name { get; } = $"erasure-acknowledgements-{source}/1";
    public string Source => source;

    public async Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var e in events.Where(e => e.Type == StudentErasureAcknowledged.Type))
        {
            var said = e.Data.Deserialize<StudentErasureAcknowledged>(EventTypes.Json) ?? throw new JsonException($"Event {e.Seq} holds null.");
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new("select set_config('eq.tenant', $1, true)") { Parameters = { new() { Value = tenant } } },
                    // The source's own name counts, not what the message claims
                    new("""
                        insert into erasure_acknowledgement (tenant_id, erasure_id, service, acknowledged_at, cleared)
                        values ($1, $2, $3, $4, $5) on conflict (tenant_id, erasure_id, service) do nothing
                        """)
                    {
                        Parameters =
                        {
                            new() { Value = tenant }, new() { Value = said.ErasureId }, new() { Value = source }, new() { Value = e.RecordedAt.UtcDateTime }, new() { Value = said.Cleared },
                        },
                    },
                },
            };
            await batch.ExecuteNonQueryAsync(cancellation);
        }
    }

    public void Committed(string tenant, long position) => signal.Wake();
}
