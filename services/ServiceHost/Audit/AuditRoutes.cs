using System.Globalization;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Disclosing;
using EquityPlatform.ServiceHost.Feeds;
using EquityPlatform.ServiceHost.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>A checkpoint in the list of all.</summary>
public sealed record SignedCheckpoint(long Size, DateTimeOffset At, string Note);

/// <summary>
/// Reads of the audit log under <c>/api/audit/v1/{service}/{tenant}</c>, in the formats of transparency logs (C2SP). What is sealed leaves as ciphertext only.
/// </summary>
internal static class AuditRoutes
{
    const int MostCheckpoints = 10_000;
    const int MostEvents = 20_000;
    const int BytesAtOnce = 64 * 1024;
    const string DefaultPurpose = "verification of the audit log";
    const string Text = "text/plain; charset=utf-8";

    public static void MapAuditLog(this IEndpointRouteBuilder app, string service)
    {
        // Open to everyone of the district: signatures, sizes and hashes. Closed: what names streams or holds contents
        var open = app.MapGroup($"/api/audit/v1/{service}/{{tenant}}").RequireAuthorization().WithTags("audit").AddEndpointFilter(OwnTenantAsync);
        var audit = open.MapGroup("").RequireRoles(Roles.Auditor, Roles.Operator);
        open.MapProofs();
        open.MapGet("/checkpoint", CheckpointAsync).Produces<string>(contentType: "text/plain")
            .WithSummary("The latest checkpoint: a signed note (C2SP tlog-checkpoint) with the cosignatures of witnesses.");
        open.MapGet("/checkpoints", CheckpointsAsync).Produces<SignedCheckpoint>(StatusCodes.Status200OK, PullFeed.MediaType)
            .WithSummary("Checkpoints beyond a size, the smallest first, as NDJSON.");
        open.MapGet("/vkey", KeysAsync).Produces<string>(contentType: "text/plain").WithSummary("Verification keys, one a line, the current one first.");
        audit.MapGet("/tile/entries/{**path}", EntriesAsync).WithSummary("Leaves of an entry bundle, each with its length before it (C2SP tlog-tiles).");
        audit.MapGet("/tile/{level:int:range(0,6)}/{**path}", TileAsync).WithSummary("Hashes of a tile (C2SP tlog-tiles).");
        open.MapGet("/leaf/{index:long:min(0)}", LeafAsync).WithSummary("The bytes of a leaf; those of events about students are for auditors and operators.");
        open.MapGet("/proof/inclusion", InclusionAsync).Produces<string>(contentType: "text/plain")
            .WithSummary("Proof that an event (?event= its id, ?position= or ?index=) stands under the latest checkpoint, or under that of ?size= (C2SP tlog-proof).");
        open.MapGet("/proof/consistency", ConsistencyAsync).Produces<string>(contentType: "text/plain")
            .WithSummary("Proof that the log at ?new= leaves begins with what it was at ?old= leaves: hashes, one a line.");
        audit.MapGet("/events", EventsAsync)
            .WithSummary("Events of the leaves ?from= up to but without ?to=, as NDJSON, with all that the leaves hash. Recorded as a disclosure of the students that they are about (?purpose=).")
            .DisclosesStudents();
        audit.MapGet("/erasures", ErasuresAsync)
            .WithSummary("Events of the leaves ?from= on that say which students were erased by what authority, as /events gives them: they explain what cannot be opened before them.")
            .DisclosesStudents();
    }

