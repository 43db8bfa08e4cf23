using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Rows;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>Takes an upload: durable storage first, then 202; the work is done in the background.</summary>
internal static partial class ReceiveFeed
{
    public const string DefaultSource = "sis";

    public static void MapReceiveFeed(this IEndpointRouteBuilder api) => api.MapPost("/feeds", ReceiveAsync)
        .RequireRoles(Roles.DataSteward, Roles.Operator)
        .Accepts<Stream>("application/zip", "multipart/form-data")
        .Produces<Feed>(StatusCodes.Status202Accepted)
        .DisableAntiforgery()
        .WithSummary("Upload a OneRoster zip, or a multipart of a zip and side files; ?feedId= makes it idempotent, ?source= names the source system.");

    static async Task<IResult> ReceiveAsync(HttpContext context, Caller caller, Guid? feedId, string? source, UploadVault vault, FeedRows feeds, Aggregates<SourceMappings, object> mappings, FeedSignal signal, IngestionSettings settings)
    {
        var cancellation = context.RequestAborted;
        source ??= DefaultSource;
        if (!IsSource(source))
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "feed.source", "A source is named with lower-case letters, digits and hyphens.");
        if (feedId == Guid.Empty)
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "feed.id", "The feed id must not be empty.");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = settings.MaxUploadBytes + (1 << 20);
        var (upload, key) = await vault.BeginAsync(caller.Tenant, cancellation);
        var kept = false;
        try
        {
            var (saved, revision) = await mappings.LoadAsync(caller.Tenant, source, cancellation);
            var parts = await StoreAsync(context.Request, vault, caller.Tenant, upload, key, saved, settings, cancellation);
            // The mappings of now are the feed's, whatever is saved while it waits
            parts = [.. parts.Select(part => part with { Mappings = revision })];
            var bytes = parts.Sum(p => p.Bytes);
            if (bytes == 0)
                return Problems.Result(StatusCodes.Status400BadRequest, "feed.empty", "The upload is empty.");
            var (outcome, id) = await feeds.RegisterAsync(caller.Tenant, new(feedId, source, upload, Hash(parts), bytes, parts, vault.Wrap(key, upload), caller.User, Activity.Current?.TraceId.ToString()), cancellation);
            kept = outcome is Registered.New or Registered.Resumed;
            FaultPoint.Reached("feed.registered", source);
            if (outcome == Registered.Conflict)
                return Problems.Result(StatusCodes.Status409Conflict, "feed.id-taken", "A feed with this id was received before, with other content.");
            signal.Wake();
            var feed = await feeds.FindAsync(caller.Tenant, id, cancellation) ?? throw new UnreachableException("A feed that was just registered is gone.");
            if (!kept)
                feed = feed with { Repeated = true, Code = feed.Code ?? "feed.repeated", Message = feed.Message ?? "These files were received before. Nothing was done again." };
            return TypedResults.Accepted($"/api/ingestion/v1/feeds/{id}", feed);
        }
        catch (UploadTooLargeException)
        {
            return Problems.Result(StatusCodes.Status413PayloadTooLarge, "feed.too-large", $"An upload may have {settings.MaxUploadBytes} bytes.");
        }
        finally
        {
            if (!kept)
                await vault.DeleteAsync(caller.Tenant, upload, CancellationToken.None);
        }
    }

    /// <summary>A zip as the body, or parts told apart by their file names.</summary>
    static async Task<List<StoredPart>> StoreAsync(HttpRequest request, UploadVault vault, string tenant, Guid upload, byte[] key, SourceMappings saved, IngestionSettings settings, CancellationToken cancellation)
    {
        var left = settings.MaxUploadBytes;
        var parts = new List<StoredPart>();
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            parts.Add(await vault.WriteAsync(tenant, upload, key, 0, UploadPart.Zip, request.Body, left, cancellation));
            return parts;
        }
        if (HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
            throw new ProblemException(StatusCodes.Status400BadRequest, "feed.multipart", "The multipart upload has no boundary.");
        var reader = new MultipartReader(boundary, request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (FileName(section) is not { } fileName)
                    continue; // a form field
                var name = PartName(fileName, saved);
                if (parts.Exists(p => p.Name == name))
                    throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "feed.part-repeated", $"The upload holds {name} more than once.");
                parts.Add(await vault.WriteAsync(tenant, upload, key, parts.Count, name, section.Body, left, cancellation));
                left -= parts[^1].Bytes;
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException && !cancellation.IsCancellationRequested)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "feed.multipart", "The multipart upload is damaged or was cut off.");
        }
        return parts;
    }

    static string? FileName(MultipartSection section)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            return null;
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
        return string.IsNullOrEmpty(name) ? null : name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
    }

    /// <summary>What a file is called as a part of a feed; refuses what cannot be read.</summary>
    public static string PartName(string fileName, SourceMappings saved) =>
        FileSpecs.Side.FirstOrDefault(s => s.Name.Equals(fileName, StringComparison.OrdinalIgnoreCase))?.Name
        ?? (fileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? UploadPart.Zip
            : FileName().IsMatch(fileName) && saved.For(fileName) is not null ? fileName
            : throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "feed.part-unknown",
                $"Send one zip file and, beside it, {string.Join(", ", FileSpecs.Side.Select(s => s.Name))}, or files that a saved mapping of the source reads."));

    /// <summary>Hash of the content: of the zip alone as it is (so that anyone can check it), else over names and hashes of the parts.</summary>
    public static string Hash(List<StoredPart> parts) => parts is [{ Name: UploadPart.Zip } zip]
        ? zip.Sha256
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}\n{p.Sha256}\n{(IsMapped(p.Name) ? $"{p.Mappings}\n" : "")}")))));

    /// <summary>A plain file read by another mapping is other content.</summary>
    static bool IsMapped(string part) => part != UploadPart.Zip && FileSpecs.Side.All(s => s.Name != part);

    /// <summary>Sources are named with lower-case letters, digits and hyphens.</summary>
    public static bool IsSource(string name) => SourceName().IsMatch(name);

    /// <summary>A name that may stand in findings and events.</summary>
    public static bool IsFileName(string name) => FileName().IsMatch(name);

    /// <summary>The name stands in findings and in the provenance of events.</summary>
    [GeneratedRegex(@"^[\p{L}\p{N}][\p{L}\p{N} ._()-]{0,119}$")]
    private static partial Regex FileName();

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,49}$")]
    private static partial Regex SourceName();
}
