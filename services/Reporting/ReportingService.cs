using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Reporting;

/// <summary>The service's two doors and its definition.</summary>
internal static class ReportingService
{
    public static readonly ServiceDefinition Definition = new("reporting", typeof(ReportingService).Assembly, Events(), _ => null);

    static EventTypes Events() => new();

    public static IServiceCollection AddReporting(this IServiceCollection services) => services;

    public static IEndpointRouteBuilder MapReporting(this IEndpointRouteBuilder api) => api;
}
