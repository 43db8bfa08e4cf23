using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Sealing;

/// <summary>The key database (<c>ConnectionStrings:Keys</c>), apart from the service's own.</summary>
internal sealed class KeyDatabase(NpgsqlDataSource source) : IAsyncDisposable
{
    public NpgsqlDataSource Source { get; } = source;

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}

/// <summary>Sealed personal data for a service that keeps any.</summary>
public static class Sealing
{
    /// <summary>Adds <see cref="SubjectKeys"/>, <see cref="SealedData"/>, <see cref="PersonalData"/>, <see cref="MasterKeys"/>; a service whose key database is the wrong one does not become ready.</summary>
    public static IServiceCollection AddSealing(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Sealing").Get<SealingSettings>() ?? new());
        services.AddSingleton(provider => MasterKeys.Load(provider.GetRequiredService<SealingSettings>()));
        services.AddSingleton(Connect);
        services.AddSingleton(provider => new SubjectKeys(provider.GetRequiredService<KeyDatabase>().Source, provider.GetRequiredService<MasterKeys>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new KeyRoom(provider.GetRequiredService<KeyDatabase>().Source, provider.GetRequiredService<MasterKeys>(), Installation.Host(provider.GetRequiredService<IConfiguration>())));
        services.AddSingleton(provider => new SealedData(provider.GetRequiredService<SubjectKeys>(), provider.GetRequiredService<AuditOrigin>()));
        services.AddSingleton<PersonalData>();
        services.AddSingleton<KeyGate>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyGate>());
        services.AddHealthChecks().AddCheck<KeyGate>("keys", tags: [Health.Ready]);
        return services;
    }

    static KeyDatabase Connect(IServiceProvider provider)
    {
        var text = provider.GetRequiredService<IConfiguration>().GetConnectionString("Keys")
            ?? throw new InvalidOperationException("Set ConnectionStrings:Keys: the database of the students' keys.");
        var settings = new NpgsqlConnectionStringBuilder(text);
        settings.ApplicationName ??= $"equity-{provider.GetRequiredService<ServiceDefinition>().Name}-keys";
        return new(new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>()).Build());
    }

    /// <summary>One-shot verb: wraps all keys that an earlier master key wrapped with the current one.</summary>
    internal const string RewrapVerb = "rewrap-keys";

    internal static async Task<int> RewrapAsync(WebApplication app)
    {
        var room = app.Services.GetRequiredService<KeyRoom>();
        if (await room.ObjectionAsync(CancellationToken.None) is { } objection)
        {
            app.Logger.LogCritical("Keys are not wrapped anew: {Objection}", objection);
            return 3;
        }
        app.Logger.LogInformation("{Count} keys were wrapped anew with master key {Master}", await room.RewrapAsync(CancellationToken.None), app.Services.GetRequiredService<MasterKeys>().Current);
        await app.DisposeAsync();
        return 0;
    }

    /// <summary>Makes the tables of the key database, where this service has one.</summary>
    internal static async Task MigrateAsync(IConfiguration configuration, CancellationToken cancellation)
    {
        if (configuration.GetConnectionString("Keys") is not { } service)
            return;
        var owner = configuration.GetConnectionString("KeysOwner") ?? throw new InvalidOperationException("Set ConnectionStrings:KeysOwner: migrate works on the key database, too.");
        await KeySchema.MigrateAsync(owner, new NpgsqlConnectionStringBuilder(service).Username ?? "", cancellation);
    }
}
