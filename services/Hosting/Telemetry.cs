using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace EquityPlatform.Hosting;

/// <summary>Structured console logs, and traces and metrics over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says so.</summary>
internal static class Telemetry
{
    const string OwnSources = "EquityPlatform.*";
    static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy", OwnSources];
    static readonly string[] Meters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy", "System.Runtime", OwnSources];

    public static void AddPlatformLogging(this IHostApplicationBuilder builder, string hostName)
    {
        var logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Warning)
            .MinimumLevel.Override("Yarp", LogEventLevel.Warning)
            .ReadFrom.Configuration(builder.Configuration)
            .Enrich.FromLogContext()
            .Enrich.WithProperty("Host", hostName)
            .WriteTo.Console(new JsonFormatter(renderMessage: true, formatProvider: System.Globalization.CultureInfo.InvariantCulture))
            .CreateLogger();
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(logger, dispose: true);
    }

    public static void AddPlatformTelemetry(this IHostApplicationBuilder builder, string hostName)
    {
        // Without this ASP.NET Core leaves the HTTP tags of its request spans to an instrumentation package
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        builder.Services.AddSingleton(_ => OpenTelemetrySdk.Create(sdk => WithConfiguration(sdk, builder.Configuration)
            .ConfigureResource(resource => resource.AddService($"equity-{hostName}"))
            .WithTracing(tracing => tracing.AddSource(Sources))
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .UseOtlpExporter()));
        builder.Services.AddHostedService<TelemetryLifetime>();
    }

    // The SDK has a container of its own, which would read environment variables only
    static IOpenTelemetryBuilder WithConfiguration(IOpenTelemetryBuilder sdk, IConfiguration configuration)
    {
        sdk.Services.AddSingleton(configuration);
        return sdk;
    }
}

/// <summary>Creates the SDK before the first request; the container disposes (and so flushes) it.</summary>
internal sealed class TelemetryLifetime(OpenTelemetrySdk sdk) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sdk);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
