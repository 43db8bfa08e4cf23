using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EquityPlatform.Hosting;

/// <summary>What every web host shares: structured logs, telemetry, sign-in, ProblemDetails, health, OpenAPI.</summary>
public static class PlatformHosting
{
    /// <summary>Adds logging, OpenTelemetry, JWT validation (or the demo identity), role policies, ProblemDetails, health checks, <see cref="TimeProvider"/>.</summary>
    /// <param name="hostName">Lower-case name, e.g. <c>ingestion</c>.</param>
    public static WebApplicationBuilder AddPlatformHosting(this WebApplicationBuilder builder, string hostName) => throw new NotImplementedException(hostName);

    /// <summary>Exception handler, authentication, authorization, <c>/health/live</c>, <c>/health/ready</c>.</summary>
    public static WebApplication UsePlatformHosting(this WebApplication app) => throw new NotImplementedException();

    /// <summary>Requires one of the roles (403 as ProblemDetails with code <c>auth.role</c> otherwise).</summary>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder endpoint, params string[] roles) where TBuilder : IEndpointConventionBuilder => throw new NotImplementedException($"{roles}");
}
