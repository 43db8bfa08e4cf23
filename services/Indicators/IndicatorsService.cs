using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Indicators;

/// <summary>The service's two doors and its definition.</summary>
internal static class IndicatorsService
{
    public static readonly ServiceDefinition Definition = new("indicators", typeof(IndicatorsService).Assembly, Events(), _ => null);

    static EventTypes Events() => new();

    public static IServiceCollection AddIndicators(this IServiceCollection services) => services;

    public static IEndpointRouteBuilder MapIndicators(this IEndpointRouteBuilder api) => api;
}
