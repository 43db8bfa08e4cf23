using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EquityPlatform.ServiceHost.Operations;

/// <summary>Asks for another try of a consumer that stands still; whichever replica runs it takes it up within a second.</summary>
/// <param name="Tenant">The caller's own if left out.</param>
public sealed record RetryHalt(string Consumer, string? Tenant = null);

internal static class RetryHaltEndpoint
{
    public static void MapRetryHalt(this IEndpointRouteBuilder operations) => operations.MapPost("/halts/retry", AskAsync)
        .RequireRoles(Roles.Operator)
        .Produces(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Tries the event at which a consumer stands still again now, after its cause was mended.");

    static async Task<IResult> AskAsync(RetryHalt ask, Caller caller, EventLog log, SubscriptionRunners runners, CancellationToken cancellation)
    {
        var tenant = OperationsRoutes.TenantOf(caller, ask.Tenant);
        if (!await new HaltTable(log.Database, log.Schema).AskAsync(ask.Consumer, tenant, cancellation))
            return Problems.Result(StatusCodes.Status404NotFound, "halt.absent", "That consumer does not stand still for this district.");
        runners.Retry(ask.Consumer, tenant);
        return TypedResults.Accepted((string?)null);
    }
}
