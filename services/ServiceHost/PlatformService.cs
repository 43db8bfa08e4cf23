using EquityPlatform.EventSourcing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.ServiceHost;

/// <summary>What every service shares: database, event log, relay to the bus, consumers, migrations, pull feed.</summary>
public static class PlatformService
{
    /// <summary>
    /// Adds hosting, the Npgsql data source (<c>ConnectionStrings:Database</c>, search_path on the schema), <see cref="EventLog"/>,
    /// the relay, the bus (<c>ConnectionStrings:RabbitMq</c>) and <see cref="ServiceClients"/>.
    /// </summary>
    public static WebApplicationBuilder AddPlatformService(this WebApplicationBuilder builder, ServiceDefinition definition) => throw new NotImplementedException($"{definition}");

    /// <summary>Runs a subscription to this service's own log; its <see cref="SubscriptionRunner"/> can be had by <c>GetRequiredKeyedService&lt;SubscriptionRunner&gt;(name)</c>.</summary>
    public static IServiceCollection AddSubscription<T>(this IServiceCollection services) where T : class, ISubscription => throw new NotImplementedException();

    /// <summary>Runs a consumer of another service's events.</summary>
    public static IServiceCollection AddBusConsumer<T>(this IServiceCollection services) where T : class, IBusConsumer => throw new NotImplementedException();

    /// <summary>Adds an aggregate so that <c>Aggregates&lt;TState, TEvent&gt;</c> can be injected.</summary>
    public static IServiceCollection AddAggregate<TState, TEvent>(this IServiceCollection services, AggregateType<TState, TEvent> type) where TEvent : notnull => throw new NotImplementedException($"{type}");

    /// <summary>
    /// Middleware and shared routes: health, OpenAPI at <c>/api/{name}/v1/openapi.json</c>, pull feed <c>/api/{name}/v1/events?after=</c> (NDJSON of
    /// <see cref="EquityPlatform.Contracts.Bus.PublishedEvent"/>, role service or integrator), stored events of a stream
    /// <c>/api/{name}/v1/streams/{id}/events</c>, and the group <c>/api/{name}/v1</c> returned for the service's own routes.
    /// </summary>
    public static Microsoft.AspNetCore.Routing.RouteGroupBuilder MapPlatformService(this WebApplication app) => throw new NotImplementedException();

    /// <summary>Runs the host, or the one-shot verb <c>migrate</c> if it is the first argument. Returns the exit code.</summary>
    public static Task<int> RunPlatformServiceAsync(this WebApplication app, string[] args) => throw new NotImplementedException($"{args}");
}
