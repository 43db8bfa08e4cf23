using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>An Ed-Fi API was made a source, or its settings changed. Holds no secret.</summary>
internal sealed record EdFiSourceConfigured(string Source, string BaseAddress, string KeyId, int? EveryMinutes, bool UseSnapshot, IReadOnlyDictionary<string, string> Descriptors)
{
    public const string Type = "ed-fi-source-configured/1";
}

/// <summary>Routes: make an Ed-Fi API a source, read it now, see how far it is.</summary>
internal static partial class EdFiRoutes
{
    static readonly string[] Writers = [Roles.DataSteward, Roles.Operator];
    static readonly string[] Readers = [Roles.DataSteward, Roles.Operator, Roles.Auditor];

    public static void MapEdFi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/ed-fi", async (Caller caller, EdFiSources sources, CancellationToken cancellation) => TypedResults.Ok(await sources.ListAsync(caller.Tenant, null, cancellation)))
            .RequireRoles(Readers).Produces<IReadOnlyList<EdFiSource>>().WithSummary("Ed-Fi APIs that are read, with the state of every resource.");
        api.MapGet("/ed-fi/{source}", async (string source, Caller caller, EdFiSources sources, CancellationToken cancellation) =>
                await sources.FindAsync(caller.Tenant, source, cancellation) is { } found ? TypedResults.Ok(found) : Unknown())
            .RequireRoles(Readers).Produces<EdFiSource>().WithSummary("One Ed-Fi API: settings, last run, how far each resource was read.");
        api.MapPut("/ed-fi/{source}", ConfigureAsync).RequireRoles(Writers).Produces<EdFiSource>()
            .WithSummary("Make an Ed-Fi API a source, or change its settings. The secret of the key is put into the service's configuration, never sent.");
        api.MapPost("/ed-fi/{source}/run", RunAsync).RequireRoles(Writers).Produces<EdFiSource>(StatusCodes.Status202Accepted).WithSummary("Read the source now.");
    }

    static async Task<IResult> ConfigureAsync(string source, ConfigureEdFiSource ask, Caller caller, EdFiSources sources, EdFiSettings settings, EventLog log, CancellationToken cancellation)
    {
        if (!SourceName().IsMatch(source))
            return Refused("feed.source", "A source is named with lower-case letters, digits and hyphens.");
        if (SafeAddress.Parse(ask.BaseAddress, settings.AllowPrivateAddresses) is null)
            return Refused("edfi.address", "Give the root of the Ed-Fi API as an http or https address outside of the private network, without user and query.");
        if (ask.KeyId is not { Length: > 0 and <= 200 } || ask.KeyId.Contains(':', StringComparison.Ordinal))
            return Refused("edfi.key-id", "Give the id of the key, without a colon.");
        if (ask.EveryMinutes is < 5 or > 43_200)
            return Refused("edfi.interval", "The interval is 5 to 43200 minutes.");
        if (ask.Descriptors is { Count: > 2000 } || ask.Descriptors?.Any(d => d.Key.Length > 300 || d.Value is not { Length: <= 100 }) == true)
            return Refused("edfi.descriptors", "At most 2000 descriptor values, each with a short meaning.");
        var happened = new EdFiSourceConfigured(source, ask.BaseAddress, ask.KeyId, ask.EveryMinutes, ask.UseSnapshot, ask.Descriptors ?? new Dictionary<string, string>());
        var append = new Append(caller.Tenant, $"source-{source}", "source", ExpectedVersion.Any, [new NewEvent(Guid.NewGuid(), happened)], new(caller.User, System.Diagnostics.Activity.Current?.TraceId.ToString()));
        if (await log.AppendAsync(append, cancellation) is AppendResult.AppendRefused refused)
            return Refused(refused.Code, "The settings hold text that cannot be stored.");
        await sources.ConfigureAsync(caller.Tenant, source, ask, caller.User, cancellation);
        return TypedResults.Ok(await sources.FindAsync(caller.Tenant, source, cancellation));
    }

    static async Task<IResult> RunAsync(string source, Caller caller, EdFiSources sources, EdFiSignal wake, CancellationToken cancellation, RunEdFiSource? ask = null)
    {
        if (!await sources.AskAsync(caller.Tenant, source, ask?.Complete == true, caller.User, cancellation))
            return Unknown();
        wake.Signal.Wake();
        return TypedResults.Accepted($"/api/ingestion/v1/ed-fi/{source}", await sources.FindAsync(caller.Tenant, source, cancellation));
    }

    static IResult Refused(string code, string sentence) => Problems.Result(StatusCodes.Status422UnprocessableEntity, code, sentence);

    static IResult Unknown() => Problems.Result(StatusCodes.Status404NotFound, "edfi.unknown", "There is no Ed-Fi source with this name.");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,49}$")]
    private static partial Regex SourceName();
}
