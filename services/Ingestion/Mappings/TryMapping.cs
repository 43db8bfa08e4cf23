using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.ServiceHost;
using Microsoft.AspNetCore.Http.Features;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>Reads a file through a mapping against what is known of the source, says what would come of it, and keeps nothing.</summary>
internal static class TryMapping
{
    const int Issues = 200;
    const long Most = 32L << 20;

    public static void MapTryMapping(this IEndpointRouteBuilder api) => api.MapPost("/sources/{source}/mappings/try", HandleAsync).RequireRoles(Roles.DataSteward)
        .Accepts<IFormFile>("multipart/form-data").Produces<MappingTry>().DisableAntiforgery()
        .WithSummary("Tries a mapping (form field mapping, JSON) on a file without applying anything: counts, findings, reasons to hold.");

    static async Task<IResult> HandleAsync(string source, Caller caller, DistrictKeys keys, RecordStore records, IngestionSettings settings, DistrictCalendar calendar, Aggregates<SourceMappings, object> mappings, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        if (!ReceiveFeed.IsSource(source))
            return SaveMapping.NotASource();
        if (!context.Request.HasFormContentType)
            return Refusal.Invalid("try.form", "Send the file and the mapping as a form.").ToProblem();
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = Most;
        var form = await context.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = Most }, cancellation);
        if (form.Files is not [var file] || Mapping(form["mapping"].ToString()) is not { } mapping)
            return Refusal.Invalid("try.form", "Send one file and the mapping as a form.").ToProblem();
        if (CheckMapping.Of(mapping) is { } refusal)
            return refusal.ToProblem();
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellation);
        var known = await records.LoadAsync(await keys.ForAsync(caller.Tenant, source, cancellation), Guid.Empty, cancellation);
        var (state, _) = await mappings.LoadAsync(caller.Tenant, source, cancellation);
        var saved = SourceMappings.Evolve(SourceMappings.Type.Initial with { Rules = state.Rules }, new MappingSaved(source, mapping with { Files = ["*"] }));
        var (bytes, today, zone) = (content.ToArray(), calendar.Today(caller.Tenant), calendar.Zone(caller.Tenant));
        var validated = await Task.Run(() => ValidateFeed.Run([new("tried file", bytes)], saved, settings.Limits, known, today, zone), cancellation);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(Of(validated));
    }

    static MappingTry Of(ValidatedFeed validated) => new(
        validated.Rejection is null ? [.. validated.Counts.Select(f => new FeedFile(f.File, f.State, Of(f.Counts)))] : [],
        [.. validated.Issues.Take(Issues).Select(i => new FeedIssue(i.File, i.Row, i.Column, i.Code, i.Severity, i.Message, i.Arguments))],
        validated.Rejection is null ? [.. validated.Reasons.Select(r => r.Code)] : []);

    static RowCounts Of(FeedCounts c) => new(c.Read, c.Accepted, c.Unchanged, c.Quarantined, c.WouldDelete, c.Parked, c.Removed);

    static FileMapping? Mapping(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<FileMapping>(json, EventTypes.Json);
        }
        catch (JsonException)
        {
            return null; // refused by the caller
        }
    }
}
