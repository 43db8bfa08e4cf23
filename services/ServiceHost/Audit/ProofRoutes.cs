using System.Globalization;
using System.Text;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Feeds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>A proof file and the leaf that it is about, as texts, byte by byte.</summary>
public sealed record ProofAsk(string? Proof, string? Leaf);

/// <summary>An event of a stream for which a proof can be asked.</summary>
/// <param name="Cause">Id of the command that it answers, where there was one.</param>
public sealed record LoggedEvent(Guid Id, string Type, long Version, long Position, DateTimeOffset RecordedAt, string? Cause);

/// <summary>
/// What everyone who is signed in may ask of their district's audit log: growth, receipts of streams that are not about students, the check of a proof. Hashes tell nothing;
/// names of streams about students would tell that something happened to one, so their leaves stay with auditors and operators.
/// </summary>
internal static class ProofRoutes
{
    const int MostPoints = 500;
    const int MostGenerations = 100;
    const string DisclosureStream = "disclosure-";

    public static void MapProofs(this RouteGroupBuilder log)
    {
        log.MapGet("/growth", GrowthAsync).Produces<IReadOnlyList<LogSize>>()
            .WithSummary("How the log grew: size and time of up to ?points= checkpoints, evenly spread over time.");
        log.MapGet("/checkpoints/before", BeforeAsync).Produces<LogSize>()
            .WithSummary("Size and time of the last checkpoint at or before ?at= an instant; size 0 if there was none.");
        log.MapGet("/streams/{stream}", StreamAsync).Produces<IReadOnlyList<LoggedEvent>>()
            .WithSummary("Events of a stream without their contents, each of which has a proof. Streams about students are for auditors and operators.");
        log.MapPost("/check", CheckAsync).Produces<ProofVerdict>()
            .WithSummary("Checks a proof file and its leaf against this log, step by step: forms, place, hashes, signature, the checkpoint that this log keeps, the event as it is today.");
    }

    static async Task<IResult> GrowthAsync(string tenant, CheckpointHistory history, HttpContext context, int points = 50) => points is > 1 and <= MostPoints
        ? TypedResults.Ok(await history.GrowthAsync(tenant, points, context.RequestAborted))
        : throw new ProblemException(StatusCodes.Status400BadRequest, "audit.range", $"points lies between 2 and {MostPoints}.");

    // A plus sign in a query is a space to many clients
    static async Task<IResult> BeforeAsync(string tenant, string at, CheckpointHistory history, HttpContext context) =>
        DateTimeOffset.TryParse(at.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? TypedResults.Ok(await history.BeforeAsync(tenant, instant, context.RequestAborted) ?? new(0, instant))
            : throw new ProblemException(StatusCodes.Status400BadRequest, "audit.range", "at takes an instant, such as 2026-09-01T00:00:00Z.");

    static async Task<IResult> StreamAsync(string tenant, string stream, Caller caller, EventLog log, HttpContext context)
    {
        if (IsAboutStudents(stream) && !MayReadAll(caller))
            return NoStudents();
        var events = new List<LoggedEvent>();
        await foreach (var e in log.ReadStreamAsync(tenant, stream, 1, null, context.RequestAborted))
            events.Add(new(e.Id, e.Type, e.Version, e.Position, e.RecordedAt, e.CausationId));
        return events.Count > 0 ? TypedResults.Ok(events) : Problems.Result(StatusCodes.Status404NotFound, "stream.unknown", "There is no such record.");
    }

    static async Task<IResult> CheckAsync(string tenant, ProofAsk ask, AuditLogReads log, AuditOrigin origins, AuditSigning signing, AuditSettings settings, HttpContext context)
    {
        var check = ProofCheck.Read(ask.Proof ?? "", ask.Leaf ?? "");
        var origin = await log.OriginAsync(tenant, context.RequestAborted);
        string[] former = [.. Enumerable.Range(1, MostGenerations).Select(generation => origins.Of(tenant, generation)).TakeWhile(name => name != origin)];
        var facts = new LogFacts(origin, former, [], 0, null, null, [.. settings.Witnesses.Select(witness => CosignatureKey.TryParse(witness.Key)).OfType<CosignatureKey>()]);
        if (check.Claim is not { } claim || claim.Origin != origin && !former.Contains(claim.Origin))
            return TypedResults.Ok(check.Judge(facts));
        facts = facts with { VerifierKeys = signing.Keys?.VerifierKeys(claim.Origin) ?? [] };
        if (claim.Origin == origin)
            facts = facts with
            {
                LatestSize = (await log.CheckpointAsync(tenant, null, context.RequestAborted))?.Size ?? 0,
                Kept = (await log.CheckpointAsync(tenant, claim.Size, context.RequestAborted))?.Note,
                Leaf = await LeafAsync(log, tenant, claim.Index, context.RequestAborted) is { } leaf ? Encoding.UTF8.GetString(leaf.ToUtf8()) : null,
            };
        return TypedResults.Ok(check.Judge(facts));
    }

    /// <summary>The leaf at a place; null if the log does not reach so far.</summary>
    public static async Task<AuditLeaf?> LeafAsync(AuditLogReads log, string tenant, long index, CancellationToken cancellation)
    {
        if (index is >= 0 and < long.MaxValue)
            await foreach (var page in log.LeavesAsync(tenant, index, index + 1, cancellation))
                return page[0];
        return null;
    }

    /// <summary>Whether a caller may have the leaf of an event: what it names beside hashes are stream, type and time.</summary>
    public static bool MayRead(Caller caller, AuditedEvent e) => MayReadAll(caller) || !IsAboutStudents(e.StreamId) && e.Data.Span.IndexOf("studentKey"u8) < 0;

    public static IResult NoStudents() => Problems.Result(StatusCodes.Status403Forbidden, "auth.role", "Your role may not see records about single students.");

    static bool MayReadAll(Caller caller) => caller.Is(Roles.Auditor, Roles.Operator);

    static bool IsAboutStudents(string stream) => StreamHistory.StudentOf(stream) is not null || stream.StartsWith(DisclosureStream, StringComparison.Ordinal);
}
