using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EquityPlatform.Hosting;

/// <summary>Token checks: RS256 only, fixed issuer, audience and type, lifetime with 60 s of skew; refusals as problems.</summary>
internal static class Authentication
{
    const string ServiceScheme = "ServiceBearer";
    const string SelectingScheme = "Bearer-or-service";
    static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    public static void AddPlatformAuthentication(this IServiceCollection services, IdentitySettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(provider => new ServiceTokens(settings, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<IdentityGuard>();
        if (settings.IsDemo && settings.KeyFile is { } keyFile)
            services.AddSingleton(provider => new DemoIdentity(keyFile, provider.GetRequiredService<TimeProvider>()));

        var withServiceScheme = !settings.IsDemo && settings.ServiceKeyFile is not null;
        var authentication = services.AddAuthentication(withServiceScheme ? SelectingScheme : JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(options => Configure(options, settings));
        if (withServiceScheme)
            authentication
                .AddJwtBearer(ServiceScheme, options => ConfigureKey(options, ServiceTokens.ServiceIssuer, settings.ServiceKeyFile))
                .AddPolicyScheme(SelectingScheme, null, options => options.ForwardDefaultSelector = SchemeOf);
        services.AddAuthorizationBuilder().SetDefaultPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser().RequireClaim(Claims.Subject).RequireClaim(Claims.Tenant).Build());
    }

    static void Configure(JwtBearerOptions options, IdentitySettings settings)
    {
        if (settings.IsDemo)
        {
            ConfigureKey(options, DemoIdentity.Issuer, settings.KeyFile);
            return;
        }
        options.Authority = settings.Authority;
        options.Audience = settings.Audience;
        options.RequireHttpsMetadata = !settings.PlainHttp;
        Common(options);
    }

    static void ConfigureKey(JwtBearerOptions options, string issuer, string? keyFile)
    {
        Common(options);
        options.TokenValidationParameters.ValidIssuer = issuer;
        options.TokenValidationParameters.ValidAudience = issuer;
        if (keyFile is not null)
            options.TokenValidationParameters.IssuerSigningKey = SigningKey.LoadOrCreate(keyFile);
    }

    static void Common(JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.IncludeErrorDetails = false;
        var parameters = options.TokenValidationParameters;
        parameters.ValidateIssuer = parameters.ValidateAudience = parameters.ValidateLifetime = parameters.ValidateIssuerSigningKey = true;
        parameters.RequireExpirationTime = parameters.RequireSignedTokens = true;
        parameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256];
        parameters.ValidTypes = ["JWT", "at+jwt"];
        parameters.ClockSkew = Skew;
        parameters.NameClaimType = Claims.Name;
        parameters.RoleClaimType = Claims.Role;
        options.Events = new JwtBearerEvents { OnChallenge = ChallengeAsync, OnForbidden = ForbidAsync };
    }

    static Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        context.Response.Headers.WWWAuthenticate = context.AuthenticateFailure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        var (code, detail) = context.AuthenticateFailure switch
        {
            null => Problems.Default(StatusCodes.Status401Unauthorized),
            SecurityTokenExpiredException => ("auth.expired", "The token has expired. Sign in again."),
            _ => ("auth.invalid", "The token is not valid here."),
        };
        return context.Response.HasStarted ? Task.CompletedTask : Problems.WriteAsync(context.HttpContext, StatusCodes.Status401Unauthorized, code, detail);
    }

    static Task ForbidAsync(ForbiddenContext context)
    {
        var (code, detail) = Caller.From(context.HttpContext.User) is null
            ? ("auth.tenant", "The token names no district or no account.")
            : Problems.Default(StatusCodes.Status403Forbidden);
        return context.Response.HasStarted ? Task.CompletedTask : Problems.WriteAsync(context.HttpContext, StatusCodes.Status403Forbidden, code, detail);
    }

    // Reads the issuer before validation, only to choose the scheme that then validates it
    static string SchemeOf(HttpContext context)
    {
        const string prefix = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return JwtBearerDefaults.AuthenticationScheme;
        var token = header[prefix.Length..].Trim();
        var handler = new JsonWebTokenHandler();
        try
        {
            return handler.CanReadToken(token) && handler.ReadJsonWebToken(token).Issuer == ServiceTokens.ServiceIssuer
                ? ServiceScheme
                : JwtBearerDefaults.AuthenticationScheme;
        }
        catch (ArgumentException)
        {
            return JwtBearerDefaults.AuthenticationScheme;
        }
    }
}

/// <summary>Refuses to start a host that could not tell who calls it (one-shot verbs never start it and need no identity).</summary>
internal sealed class IdentityGuard(IdentitySettings settings) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        settings.EnsureComplete();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
