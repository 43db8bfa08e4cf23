using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Authentication;

namespace EquityPlatform.Gateway;

/// <summary>The edge: one address for the site and every service's API.</summary>
internal static class GatewayHost
{
    const int DefaultPort = 5080;
    const int AfterServices = 50;

    public static void AddGateway(this WebApplicationBuilder builder)
    {
        var port = builder.Configuration["EQUITY_PORT"];
        if (port is not null || (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null))
            builder.WebHost.UseUrls($"http://127.0.0.1:{port ?? DefaultPort.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        var upstreams = Upstreams.Read(builder.Configuration);
        builder.Services.AddSingleton(upstreams);
        builder.Services.AddReverseProxy()
            .LoadFromMemory(GatewayRoutes.Routes(upstreams), GatewayRoutes.Clusters(upstreams))
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddEdgeLimits(builder.Configuration);
        builder.Services.AddHttpClient(ServicesHealth.Client).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        builder.Services.AddSingleton<RoleMatrix>();
        builder.Services.AddHealthChecks().AddCheck<ServicesHealth>("services", tags: [Health.Ready]);
    }

    public static void UseGateway(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<InboundHeaders>();
        app.UsePlatformHosting();
        app.Use(RefuseBadTokensAsync);
        app.UseRateLimiter();
        app.MapInterfaces();
        app.MapReverseProxy();
        app.Map("/api/{**unknown}", () => Problems.Result(StatusCodes.Status404NotFound, "route.unknown", "There is no such service.")).WithOrder(AfterServices);
    }

    // A token that does not hold is refused even where none is needed: its sender believes to be signed in
    static Task RefuseBadTokensAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Headers.Authorization.Count > 0 && context.User.Identity is not { IsAuthenticated: true }
            ? context.ChallengeAsync()
            : next(context);
}
