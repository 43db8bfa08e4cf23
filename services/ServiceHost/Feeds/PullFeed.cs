using System.Buffers;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Disclosing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EquityPlatform.ServiceHost.Feeds;

/// <summary>
/// The pull feed, from which consumers heal: NDJSON of <see cref="PublishedEvent"/>, then one line
/// <c>{"position":n,"head":m}</c>. Everything published up to <c>position</c> came before that line, so a consumer may move to
/// it even where the last events are not published; below <c>head</c> there is more to ask for. Without the last line (a cut
/// connection) the position reached is that of the last event. It is read and written page by page, so that a slow reader holds neither
/// memory nor a connection to the database; <c>Accept-Encoding</c> br or gzip is honoured.
/// </summary>
internal static class PullFeed
{
    const int DefaultLimit = 5_000;
    const int MaximumLimit = 20_000;
    const int FlushBytes = 64 * 1024;
    const string DefaultPurpose = "delivery to an integrator";

    public static void MapPullFeed(this IEndpointRouteBuilder api)
    {
        api.MapGet("/events", WriteAsync).RequireRoles(Roles.Service, Roles.Integrator)
            .Produces<PublishedEvent>(StatusCodes.Status200OK, MediaType).DisclosesStudents()
            .WithSummary("Published events after a position, as NDJSON; the last line is {\"position\":n,\"head\":m}. What goes to an integrator is recorded as a disclosure (?purpose=).");
        api.MapGet("/events/heads", HeadsAsync).RequireRoles(Roles.Service).ExcludeFromDescription();
    }

    public const string MediaType = "application/x-ndjson";

    static async Task WriteAsync(Caller caller, EventLog log, Disclosures disclosures, ServiceDefinition definition, HttpContext context, string? purpose, long after = 0, int limit = DefaultLimit)
    {
        if (after < 0 || limit is < 1 or > MaximumLimit)
            throw new ProblemException(StatusCodes.Status400BadRequest, "feed.range", $"after starts at 0, limit lies between 1 and {MaximumLimit}.");
        var cancellation = context.RequestAborted;
        // Commit order is position order: whatever the tenant has up to this head is visible from here on, and what comes later is left to the next question
        var head = await log.HeadAsync(caller.Tenant, cancellation);
        var (position, read) = (after, 0);
        var (told, fresh) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        var leaves = !caller.Is(Roles.Service); // another service is the same platform
        context.Response.ContentType = MediaType;
        // Apart from the response's own buffer, which would go out even if the record fails
        var lines = new ArrayBufferWriter<byte>(FlushBytes * 2);
        await using var json = new Utf8JsonWriter(lines, new JsonWriterOptions { SkipValidation = true });
        await foreach (var recorded in log.ReadAllAsync(caller.Tenant, after, head, null, limit, cancellation))
        {
            (position, read) = (recorded.Position, read + 1);
            if (Publishing.Map(definition, recorded) is not { } published)
                continue;
            JsonSerializer.Serialize(json, published, Publishing.Json);
            EndLine(json, lines);
            if (leaves)
                fresh.AddRange(StudentsOf.Event(published.Stream, published.Data).Where(told.Add));
            if (lines.WrittenCount > FlushBytes)
                await SendAsync();
        }
        if (read < limit)
            position = Math.Max(position, head);
        JsonSerializer.Serialize(json, new FeedPosition(position, Math.Max(position, head)), Publishing.Json);
        EndLine(json, lines);
        await SendAsync();

        // On record before it leaves; if that fails, the answer ends here
        async Task SendAsync()
        {
            await disclosures.RecordAsync(caller, purpose ?? DefaultPurpose, context.Request.Path, fresh, cancellation);
            fresh.Clear();
            await context.Response.BodyWriter.WriteAsync(lines.WrittenMemory, cancellation);
            lines.ResetWrittenCount();
        }
    }

    static void EndLine(Utf8JsonWriter json, ArrayBufferWriter<byte> lines)
    {
        json.Flush();
        json.Reset();
        lines.Write("\n"u8);
    }

    /// <summary>Last position of every tenant: how a consumer finds tenants whose first events never reached it.</summary>
    static async Task<IResult> HeadsAsync(Caller caller, EventLog log, CancellationToken cancellation)
    {
        if (caller.Tenant != ServiceClients.AllTenants)
            throw new ProblemException(StatusCodes.Status403Forbidden, "auth.tenant", "Only a service that works for all districts may ask for their positions.");
        return TypedResults.Ok(await log.HeadsAsync(cancellation));
    }
}

/// <summary>Last line of a pull.</summary>
internal sealed record FeedPosition(long Position, long Head);
