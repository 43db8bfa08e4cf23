using System.Collections.Concurrent;
using System.Text;
using EquityPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.Gateway.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Traces_and_metrics_go_to_the_collector_that_is_configured()
    {
        var received = new ConcurrentDictionary<string, string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.AddOrUpdate(signal, _ => Text(body), (_, before) => before + Text(body));
        });
        await collector.StartAsync();

        await using var edge = await Edge.StartAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        });
        await edge.SignedIn().GetAsync("/api/indicators/v1/values");
        await Eventually.Async(() => received.TryGetValue("traces", out var traces) && traces.Contains("equity-gateway", StringComparison.Ordinal)
            && traces.Contains("http.request.method", StringComparison.Ordinal) && traces.Contains("http.response.status_code", StringComparison.Ordinal), because: "a request span with HTTP tags arrives");
        await Eventually.Async(() => received.TryGetValue("metrics", out var metrics) && metrics.Contains("http.server.request.duration", StringComparison.Ordinal), because: "metrics arrive");
    }

    static string Text(MemoryStream body) => Encoding.Latin1.GetString(body.ToArray());
}
