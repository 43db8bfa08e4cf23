using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>Keys and signer of a service that has <c>Audit:KeyFile</c>.</summary>
internal sealed record AuditSigning(AuditKeys? Keys, CheckpointSigner? Signer);

/// <summary>The audit log in a service: registration, and the operator's one-shot verbs.</summary>
internal static class AuditLogging
{
    /// <summary><c>audit-log found TENANT REASON</c>, <c>audit-log accept-memory TENANT</c>, <c>audit-log keys</c>, <c>audit-log add-key</c>, <c>audit-log retire-keys</c>.</summary>
    public const string Verb = "audit-log";

    public static void AddAuditLog(this IServiceCollection services)
    {
        services.AddSingleton(provider => AuditSettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(provider => Installation.Origins(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<ServiceDefinition>()));
        services.AddSingleton(provider => new AuditFollower(provider.GetRequiredService<EventLog>().Database, provider.GetRequiredService<AuditOrigin>(), provider.GetRequiredService<EventLog>()));
        services.AddSingleton(provider => new AuditLogReads(provider.GetRequiredService<EventLog>().Database, provider.GetRequiredService<AuditOrigin>()));
        services.AddSingleton(provider => new CheckpointHistory(provider.GetRequiredService<EventLog>().Database, provider.GetRequiredService<AuditOrigin>()));
        services.AddSingleton(Signing);
        services.AddSingleton<WitnessRun>();
        services.AddHostedService(provider => provider.GetRequiredService<WitnessRun>());
        services.AddSingleton<AuditLogRun>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLogRun>());
        services.AddHealthChecks().AddCheck<AuditLogRun>("audit-log", tags: [Health.Ready]);
    }

    static AuditSigning Signing(IServiceProvider provider)
    {
        if (provider.GetRequiredService<AuditSettings>() is not { KeyFile: { Length: > 0 } file } settings)
            return new(null, null);
        var keys = new AuditKeys(file);
        return new(keys, new(provider.GetRequiredService<EventLog>().Database, provider.GetRequiredService<AuditOrigin>(), keys, new(settings.Memory), provider.GetRequiredService<TimeProvider>()));
    }

    public static async Task<int> RunAsync(WebApplication app, string[] args)
    {
        var (log, origins, keys) = (app.Services.GetRequiredService<EventLog>(), app.Services.GetRequiredService<AuditOrigin>(), app.Services.GetRequiredService<AuditSigning>().Keys);
        switch (args)
        {
            case [_, "found", var tenant, var reason] when !string.IsNullOrWhiteSpace(reason):
                if (await AuditLogFounded.FoundAsync(log, origins, tenant, "operator", reason.Trim(), CancellationToken.None) is not { } founded)
                {
                    app.Logger.LogError("The audit log {Origin} is in order: nothing was done", origins.Of(tenant));
                    return 1;
                }
                app.Logger.LogWarning("{Former} is closed ({Refused}); {Origin} was founded. Give offices and witnesses its name and keys", founded.Former, founded.Refused, founded.Origin);
                return 0;
            case [_, "accept-memory", var tenant] when app.Services.GetRequiredService<AuditSigning>().Signer is { } signer:
                if (await signer.AcceptMemoryAsync(tenant, CancellationToken.None) is not { } size)
                {
                    app.Logger.LogError("The signing memory knows what was signed for {Origin}, or the database does not hold it: nothing was done", origins.Of(tenant));
                    return 1;
                }
                app.Logger.LogWarning("The signing memory of {Origin} begins anew with {Size} leaves. Compare with the last checkpoint that a witness or an office holds: if it is larger, found the log anew", origins.Of(tenant), size);
                return 0;
            case [_, "add-key"] when keys is not null:
                keys.Add();
                break;
            case [_, "retire-keys"] when keys is not null:
                keys.RetireEarlier();
                break;
            case [_, "keys"] when keys is not null:
                break;
            default:
                app.Logger.LogError("Say: audit-log found TENANT REASON | accept-memory TENANT | keys | add-key | retire-keys (all but the first need Audit:KeyFile)");
                return 2;
        }
        foreach (var tenant in await log.TenantsAsync(CancellationToken.None))
            foreach (var key in keys.VerifierKeys(await app.Services.GetRequiredService<AuditLogReads>().OriginAsync(tenant, CancellationToken.None)))
                Console.WriteLine(key);
        return 0;
    }
}