    static async ValueTask<object?> OwnTenantAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        if (Caller.From(invocation.HttpContext.User) is { } caller)
            OperationsRoutes.TenantOf(caller, invocation.HttpContext.GetRouteValue("tenant") as string);
        return await next(invocation);
    }

    static async Task<IResult> CheckpointAsync(string tenant, AuditLogReads log, HttpContext context) =>
        await log.CheckpointAsync(tenant, null, context.RequestAborted) is { } checkpoint ? Results.Text(checkpoint.Note, Text) : NotYet("Nothing has been signed yet.", context);

    static async Task CheckpointsAsync(string tenant, AuditLogReads log, HttpContext context, long after = -1, int limit = 1_000)
    {
        Range(limit is > 0 and <= MostCheckpoints, $"limit lies between 1 and {MostCheckpoints}.");
        context.Response.ContentType = PullFeed.MediaType;
        foreach (var checkpoint in await log.CheckpointsAsync(tenant, after, limit, context.RequestAborted))
            await context.Response.WriteAsync(JsonSerializer.Serialize(new SignedCheckpoint(checkpoint.Size, checkpoint.SignedAt, checkpoint.Note), JsonSerializerOptions.Web) + "\n", context.RequestAborted);
    }

    static async Task<IResult> KeysAsync(string tenant, AuditLogReads log, AuditSigning signing, CancellationToken cancellation) => signing.Keys is { } keys
        ? Results.Text(string.Concat((await log.OriginAsync(tenant, cancellation) is var origin ? keys.VerifierKeys(origin) : []).Select(key => key + "\n")), Text)
        : Problems.Result(StatusCodes.Status404NotFound, "audit.unsigned", "This service signs nothing: it has no key.");

    static async Task<IResult> TileAsync(string tenant, int level, string path, AuditLogReads log, HttpContext context) =>
        Bytes(TilePath.Parse(path) is var (n, width) ? await log.TileAsync(tenant, level, n, width, context.RequestAborted) : null, context);

    static async Task<IResult> EntriesAsync(string tenant, string path, AuditLogReads log, HttpContext context) =>
        Bytes(TilePath.Parse(path) is var (n, width) ? await log.EntriesAsync(tenant, n, width, context.RequestAborted) : null, context);

    static async Task<IResult> LeafAsync(string tenant, long index, Caller caller, AuditLogReads log, HttpContext context) =>
        await ProofRoutes.LeafAsync(log, tenant, index, context.RequestAborted) is not { } leaf ? NotYet("The log does not reach so far.", context)
        : ProofRoutes.MayRead(caller, leaf.Event) ? Results.Bytes(leaf.ToUtf8(), "application/json")
        : ProofRoutes.NoStudents();

    static async Task<IResult> InclusionAsync(string tenant, Guid? @event, long? position, long? index, long? size, AuditLogReads log, HttpContext context)
    {
        Range(new[] { @event is null, position is null, index is null }.Count(missing => !missing) == 1, "Name the event by ?event= (its id), ?position= or ?index=, by one of them.");
        if ((index ?? await log.IndexOfAsync(tenant, @event, position, context.RequestAborted)) is not { } place)
            return NotYet("There is no such event, or it has no leaf yet.", context);
        return await log.InclusionAsync(tenant, place, size, context.RequestAborted) is { } proof
            ? Results.Text(AuditLogReads.ProofFile(proof), Text)
            : NotYet("No such checkpoint covers that leaf (yet).", context);
    }

    static async Task<IResult> ConsistencyAsync(string tenant, AuditLogReads log, HttpContext context, long old, long @new) =>
        await log.ConsistencyAsync(tenant, old, @new, context.RequestAborted) is { } proof
            ? Results.Text(string.Concat(proof.Select(hash => Convert.ToBase64String(hash) + "\n")), Text)
            : NotYet("There is no checkpoint of the new size, or the old one is larger.", context);

    static async Task EventsAsync(string tenant, long from, long to, string? purpose, Caller caller, AuditLogReads log, Disclosures disclosures, HttpContext context)
    {
        Range(from >= 0 && to > from && to - from <= MostEvents, $"from starts at 0, to lies at most {MostEvents} beyond it.");
        await SendAsync(log.LeavesAsync(tenant, from, to, context.RequestAborted), tenant, purpose, caller, disclosures, context);
    }

    static async Task ErasuresAsync(string tenant, long from, string? purpose, Caller caller, AuditLogReads log, Disclosures disclosures, HttpContext context)
    {
        Range(from >= 0, "from starts at 0.");
        await SendAsync(new[] { await log.ErasuresAsync(tenant, from, context.RequestAborted) }.ToAsyncEnumerable(), tenant, purpose, caller, disclosures, context);
    }

    static async Task SendAsync(IAsyncEnumerable<IReadOnlyList<AuditLeaf>> pages, string tenant, string? purpose, Caller caller, Disclosures disclosures, HttpContext context)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        context.Response.ContentType = PullFeed.MediaType;
        await foreach (var page in pages)
        {
            // On record before the page leaves; if that fails, the answer ends here
            string[] students = [.. page.SelectMany(leaf => StudentsOf.Event(leaf.Event.StreamId, leaf.Event.Data.Span)).Where(told.Add)];
            await disclosures.RecordAsync(caller with { Tenant = tenant }, purpose ?? DefaultPurpose, context.Request.Path, students, context.RequestAborted);
            foreach (var leaf in page)
            {
                leaf.WriteLine(context.Response.BodyWriter);
                if (context.Response.BodyWriter.UnflushedBytes > BytesAtOnce)
                    await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    static void Range(bool holds, string rule)
    {
        if (!holds)
            throw new ProblemException(StatusCodes.Status400BadRequest, "audit.range", rule);
    }

    /// <summary>A whole tile never changes; one that is asked for in part is whole later under another address.</summary>
    static IResult Bytes(byte[]? bytes, HttpContext context)
    {
        if (bytes is null)
            return NotYet("There is no such tile (yet).", context);
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.Bytes(bytes, "application/octet-stream");
    }

    static IResult NotYet(string detail, HttpContext context)
    {
        context.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        return Problems.Result(StatusCodes.Status404NotFound, "audit.not-there", detail);
    }
}
