using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Ingestion;

/// <summary>The service's two doors and its definition.</summary>
internal static class IngestionService
{
    public static readonly ServiceDefinition Definition = new("ingestion", typeof(IngestionService).Assembly, Events(), _ => null);

    static EventTypes Events() => new();

    public static IServiceCollection AddIngestion(this IServiceCollection services) => services;

    public static IEndpointRouteBuilder MapIngestion(this IEndpointRouteBuilder api) => api;
}
