using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.ServiceHost.Bus;

internal static class PlatformBus
{
    public static IServiceCollection AddPlatformBus(this IServiceCollection services) => services;
}
