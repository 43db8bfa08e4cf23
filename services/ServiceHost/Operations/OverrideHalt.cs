using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EquityPlatform.ServiceHost.Operations;

/// <summary>An operator's decision that a consumer passes the one event at which it stands still.</summary>
/// <param name="Position">Position of the event in its source's log, as the list of consumers shows it.</param>
/// <param name="EventId">The event's id, so that no other one is passed by mistake.</param>
/// <param name="Tenant">The caller's own if left out.</param>
public sealed record OverrideHalt(string Consumer, long Position, Guid EventId, string Reason, string? Tenant = null);

/// <summary>The recorded decision. <paramref name="Repeated"/>: it had been taken before.</summary>
public sealed record OverrideRecorded(string Consumer, string Tenant, long Position, Guid EventId, Guid DecisionId, bool Repeated);

internal static class OverrideHaltEndpoint
{
    const int LongestReason = 2_000;

    public static void MapOverrideHalt(this IEndpointRouteBuilder operations) => operations.MapPost("/halts/override", RecordAsync)
        .RequireRoles(Roles.Operator)
        .Produces<OverrideRecorded>().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .WithSummary("Records the decision that a consumer passes exactly the event at which it stands still. Without its effect, read models differ from the log there: mend and retry where you can.");

    static async Task<IResult> RecordAsync(OverrideHalt ask, Caller caller, EventLog log, ConsumerLook look, SubscriptionRunners runners, CancellationToken cancellation)
    {
        var tenant = OperationsRoutes.TenantOf(caller, ask.Tenant);
        if (string.IsNullOrWhiteSpace(ask.Reason) || ask.Reason.Length > LongestReason)
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "reason.missing", "State in a sentence or two why the event is passed.");
        if (look.Consumers.FirstOrDefault(consumer => consumer.Name == ask.Consumer) is not { Name: not null } known)
            return Problems.Result(StatusCodes.Status404NotFound, "consumer.unknown", "This service has no such consumer.");
        var halts = new HaltTable(log.Database, log.Schema);
        var decision = ConsumerOverridden.IdOf(ask.Consumer, known.Source, ask.Position, ask.EventId);
        var repeated = await halts.IsDecidedAsync(tenant, decision, cancellation);
        if (!repeated)
        {
            if (await halts.FindAsync(ask.Consumer, tenant, cancellation) is not { } halt || halt.Position != ask.Position || halt.EventId != ask.EventId)
                return Problems.Result(StatusCodes.Status409Conflict, "halt.elsewhere", "The consumer does not stand at that event (any more). Look at the list again.");
            var append = new Append(tenant, $"operation-{decision:D}", "operation", ExpectedVersion.Any,
                [new(decision, new ConsumerOverridden(halt.Consumer, halt.Source, halt.Position, halt.EventId, halt.EventType, halt.Error), Reason: ask.Reason.Trim())],
                new(caller.User, System.Diagnostics.Activity.Current?.TraceId.ToString()));
            if (await log.AppendAsync(append, cancellation) is AppendResult.AppendRefused { Code: not "event.id-reused" } refused)
                return Problems.Result(StatusCodes.Status422UnprocessableEntity, refused.Code, refused.Message);
        }
        await halts.AskAsync(ask.Consumer, tenant, cancellation);
        runners.Retry(ask.Consumer, tenant);
        return TypedResults.Ok(new OverrideRecorded(ask.Consumer, tenant, ask.Position, ask.EventId, decision, repeated));
    }
}
