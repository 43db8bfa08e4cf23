using System.Diagnostics;
using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Mappings;
using Microsoft.AspNetCore.Http.Features;

namespace EquityPlatform.Ingestion.Uploads;

/// <summary>An upload in pieces, for large files and weak lines: begin, send pieces from where it stands, complete.</summary>
internal static partial class UploadRoutes
{
    /// <summary>Uploads that a district may have open.</summary>
    const int AtMost = 20;

    static readonly string[] Senders = [Roles.DataSteward, Roles.Operator];

    public static void MapUploads(this IEndpointRouteBuilder api)
    {
        api.MapPost("/uploads", BeginAsync).RequireRoles(Senders).Produces<OpenUpload>(StatusCodes.Status201Created).Produces<OpenUpload>()
            .WithSummary("Begin an upload that comes in pieces, or find the one that was begun for the same file; says at once if the file was received before.");
        api.MapGet("/uploads/{id:guid}", async (Guid id, Caller caller, OpenUploads uploads, CancellationToken cancellation) =>
                await uploads.FindAsync(caller.Tenant, id, cancellation) is { } open ? TypedResults.Ok(View(open, open.Received)) : Unknown())
            .RequireRoles(Senders).Produces<OpenUpload>().WithSummary("How far an upload is.");
        api.MapPatch("/uploads/{id:guid}", AppendAsync).RequireRoles(Senders).Accepts<Stream>("application/octet-stream").Produces<OpenUpload>().DisableAntiforgery()
            .WithSummary("Send the bytes from ?offset= on. Whole MiB are stored as they come; the answer says how far the upload is.");
        api.MapPost("/uploads/{id:guid}/complete", CompleteAsync).RequireRoles(Senders).Produces<Feed>(StatusCodes.Status202Accepted)
            .WithSummary("Make a feed of an upload that is complete. Repeating it changes nothing.");
        api.MapDelete("/uploads/{id:guid}", DropAsync).RequireRoles(Senders).Produces(StatusCodes.Status204NoContent).WithSummary("Give an upload up; what was stored of it is deleted.");
    }

