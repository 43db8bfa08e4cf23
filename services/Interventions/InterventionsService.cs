using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary>The service's two doors and its definition.</summary>
internal static class InterventionsService
{
    public static readonly ServiceDefinition Definition = new("interventions", typeof(InterventionsService).Assembly, Events(), _ => null);

    static EventTypes Events() => new();

    public static IServiceCollection AddInterventions(this IServiceCollection services) => services;

    public static IEndpointRouteBuilder MapInterventions(this IEndpointRouteBuilder api) => api;
}
