using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Numbers;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Indicators.Evidence;

/// <summary>Freezes what deciders see: the group, the rest of its dimension and the whole school, with intervals, positions and definition.</summary>
internal static class FreezeSnapshot
{
    public static void MapFreezeSnapshot(this IEndpointRouteBuilder api) => api
        .MapPost("/snapshots", Handle)
        .RequireRoles(Access.Freezers)
        .Produces<EvidenceSnapshot>(StatusCodes.Status201Created);

    static async Task<IResult> Handle(FreezeEvidence ask, HttpContext http, Caller caller, CubeStore cubes, Aggregates<Snapshot, SnapshotFrozen> snapshots, TimeProvider clock,
        CancellationToken cancellation)
    {
        if (ask.SnapshotId == Guid.Empty)
            return Question.Missing("snapshotId").ToProblem();
        if ((Question.Rule(ask.Indicator, out var rule) ?? Question.Year(ask.SchoolYear) ?? Question.Group(ask.Dimension, ask.Group)) is { } refusal)
            return refusal.ToProblem();
        if (await cubes.FindAsync(caller.Tenant, ask.SchoolYear, cancellation) is not { } at)
            return Question.UnknownYear(ask.SchoolYear).ToProblem();
        if (Question.School(at.Cube, caller, ask.School) is { } unseen)
            return unseen.ToProblem();
        var now = Freeze(ask, rule, at, caller.User, clock.GetUtcNow());
        var handled = await snapshots.HandleAsync(http.Command(caller), ask.SnapshotId.ToString("D"), null, snapshot => Snapshot.Decide(snapshot, now), cancellation);
        var frozen = handled is Handled.Done { Changed: false }
            ? (await snapshots.LoadAsync(caller.Tenant, ask.SnapshotId.ToString("D"), cancellation)).State.Frozen ?? now
            : now;
        return handled.ToHttp(_ => GetSnapshot.Answer(frozen, http, StatusCodes.Status201Created));
    }

    static SnapshotFrozen Freeze(FreezeEvidence ask, IndicatorRule rule, CubeAt at, string by, DateTimeOffset now)
    {
        var groups = at.Cube.GroupsOf(ask.Dimension);
        if (!groups.Contains(ask.Group))
            groups = [.. groups, ask.Group];
        var cells = groups.Select(group => at.Cube.Cell(rule, ask.School, ask.Dimension, group));
        if (ask.Dimension != StudentGroups.All)
            cells = cells.Append(at.Cube.Cell(rule, ask.School, StudentGroups.All, StudentGroups.All));
        var snapshot = new EvidenceSnapshot(ask.SnapshotId, now, by, rule.Definition, ask.SchoolYear, ask.School, ask.Dimension, ask.Group,
            at.Positions, at.Cube.Derived(rule), [.. cells]);
        var body = JsonSerializer.Serialize(snapshot, Json);
        return new(ask.SnapshotId, ask.Indicator, rule.Definition.Version, ask.SchoolYear, ask.School, ask.Dimension, ask.Group, body,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))));
    }

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
}
