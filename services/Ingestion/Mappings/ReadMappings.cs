using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>Mappings that come with the platform: a start for a source's own.</summary>
internal static class ShippedMappings
{
    const string Prefix = "mapping-";

    public static readonly IReadOnlyList<FileMapping> All =
    [
        .. typeof(ShippedMappings).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read),
    ];

    static FileMapping Read(string resource)
    {
        using var stream = typeof(ShippedMappings).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is not embedded.");
        return JsonSerializer.Deserialize<FileMapping>(stream, EventTypes.Json) ?? throw new JsonException($"{resource} is null.");
    }
}

/// <summary>Shows shipped and saved mappings.</summary>
internal static class ReadMappings
{
    static readonly string[] Readers = [Roles.DataSteward, Roles.Operator, Roles.Auditor];

    public static void MapReadMappings(this IEndpointRouteBuilder api)
    {
        api.MapGet("/mappings/shipped", () => TypedResults.Ok(ShippedMappings.All)).RequireRoles(Readers).Produces<IReadOnlyList<FileMapping>>().WithSummary("Mappings that come with the platform.");
        api.MapGet("/sources/{source}/mappings", ListAsync).RequireRoles(Readers).Produces<IReadOnlyList<SavedMapping>>().WithSummary("Mappings saved for a source; ETag is their revision.");
        api.MapGet("/sources/{source}/rules", RulesAsync).RequireRoles(Readers).Produces<SourceRules>().WithSummary("What the source's own columns and codes mean.");
    }

    static async Task<IResult> ListAsync(string source, Caller caller, Aggregates<SourceMappings, object> mappings, HttpContext context)
    {
        if (!ReceiveFeed.IsSource(source))
            return SaveMapping.NotASource();
        var (state, revision) = await mappings.LoadAsync(caller.Tenant, source, context.RequestAborted);
        context.Response.Headers.ETag = FormattableString.Invariant($"\"{revision}\"");
        return TypedResults.Ok(state.Files.Values.Select(f => new SavedMapping(source, f.Version, f.Mapping)).ToList());
    }

    static async Task<IResult> RulesAsync(string source, Caller caller, Aggregates<SourceMappings, object> mappings, HttpContext context)
    {
        if (!ReceiveFeed.IsSource(source))
            return SaveMapping.NotASource();
        var (state, revision) = await mappings.LoadAsync(caller.Tenant, source, context.RequestAborted);
        context.Response.Headers.ETag = FormattableString.Invariant($"\"{revision}\"");
        return TypedResults.Ok(state.Rules);
    }
}
