using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.Interventions.Tests.Http;

/// <summary>
/// The indicators service's HTTP border on a real Kestrel. It answers only calls that carry a service token of the tenant, as the
/// real one does, and hands out exactly the bytes that were put in.
/// </summary>
internal sealed class IndicatorsStandIn : IAsyncDisposable
{
    public const string Tenant = "grand-bend";
    readonly WebApplication app;

    public ConcurrentDictionary<Guid, string> Snapshots { get; } = [];
    public ConcurrentDictionary<int, IndicatorValues> Values { get; } = [];
    public List<SchoolYearSummary> Years { get; } = [];

    /// <summary>Answers 503 while true.</summary>
    public bool Down { get; set; }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    IndicatorsStandIn(WebApplication app) => this.app = app;

    public static async Task<IndicatorsStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0" });
        builder.Logging.ClearProviders();
        var standIn = new IndicatorsStandIn(builder.Build());
        var api = standIn.app.MapGroup("/api/indicators/v1").AddEndpointFilter(async (context, next) =>
            standIn.Down ? Results.StatusCode(503) : IsService(context.HttpContext.Request) ? await next(context) : Results.StatusCode(403));
        api.MapGet("/snapshots/{id:guid}", (Guid id) => standIn.Snapshots.TryGetValue(id, out var json) ? Results.Text(json, "application/json") : Results.NotFound());
        api.MapGet("/school-years", () => standIn.Years);
        api.MapGet("/values", (string indicator, int schoolYear, string dimension, string school) =>
            standIn.Values.TryGetValue(schoolYear, out var values) && values.Definition.Code == indicator ? Results.Json(values) : Results.NotFound());
        await standIn.app.StartAsync();
        return standIn;
    }

    static bool IsService(HttpRequest request)
    {
        var parts = request.Headers.Authorization.ToString().Split(' ', '.');
        if (parts is not ["Bearer", _, var payload, _])
            return false;
        payload = payload.Replace('-', '+').Replace('_', '/');
        using var claims = JsonDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '='))));
        return claims.RootElement.GetProperty("role").GetString() == Roles.Service && claims.RootElement.GetProperty("tenant").GetString() == Tenant;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
