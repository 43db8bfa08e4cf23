using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EquityPlatform.Hosting;

/// <summary>What every web host shares: structured logs, telemetry, sign-in, ProblemDetails, health, OpenAPI.</summary>
public static class PlatformHosting
{
    /// <summary>Adds logging, OpenTelemetry, JWT validation (or the demo identity), role policies, ProblemDetails, health checks, <see cref="TimeProvider"/>.</summary>
    /// <param name="hostName">Lower-case name, e.g. <c>ingestion</c>.</param>
    public static WebApplicationBuilder AddPlatformHosting(this WebApplicationBuilder builder, string hostName)
    {
        builder.AddPlatformLogging(hostName);
        builder.AddPlatformTelemetry(hostName);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddPlatformAuthentication(IdentitySettings.Read(builder.Configuration, builder.Environment));
        services.AddExceptionHandler<ProblemHandling>();
        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options => JsonSettings.Apply(options.SerializerOptions));
        services.AddHealthChecks();
        services.AddOpenApi(options => options
            .AddDocumentTransformer((document, _, _) =>
            {
                InterfaceDescription.Describe(document, hostName);
                return Task.CompletedTask;
            })
            .AddOperationTransformer((operation, context, _) =>
            {
                InterfaceDescription.Describe(operation, context.Description.ActionDescriptor.EndpointMetadata);
                return Task.CompletedTask;
            }));
        return builder;
    }

    /// <summary>Exception handler, authentication, authorization, <c>/health/live</c>, <c>/health/ready</c>.</summary>
    /// <param name="problems">False for a host that answers errors with pages of its own.</param>
    public static WebApplication UsePlatformHosting(this WebApplication app, bool problems = true)
    {
        if (problems)
        {
            app.UseExceptionHandler();
            app.UseStatusCodePages(WriteStatusAsync);
        }
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        return app;
    }

    /// <summary>Requires one of the roles (403 as ProblemDetails with code <c>auth.role</c> otherwise).</summary>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder endpoint, params string[] roles) where TBuilder : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfZero(roles.Length);
        return endpoint.RequireAuthorization(new AuthorizeAttribute { Roles = string.Join(',', roles) }).WithMetadata(new RequiredRoles(roles));
    }

    // Answers that the framework left empty (unknown route or method, refused content type) get the same shape as all others
    static Task WriteStatusAsync(StatusCodeContext context)
    {
        var status = context.HttpContext.Response.StatusCode;
        var (code, detail) = Problems.Default(status);
        return Problems.WriteAsync(context.HttpContext, status, code, detail);
    }
}

/// <summary>Roles an endpoint asks for, as metadata: the role-by-route matrix is made from it.</summary>
public sealed record RequiredRoles(IReadOnlyList<string> Roles);
