using EquityPlatform.Contracts.Interventions;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary><c>GET /attention</c>.</summary>
internal static class ReadAttention
{
    public static void MapReadAttention(this IEndpointRouteBuilder api) => api.MapGet("/attention", HandleAsync).Produces<AttentionList>()
        .WithSummary("Reviews due within 14 days or overdue, goals due, goals that nobody works on.");

    static async Task<IResult> HandleAsync(Caller caller, Attention attention, DistrictCalendar calendar, CancellationToken cancellation) =>
        TypedResults.Ok(await attention.ListAsync(caller.Tenant, Readers.Schools(caller), calendar.Today(caller.Tenant), calendar.ZoneName(caller.Tenant), cancellation));
}
