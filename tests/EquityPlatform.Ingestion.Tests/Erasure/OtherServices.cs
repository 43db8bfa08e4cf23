using System.Collections.Concurrent;
using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Privacy;
using EquityPlatform.EventSourcing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.Ingestion.Tests.Erasure;

/// <summary>The pull feeds of the other services, for tests of ingestion alone: they say what the test lets them say.</summary>
internal sealed class OtherServices : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentDictionary<string, ConcurrentQueue<PublishedEvent>> logs = new();

    OtherServices(WebApplication app) => this.app = app;

    public (string, string)[] Settings =>
        [.. new[] { "indicators", "interventions", "reporting" }.Select(service => ($"Services:{service}", app.Urls.First())), ("Bus:IdlePull", "00:00:00.2")];

    public static async Task<OtherServices> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var services = new OtherServices(app);
        app.MapGet("/api/{service}/v1/events/heads", (string service) => new Dictionary<string, long> { [IngestionHost.Tenant] = services.Log(service).Count });
        app.MapGet("/api/{service}/v1/events", (string service, long after) =>
        {
            var log = services.Log(service);
            var lines = log.Where(e => e.Seq > after).Select(e => JsonSerializer.Serialize(e, EventTypes.Json)).Append($$"""{"position":{{log.Count}},"head":{{log.Count}}}""");
            return Results.Text(string.Join('\n', lines) + "\n", "application/x-ndjson");
        });
        await app.StartAsync();
        return services;
    }

    public void Acknowledge(string service, Guid erasure, string student, int cleared)
    {
        var log = Log(service);
        var said = new StudentErasureAcknowledged(erasure, student, service, cleared);
        log.Enqueue(new(log.Count + 1, Guid.NewGuid(), StudentErasureAcknowledged.Type, $"erasure-{student}", DateTimeOffset.UnixEpoch.AddYears(56), JsonSerializer.SerializeToElement(said, EventTypes.Json), null));
    }

    ConcurrentQueue<PublishedEvent> Log(string service) => logs.GetOrAdd(service, _ => new());

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