    static async Task<IResult> BeginAsync(BeginUpload ask, Caller caller, OpenUploads uploads, FeedRows feeds, Aggregates<SourceMappings, object> mappings, IngestionSettings settings, CancellationToken cancellation)
    {
        var (source, sha256) = (ask.Source ?? ReceiveFeed.DefaultSource, (ask.Sha256 ?? "").ToLowerInvariant());
        if (!ReceiveFeed.IsSource(source))
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "feed.source", "A source is named with lower-case letters, digits and hyphens.");
        if (ask.FeedId == Guid.Empty)
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "feed.id", "The feed id must not be empty.");
        if (!Sha256().IsMatch(sha256))
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "upload.sha256", "Give the SHA-256 of the whole file, in hexadecimal.");
        if (ask.Bytes <= 0)
            return Problems.Result(StatusCodes.Status400BadRequest, "feed.empty", "The upload is empty.");
        if (ask.Bytes > settings.MaxUploadBytes)
            return Problems.Result(StatusCodes.Status413PayloadTooLarge, "feed.too-large", $"An upload may have {settings.MaxUploadBytes} bytes.");
        var (saved, revision) = await mappings.LoadAsync(caller.Tenant, source, cancellation);
        var name = ReceiveFeed.PartName(ask.Name ?? "", saved);
        var hash = ReceiveFeed.Hash([new(name, ask.Bytes, 0, sha256, revision)]);
        if (await feeds.ReceivedAsync(caller.Tenant, ask.FeedId, source, hash, cancellation) is { } known)
            return TypedResults.Ok(new OpenUpload(null, name, source, ask.Bytes, sha256, ask.Bytes, known));
        if (await uploads.BeginAsync(caller.Tenant, source, ask.FeedId, name, ask.Bytes, sha256, revision, caller.User, AtMost, cancellation) is not { } open)
            return Problems.Result(StatusCodes.Status409Conflict, "upload.too-many", $"{AtMost} uploads are open. Complete one, or give one up.");
        return open.Writer > 0 ? TypedResults.Ok(View(open, open.Received)) : TypedResults.Created($"/api/ingestion/v1/uploads/{open.Id}", View(open, 0));
    }

    static async Task<IResult> AppendAsync(Guid id, long offset, HttpContext context, Caller caller, OpenUploads uploads, IngestionSettings settings)
    {
        var cancellation = context.RequestAborted;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = settings.MaxUploadBytes + (1 << 20);
        if (await uploads.TakeAsync(caller.Tenant, id, offset, cancellation) is not { } open)
            return await uploads.FindAsync(caller.Tenant, id, cancellation) is { } elsewhere
                ? Problems.Result(StatusCodes.Status409Conflict, "upload.offset", $"The upload stands at {elsewhere.Received}.")
                : Unknown();
        try
        {
            return TypedResults.Ok(View(open, await uploads.WriteAsync(caller.Tenant, open, context.Request.Body, cancellation)));
        }
        catch (UploadTooLargeException)
        {
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "upload.too-long", $"The file was announced with {open.Bytes} bytes; more came.");
        }
        catch (UploadTakenOverException)
        {
            return Problems.Result(StatusCodes.Status409Conflict, "upload.taken-over", "Another request writes this upload now.");
        }
    }

    static async Task<IResult> CompleteAsync(Guid id, Caller caller, OpenUploads uploads, UploadVault vault, FeedRows feeds, FeedSignal signal, CancellationToken cancellation)
    {
        if (await uploads.FindAsync(caller.Tenant, id, cancellation) is not { } open)
            return await feeds.OfUploadAsync(caller.Tenant, id, cancellation) is { } made ? Accepted(made with { Repeated = true }) : Unknown();
        if (open.Received < open.Bytes)
            return Problems.Result(StatusCodes.Status409Conflict, "upload.incomplete", $"The upload stands at {open.Received} of {open.Bytes} bytes.");
        if (!await uploads.IsWholeAsync(caller.Tenant, open, cancellation))
        {
            await vault.DeleteAsync(caller.Tenant, id, cancellation);
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "upload.changed", "The bytes that came are not those of the announced file. Begin again.");
        }
        var (outcome, feed) = await feeds.RegisterAsync(caller.Tenant, new(open.FeedId, open.Source, id, ReceiveFeed.Hash([open.Part]), open.Bytes, [open.Part], open.WrappedKey, caller.User, Activity.Current?.TraceId.ToString()), cancellation);
        FaultPoint.Reached("upload.registered", open.Source);
        signal.Wake();
        if (outcome is Registered.New or Registered.Resumed)
            return Accepted(await FindAsync());
        await vault.DeleteAsync(caller.Tenant, id, cancellation);
        return outcome == Registered.Conflict
            ? Problems.Result(StatusCodes.Status409Conflict, "feed.id-taken", "A feed with this id was received before, with other content.")
            : Accepted(await FindAsync() with { Repeated = true });

        async Task<Feed> FindAsync() => await feeds.FindAsync(caller.Tenant, feed, cancellation) ?? throw new UnreachableException("A feed that was just registered is gone.");
    }

    static async Task<IResult> DropAsync(Guid id, Caller caller, OpenUploads uploads, UploadVault vault, CancellationToken cancellation)
    {
        if (await uploads.FindAsync(caller.Tenant, id, cancellation) is null)
            return Unknown();
        await vault.DeleteAsync(caller.Tenant, id, cancellation);
        return TypedResults.NoContent();
    }

    static Microsoft.AspNetCore.Http.HttpResults.Accepted<Feed> Accepted(Feed feed) => TypedResults.Accepted($"/api/ingestion/v1/feeds/{feed.FeedId}", feed);

    static OpenUpload View(UnfinishedUpload open, long received) => new(open.Id, open.Name, open.Source, open.Bytes, open.Sha256, received);

    static IResult Unknown() => Problems.Result(StatusCodes.Status404NotFound, "upload.unknown", "There is no open upload with this id; perhaps nobody continued it in time.");

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256();
}
