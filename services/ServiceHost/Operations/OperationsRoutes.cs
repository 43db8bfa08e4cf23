using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.ServiceHost.Operations;

internal static class OperationsRoutes
{
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<LogLag>();
        services.AddSingleton<ConsumerLook>();
        services.AddSingleton<LagWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<LagWatch>());
        return services;
    }

    public static void MapOperations(this IEndpointRouteBuilder api)
    {
        var operations = api.MapGroup("/operations").WithTags("operations");
        operations.MapReadConsumers();
        operations.MapRetryHalt();
        operations.MapOverrideHalt();
        LogLag.Map(api);
    }

    /// <summary>The tenant that an operator speaks of: the own one, unless the account works for all districts.</summary>
    public static string TenantOf(Caller caller, string? asked) => asked is null || asked == caller.Tenant || caller.Tenant == ServiceClients.AllTenants
        ? asked ?? caller.Tenant
        : throw new ProblemException(StatusCodes.Status403Forbidden, "auth.tenant", "Your account works for another district.");
}
