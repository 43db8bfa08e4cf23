using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>Saves for a source how its plain files are read, and what its own columns and codes mean.</summary>
internal static class SaveMapping
{
    public static void MapSaveMapping(this IEndpointRouteBuilder api)
    {
        api.MapPut("/sources/{source}/mappings/{name}", SaveAsync).RequireRoles(Roles.DataSteward).Produces<SavedMapping>()
            .WithSummary("Saves how a plain file of the source is read, as a new version. If-Match, where sent, is the revision of the source's mappings.");
        api.MapPut("/sources/{source}/rules", SaveRulesAsync).RequireRoles(Roles.DataSteward).Produces<SourceRules>()
            .WithSummary("Saves what the source's metadata.* columns and extension codes mean.");
    }

    public static Outcome<object> Decide(SourceMappings state, string source, FileMapping ask) =>
        CheckMapping.Of(ask) is { } refusal ? refusal
        : state.Files.TryGetValue(ask.Name, out var known) && SourceMappings.Same(known.Mapping, ask) ? Outcome.Nothing<object>()
        : new MappingSaved(source, ask);

    public static Outcome<object> DecideRules(SourceMappings state, string source, SourceRules ask) =>
        CheckRules.Of(ask) is { } refusal ? refusal
        : SourceMappings.Same(state.Rules, ask) ? Outcome.Nothing<object>()
        : new SourceRulesSaved(source, ask);

    static async Task<IResult> SaveAsync(string source, string name, FileMapping ask, Caller caller, Aggregates<SourceMappings, object> mappings, TimeProvider clock, HttpContext context)
    {
        if (!ReceiveFeed.IsSource(source))
            return NotASource();
        if (ask.Name != name)
            return Refusal.Invalid("mapping.name", "The mapping is named otherwise than its address.").ToProblem();
        var handled = await mappings.HandleAsync(context.Command(caller), source, context.Request.ExpectedRevision(), state => Decide(state, source, ask), context.RequestAborted);
        var (now, _) = await mappings.LoadAsync(caller.Tenant, source, context.RequestAborted);
        return handled.ToHttp(_ => TypedResults.Ok(new SavedMapping(source, now.Files[name].Version, now.Files[name].Mapping)));
    }

    static async Task<IResult> SaveRulesAsync(string source, SourceRules ask, Caller caller, Aggregates<SourceMappings, object> mappings, HttpContext context)
    {
        if (!ReceiveFeed.IsSource(source))
            return NotASource();
        var handled = await mappings.HandleAsync(context.Command(caller), source, context.Request.ExpectedRevision(), state => DecideRules(state, source, ask), context.RequestAborted);
        return handled.ToHttp(_ => TypedResults.Ok(ask));
    }

    public static IResult NotASource() => Refusal.Invalid("feed.source", "A source is named with lower-case letters, digits and hyphens.").ToProblem();
}
