using System.Text.Encodings.Web;
using System.Text.Unicode;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace EquityPlatform.Web;

/// <summary>The site: what it needs, and its pages.</summary>
internal static class WebSite
{
    public static void AddWebSite(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddRazorComponents();
        services.AddAntiforgery(o =>
        {
            o.HeaderName = FeedUpload.TokenHeader;
            o.Cookie.Name = "equity-form";
        });
        services.AddHttpContextAccessor();
        // Spanish letters as they are, not as number codes
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddSingleton<Assets>();
        services.AddSingleton(new DemoMode(builder.Configuration["Identity:Mode"] == "Demo"));
        services.AddScoped(p => p.GetRequiredService<IHttpContextAccessor>().HttpContext?.PageLanguage() ?? Language.English);
        services.AddScoped(p => Visitor.From(p.GetRequiredService<IHttpContextAccessor>().HttpContext?.User));
        services.AddScoped<Site>();
        services.AddSession(builder);
        services.AddClients(builder);
    }

    private static void AddSession(this IServiceCollection services, WebApplicationBuilder builder)
    {
        var keys = services.AddDataProtection().SetApplicationName("equity-web");
        if (builder.Configuration["Web:KeyRing"] is { Length: > 0 } folder)
            keys.PersistKeysToFileSystem(Directory.CreateDirectory(folder));
        services.AddAuthentication(o =>
        {
            o.DefaultScheme = SignIn.Scheme;
            o.DefaultAuthenticateScheme = SignIn.Scheme;
            o.DefaultChallengeScheme = SignIn.Scheme;
            o.DefaultSignInScheme = SignIn.Scheme;
        }).AddCookie(SignIn.Scheme, o =>
        {
            o.Cookie.Name = "equity-session";
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.ExpireTimeSpan = TimeSpan.FromHours(12);
            o.SlidingExpiration = false;
        });
    }

    private static void AddClients(this IServiceCollection services, WebApplicationBuilder builder)
    {
        var gateway = builder.Configuration["Gateway:Address"] ?? throw new InvalidOperationException("Gateway:Address is missing: the site reads everything through the gateway.");
        services.AddHttpClient(ServiceDoor.ClientName, client =>
        {
            client.BaseAddress = new Uri(gateway.TrimEnd('/') + "/");
            client.Timeout = TimeSpan.FromSeconds(20);
        });
        // Uploads take as long as the line takes
        services.AddHttpClient(FeedUpload.ClientName, client =>
        {
            client.BaseAddress = new Uri(gateway.TrimEnd('/') + "/");
            client.Timeout = Timeout.InfiniteTimeSpan;
        });
        services.AddScoped<ServiceDoor>();
        services.AddScoped<IndicatorsClient>();
        services.AddScoped<InterventionsClient>();
        services.AddScoped<ReportingClient>();
        services.AddScoped<IngestionClient>();
        services.AddScoped<FeedUpload>();
        services.AddScoped<FeedProgress>();
        services.AddScoped<HistoryClient>();
        services.AddScoped<AuditLogClient>();
    }

    public static void UseWebSite(this WebApplication app)
    {
        app.UseLanguageOfPath();
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "public,max-age=31536000",
        });
        app.UseRouting();
        app.UsePlatformHosting(problems: false);
        app.UseCalmErrors();
        app.UseFormTokens();
        var site = app.MapGroup("").AllowAnonymous().WithMetadata(new RequireAntiforgeryTokenAttribute());
        site.MapSignIn();
        site.MapHome();
        site.MapIndicators();
        site.MapGoals();
        site.MapDecisions();
        site.MapFeeds();
        site.MapSetAside();
        site.MapQuality();
        site.MapEdFi();
        site.MapMappings();
        site.MapRules();
        site.MapTemplates();
        site.MapReleases();
        site.MapReceipts();
        site.MapAudit();
        site.MapChanges();
        site.MapProofs();
        site.MapProofCheck();
        site.MapNotes();
    }
}
