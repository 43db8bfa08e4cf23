using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Reporting.Jobs;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Reporting.Releases;

/// <summary><c>POST /releases</c>: ask for the tables of a school year to be published; a job does the work.</summary>
internal static class RequestRelease
{
    /// <param name="holder">The release that holds the school year (this one, if the year was free).</param>
    public static Outcome<ReleaseEvent> Decide(Release state, ReleaseRequest ask, Guid? holder) => state switch
    {
        Release.Requested { SchoolYear: var year } when year == ask.SchoolYear => Outcome.Nothing<ReleaseEvent>(),
        Release.Published { SchoolYear: var year } when year == ask.SchoolYear => Outcome.Nothing<ReleaseEvent>(),
        Release.Failed { SchoolYear: var year } when year == ask.SchoolYear => Outcome.Nothing<ReleaseEvent>(),
        not Release.NotRequested => Refusal.Conflict("release.id-reused", "This release id was used for another school year."),
        _ when Objection(ask) is { } objection => objection,
        _ when holder is null => Refusal.Conflict("release.id-reused", "This release id was used for something else. Make a new one."),
        _ when holder != ask.ReleaseId => Refusal.Conflict("release.exists", "This school year has a release already. There is one release per school year."),
        _ => new ReleaseRequested(ask.ReleaseId, ask.SchoolYear),
    };

    /// <summary>What is wrong with the request by itself.</summary>
    public static Refusal? Objection(ReleaseRequest ask) => ask switch
    {
        { ReleaseId: var id } when id == Guid.Empty => Refusal.Invalid("release.id-missing", "Send a releaseId of your own making (a UUID)."),
        { SchoolYear: < 1900 or > 2200 } => Refusal.Invalid("release.school-year-invalid", "Name the school year by the year in which it ends, such as 2022."),
        _ => null,
    };

    public static void MapRequestRelease(this IEndpointRouteBuilder api) => api.MapPost("/releases", HandleAsync)
        .RequireRoles(Roles.DistrictLeader, Roles.EquityAnalyst)
        .Produces<ReleaseSummary>(StatusCodes.Status202Accepted)
        .WithSummary("Publish the tables of one school year (once); answers 202 and works on");

    static async Task<IResult> HandleAsync(ReleaseRequest ask, Caller caller, HttpContext http, Aggregates<Release, ReleaseEvent> releases, ReleaseTable table,
        ReleaseSignal signal, TimeProvider clock, CancellationToken cancellation)
    {
        if (Objection(ask) is { } objection)
            return objection.ToProblem();
        var holder = await table.ReserveAsync(caller.Tenant, ask, caller.User, clock.GetUtcNow(), cancellation);
        var handled = await releases.HandleAsync(http.Command(caller), ask.ReleaseId.ToString("D"), null, state => Decide(state, ask, holder), cancellation);
        var summary = await table.FindAsync(ask.ReleaseId, cancellation);
        signal.Wake();
        return handled.ToHttp(_ => TypedResults.Accepted($"/api/reporting/v1/releases/{ask.ReleaseId:D}", summary));
    }
}
