using EquityPlatform.Contracts.Interventions;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary><c>GET /authority</c>: who may decide what, as of today or of a day; open to everyone who is signed in.</summary>
internal static class ReadAuthority
{
    public static void MapReadAuthority(this IEndpointRouteBuilder api) => api.MapGet("/authority", (Caller caller, DistrictCalendar calendar, DateOnly? on) =>
    {
        var map = Authority.On(on ?? calendar.Today(caller.Tenant));
        return TypedResults.Ok(new AuthorityMapView(map.Version, map.Rules));
    }).Produces<AuthorityMapView>().WithSummary("Who may decide what, as of today or of the day in ?on=.");
}
