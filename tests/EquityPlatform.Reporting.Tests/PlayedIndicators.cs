using System.Collections.Concurrent;
using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Reporting.Tests.Disclosure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.Reporting.Tests;

/// <summary>The indicators service at the process border: answers the routes that reporting calls, from values that the test sets.</summary>
internal sealed class PlayedIndicators : IAsyncDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    readonly WebApplication app;
    int calls;

    PlayedIndicators(WebApplication app) => this.app = app;

    public IReadOnlyList<IndicatorCell> Cells { get; set; } = [];

    /// <summary>The position of the n-th answer of <c>/values</c>.</summary>
    public Func<int, long> PositionOfCall { get; set; } = _ => 42;

    public bool Down { get; set; }
    public ConcurrentQueue<string> Asked { get; } = [];
    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<PlayedIndicators> StartAsync(IReadOnlyList<IndicatorCell> cells)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var played = new PlayedIndicators(app) { Cells = cells };
        app.Use((context, next) =>
        {
            played.Asked.Enqueue(context.Request.Path + context.Request.QueryString);
            if (!played.Down)
                return next(context);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
        app.MapGet("/api/indicators/v1/indicators", () => Results.Json(MadeDistrict.Definitions, Json));
        app.MapGet("/api/indicators/v1/schools", () => Results.Json(played.Cells.Select(c => c.School).Where(s => s != "district").Distinct().Select(s => new SchoolSummary(s, $"School {s}")), Json));
        app.MapGet("/api/indicators/v1/values", (string indicator, int schoolYear) => schoolYear != 2011 ? Results.NotFound()
            : Results.Json(new IndicatorValues(MadeDistrict.Definitions.Single(d => d.Code == indicator), schoolYear, played.Positions(), ["calendar"], [.. played.Cells.Where(c => c.Indicator == indicator)]), Json));
        app.MapGet("/api/indicators/v1/lineage", (string indicator, string school, string dimension, string group, string purpose) =>
            Results.Json(played.Lineage(indicator, school, dimension, group), Json));
        await app.StartAsync();
        return played;
    }

    Dictionary<string, long> Positions() => new() { ["ingestion"] = PositionOfCall(Interlocked.Increment(ref calls)), ["indicators"] = 3 };

    /// <summary>Students that add up to the cell: the first of them make the numerator.</summary>
    NumberLineage Lineage(string indicator, string school, string dimension, string group)
    {
        var cell = Cells.Single(c => c.Indicator == indicator && c.School == school && c.Dimension == dimension && c.Group == group);
        var students = Enumerable.Range(0, (int)(cell.Denominator ?? 0)).Select(i => new StudentLineage($"{school}-{i:000}", i < cell.Numerator, i < cell.Numerator ? 1 : 0, 1, [new RowOrigin(Guid.Empty, "users.csv", i + 2)]));
        return new(cell, new Dictionary<string, long> { ["ingestion"] = 50 }, [.. students], [new RowOrigin(Guid.Empty, "academicSessions.csv", 2)]);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
