using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Audit;
using EquityPlatform.ServiceHost.Bus;
using EquityPlatform.ServiceHost.Database;
using EquityPlatform.ServiceHost.Disclosing;
using EquityPlatform.ServiceHost.Erasure;
using EquityPlatform.ServiceHost.Feeds;
using EquityPlatform.ServiceHost.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost;

/// <summary>What every service shares: database, event log, relay to the bus, consumers, migrations, pull feed.</summary>
public static class PlatformService
{
    /// <summary>
    /// Adds hosting, the Npgsql data source (<c>ConnectionStrings:Database</c>, search_path on the schema), <see cref="EventLog"/> (which writes
    /// under a role of its own, <c>ConnectionStrings:Writer</c>),
    /// the relay, the bus (<c>ConnectionStrings:RabbitMq</c>) and <see cref="ServiceClients"/>.
    /// </summary>
    public static WebApplicationBuilder AddPlatformService(this WebApplicationBuilder builder, ServiceDefinition definition)
    {
        builder.AddPlatformHosting(definition.Name);
        SharedEvents.AddTo(definition.Types);
        var services = builder.Services;
        // Services keep nothing that would need protection at rest; without this a key ring appears in the home folder
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddSingleton(definition);
        services.AddSingleton(provider => ServiceDatabase.Connect(provider, definition.Name));
        services.AddSingleton(provider => ServiceDatabase.ConnectWriter(provider, definition.Name));
        services.AddSingleton(provider => new EventLog(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<WriterDatabase>().Source, definition.Name, definition.Types,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<EventLog>>()));
        services.AddSingleton<ServiceClients>();
        services.AddHttpContextAccessor();
        services.AddSingleton<Disclosures>();
        services.AddSingleton<SchemaGate>();
        services.AddHostedService(provider => provider.GetRequiredService<SchemaGate>());
        services.AddSingleton<SubscriptionRunners>();
        services.AddHostedService<SubscriptionHost>();
        services.AddKeyedSingleton(KeyedService.AnyKey, (provider, name) =>
            provider.GetRequiredService<SubscriptionRunners>().Named(name as string ?? throw new ArgumentException("Subscriptions are known by name.", nameof(name))));
        services.AddFeedCompression();
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: [Health.Ready]);
        services.AddPlatformBus();
        services.AddOperations();
        services.AddAuditLog();
        return builder;
    }

    /// <summary>Runs a subscription to this service's own log; its <see cref="SubscriptionRunner"/> can be had by <c>GetRequiredKeyedService&lt;SubscriptionRunner&gt;(name)</c>.</summary>
    public static IServiceCollection AddSubscription<T>(this IServiceCollection services) where T : class, ISubscription
    {
        services.TryAddSingleton<T>();
        return services.AddSingleton<ISubscription>(provider => provider.GetRequiredService<T>());
    }

    /// <summary>Runs a consumer of another service's events.</summary>
    public static IServiceCollection AddBusConsumer<T>(this IServiceCollection services) where T : class, IBusConsumer
    {
        services.TryAddSingleton<T>();
        return services.AddSingleton<IBusConsumer>(provider => provider.GetRequiredService<T>());
    }

    /// <summary>Adds an aggregate so that <c>Aggregates&lt;TState, TEvent&gt;</c> can be injected.</summary>
    public static IServiceCollection AddAggregate<TState, TEvent>(this IServiceCollection services, AggregateType<TState, TEvent> type) where TEvent : notnull =>
        services.AddSingleton(type).AddSingleton<Aggregates<TState, TEvent>>();

    /// <summary>
    /// Middleware and shared routes: health, OpenAPI at <c>/api/{name}/v1/openapi.json</c>, pull feed <c>/api/{name}/v1/events?after=</c> (NDJSON of
    /// <see cref="EquityPlatform.Contracts.Bus.PublishedEvent"/>, role service or integrator), stored events of a stream
    /// <c>/api/{name}/v1/streams/{id}/events</c>, and the group <c>/api/{name}/v1</c> returned for the service's own routes.
    /// Routes of the group require sign-in unless they say <c>AllowAnonymous()</c>.
    /// </summary>
    public static RouteGroupBuilder MapPlatformService(this WebApplication app)
    {
        var definition = app.Services.GetRequiredService<ServiceDefinition>();
        var root = $"/api/{definition.Name}/v1";
        app.UsePlatformHosting();
        app.UseMiddleware<WaitsForSchema>();
        app.Use(HttpMapping.NamePositionsAsync);
        app.UseResponseCompression();
        app.MapOpenApi($"{root}/openapi.json").AllowAnonymous();
        var api = app.MapGroup(root).RequireAuthorization();
        api.MapPullFeed();
        api.MapStreamHistory();
        api.MapOperations();
        api.MapDisclosureList();
        app.MapAuditLog(definition.Name);
        return api;
    }

    /// <summary>Runs the host, or the one-shot verb <c>migrate</c>, <c>rebuild NAME</c>, <c>audit-log ...</c> or <c>rewrap-keys</c> if that is the first argument. Returns the exit code.</summary>
    public static async Task<int> RunPlatformServiceAsync(this WebApplication app, string[] args)
    {
        if (args is ["rebuild", ..])
        {
            var code = await RebuildVerb.RunAsync(app, args, CancellationToken.None);
            await app.DisposeAsync();
            return code;
        }
        if (args is [AuditLogging.Verb, ..])
        {
            var code = await AuditLogging.RunAsync(app, args);
            await app.DisposeAsync();
            return code;
        }
        if (args is [Sealing.Sealing.RewrapVerb, ..])
            return await Sealing.Sealing.RewrapAsync(app);
        if (args is not ["migrate", ..])
        {
            await app.RunAsync();
            return Environment.ExitCode;
        }
        var definition = app.Services.GetRequiredService<ServiceDefinition>();
        var owner = app.Configuration.GetConnectionString("Owner") ?? throw new InvalidOperationException("Set ConnectionStrings:Owner: migrate works on that database.");
        var ran = await Migrations.MigrateAsync(definition, owner, ServiceDatabase.Roles(app.Configuration, definition.Name), CancellationToken.None);
        await Sealing.Sealing.MigrateAsync(app.Configuration, CancellationToken.None);
        app.Logger.LogInformation("{Service}: {Count} schema scripts ran: {Scripts}", definition.Name, ran.Count, ran);
        await app.DisposeAsync();
        return 0;
    }
}

/// <summary>Answers 503 until the schema has been checked; health and OpenAPI answer anyway.</summary>
internal sealed class WaitsForSchema(RequestDelegate next, SchemaGate gate)
{
    public Task InvokeAsync(HttpContext context) =>
        gate.IsOpen || context.Request.Path.StartsWithSegments("/health") || context.Request.Path.Value?.EndsWith("/openapi.json", StringComparison.Ordinal) == true
            ? next(context)
            : Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "database.unavailable", "The database does not answer yet. Try again in a moment.");
}
