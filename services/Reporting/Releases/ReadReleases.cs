using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EquityPlatform.Reporting.Releases;

/// <summary>A page of a list.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Public: which releases there are, and one of them with its manifest or its progress.</summary>
internal static class ReadReleases
{
    public static readonly Refusal Unknown = Refusal.Absent("release.unknown", "There is no such release.");

    public static void MapReadReleases(this IEndpointRouteBuilder api)
    {
        api.MapGet("/releases", ListAsync).AllowAnonymous().Produces<Page<ReleaseSummary>>()
            .WithSummary("Releases of a district, newest school year first; without a token published ones only");
        api.MapGet("/releases/{id:guid}", GetAsync).AllowAnonymous().Produces<ReleaseSummary>()
            .WithSummary("A release: manifest with positions, definitions and file hashes, or how far its job is");
    }

    static async Task<IResult> ListAsync(string? tenant, Caller? caller, ReleaseTable table, CancellationToken cancellation)
    {
        if ((tenant ?? caller?.Tenant) is not { Length: > 0 } district)
            return Refusal.Invalid("parameter.missing", "Name the district: ?tenant=").ToProblem();
        return TypedResults.Ok(new Page<ReleaseSummary>(await table.ListAsync(district, publishedOnly: !MaySeeJobs(caller, district), cancellation), null));
    }

    static async Task<IResult> GetAsync(Guid id, string? tenant, Caller? caller, ReleaseTable table, CancellationToken cancellation) =>
        await table.FindAsync(id, cancellation) is { } release
        && (tenant is null || tenant == release.Tenant)
        && (release.State == ReleaseState.Published || MaySeeJobs(caller, release.Tenant))
            ? TypedResults.Ok(release)
            : Unknown.ToProblem();

    /// <summary>Jobs that are not public yet are for those who publish, and for those who check them.</summary>
    static bool MaySeeJobs(Caller? caller, string tenant) => caller is not null && caller.Tenant == tenant
        && caller.Is(Roles.DistrictLeader, Roles.EquityAnalyst, Roles.Auditor, Roles.PrivacyOfficer, Roles.Operator, Roles.Service);
}
