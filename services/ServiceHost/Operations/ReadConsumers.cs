using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EquityPlatform.ServiceHost.Operations;

/// <summary>One line of the list: a consumer's state with the age of what waits, in seconds.</summary>
public sealed record ConsumerLine(string Consumer, string Source, string Tenant, long Position, long Head, long Lag, double AgeSeconds, HaltState? Halt);

/// <summary>Which replica works on a partition of the tenants, for the relay or a consumer.</summary>
public sealed record LeaseLine(string Name, int Partition, string Holder, DateTimeOffset Expires);

/// <summary>Every consumer of a service for a tenant, the rebuilds of its read models, and who works on what.</summary>
public sealed record ConsumerList(string Service, IReadOnlyList<ConsumerLine> Consumers, IReadOnlyList<RebuildState> Rebuilds, IReadOnlyList<LeaseLine> Leases);

internal static class ReadConsumers
{
    public static void MapReadConsumers(this IEndpointRouteBuilder operations) => operations.MapGet("/consumers", ReadAsync)
        .RequireRoles(Roles.Operator, Roles.Auditor)
        .Produces<ConsumerList>()
        .WithSummary("Every consumer: position, head, lag in events, age of the first event that waits, where it stands still and why; rebuilds of read models.");

    static async Task<IResult> ReadAsync(Caller caller, ConsumerLook look, PartitionLeases leases, EventLog log, ServiceDefinition definition, TimeProvider clock, CancellationToken cancellation)
    {
        var states = await look.LookAsync(caller.Tenant == ServiceClients.AllTenants ? null : caller.Tenant, [], cancellation);
        var now = clock.GetUtcNow();
        return TypedResults.Ok(new ConsumerList(definition.Name,
            [.. states.Select(state => new ConsumerLine(state.Consumer, state.Source, state.Tenant, state.Position, state.Head, state.Lag, Math.Round(state.AgeSeconds(now), 3), state.Halt))],
            await RebuildStatus.ListAsync(log.Database, definition.Name, cancellation),
            await leases.ListAsync(cancellation)));
    }
}
