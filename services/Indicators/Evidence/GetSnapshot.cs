using System.Text;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Indicators.Evidence;

/// <summary>Answers a frozen snapshot with the same bytes for good.</summary>
internal static class GetSnapshot
{
    public static void MapGetSnapshot(this IEndpointRouteBuilder api) => api
        .MapGet("/snapshots/{id:guid}", Handle)
        .RequireRoles(Access.Readers)
        .Produces<EvidenceSnapshot>();

    static async Task<IResult> Handle(Guid id, HttpContext http, Caller caller, Aggregates<Snapshot, SnapshotFrozen> snapshots, CancellationToken cancellation)
    {
        var (snapshot, version) = await snapshots.LoadAsync(caller.Tenant, id.ToString("D"), cancellation);
        if (snapshot.Frozen is not { } frozen)
            return Refusal.Absent("snapshot.unknown", "There is no evidence under this id.").ToProblem();
        if (!Access.MayRead(caller, frozen.School))
            return Refusal.Forbidden("school.forbidden", "Your role may see its own school and the district.").ToProblem();
        http.Response.Headers.ETag = FormattableString.Invariant($"\"{version}\"");
        return Answer(frozen, http, StatusCodes.Status200OK);
    }

    public static IResult Answer(SnapshotFrozen frozen, HttpContext http, int status)
    {
        // RFC 9530: whoever keeps a copy can check it without reading the log
        http.Response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(frozen.Sha256))}:";
        if (status == StatusCodes.Status201Created)
            http.Response.Headers.Location = FormattableString.Invariant($"/api/indicators/v1/snapshots/{frozen.SnapshotId:D}");
        return TypedResults.Text(frozen.Body, "application/json", Encoding.UTF8, status);
    }
}
