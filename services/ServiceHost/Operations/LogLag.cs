using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace EquityPlatform.ServiceHost.Operations;

/// <summary>How much of this service's log lies behind positions, in events and in age; for its own consumers, and for other services that ask.</summary>
internal sealed class LogLag(EventLog log)
{
    /// <summary>Nobody needs to know a longer backlog exactly, and counting it takes time.</summary>
    const int CountedAtMost = 100_000;

    readonly string schema = EventLogSchema.Quoted(log.Schema);

    /// <summary>One look-up per tenant, and none where nothing is behind.</summary>
    public async Task<IReadOnlyList<Behind>> BehindAsync(string tenant, long head, IReadOnlyList<long> positions, CancellationToken cancellation)
    {
        var behind = positions.Select(_ => new Behind(head, 0, null)).ToArray();
        if (positions.All(position => position >= head))
            return behind;
        await using var batch = TenantTransaction.Batch(log.Database, tenant, new NpgsqlBatchCommand($"""
            select n.i, (select count(*) from (select from {schema}.mt_events e where e.tenant_id = $1 and e.seq_id > n.seq limit {CountedAtMost}) waiting),
              (select e.timestamp from {schema}.mt_events e where e.tenant_id = $1 and e.seq_id > n.seq order by e.seq_id limit 1)
            from unnest($2) with ordinality n(seq, i)
            """) { Parameters = { new() { Value = tenant }, new() { Value = positions.ToArray() } } });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        while (await reader.ReadAsync(cancellation))
            behind[reader.GetInt64(0) - 1] = new(head, reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2));
        return behind;
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/events/behind", AnswerAsync).RequireRoles(Contracts.Roles.Service).ExcludeFromDescription();

    /// <summary>A consuming service asks for all its tenants at once: its positions in, what lies behind each out.</summary>
    static async Task<IResult> AnswerAsync(Dictionary<string, long> positions, Caller caller, EventLog log, LogLag lag, CancellationToken cancellation)
    {
        if (caller.Tenant != ServiceClients.AllTenants)
            throw new ProblemException(StatusCodes.Status403Forbidden, "auth.tenant", "Only a service that works for all districts may ask for what lies behind their positions.");
        var heads = await log.HeadsAsync(cancellation);
        var behind = new Dictionary<string, Behind>(StringComparer.Ordinal);
        foreach (var (tenant, position) in positions)
            behind[tenant] = (await lag.BehindAsync(tenant, heads.GetValueOrDefault(tenant), [position], cancellation))[0];
        return TypedResults.Ok(behind);
    }
}
