using EquityPlatform.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EquityPlatform.ServiceHost.Bus;

internal static class PlatformBus
{
    public static IServiceCollection AddPlatformBus(this IServiceCollection services)
    {
        services.AddSingleton(provider => BusSettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<BusMetrics>();
        services.AddSingleton<Broker>();
        services.AddSingleton<PublishBatch>(provider => provider.GetRequiredService<Broker>().PublishAsync);
        services.AddSingleton<PublishNotices>(provider => provider.GetRequiredService<Broker>().PublishNoticesAsync);
        services.AddSingleton<PartitionLeases>();
        services.AddSingleton<SourceFeed>();
        services.AddSingleton<EffectWriter>();
        services.AddSingleton<Halts>();
        services.AddSingleton<ConsumerTools>();
        services.AddSingleton<BatchReader>();
        services.AddSingleton(provider => new RelayCursor(provider.GetRequiredService<Npgsql.NpgsqlDataSource>(), provider.GetRequiredService<ServiceDefinition>().Name));
        services.AddHostedService(provider => provider.GetRequiredService<PartitionLeases>());
        services.AddHostedService(provider => provider.GetRequiredService<Broker>());
        services.AddHostedService<Relay>();
        services.AddHostedService<ConsumerHost>();
        // Degraded, not unready: without its broker a service still answers, and consumers pull
        services.AddHealthChecks()
            .AddCheck<Broker>("broker", HealthStatus.Degraded, tags: [Health.Ready])
            .AddCheck<Operations.LagWatch>("consumers", HealthStatus.Degraded, tags: [Health.Ready]);
        return services;
    }
}
