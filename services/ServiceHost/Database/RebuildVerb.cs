using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Database;

/// <summary>
/// The one-shot verb <c>rebuild NAME [--abort | --drop-old]</c>: makes a read model anew beside the one in use, which goes on being
/// read and written, and switches. Run under the owner's connection; killed, it is run again and goes on.
/// </summary>
internal static class RebuildVerb
{
    const int Done = 0;
    const int Failed = 1;
    const int Wrong = 2;

    public static async Task<int> RunAsync(WebApplication app, string[] args, CancellationToken cancellation)
    {
        var services = app.Services;
        var (service, logger) = (services.GetRequiredService<ServiceDefinition>().Name, services.GetRequiredService<ILoggerFactory>().CreateLogger("EquityPlatform.Rebuild"));
        var options = args.Where(arg => arg is "--abort" or "--drop-old").ToArray();
        if (args is not [_, { } name, ..] || name.StartsWith('-') || options.Length > 1)
        {
            logger.LogError("Say: rebuild NAME [--abort | --drop-old]; {Service} has {Names}", service, Names(services));
            return Wrong;
        }
        await using var owner = Source(app.Configuration, "Owner", service);
        await using var reader = Source(app.Configuration, "Writer", service);
        if (Find(services, name, owner, reader, logger) is not { } rebuild)
        {
            logger.LogError("{Service} has no read model {Name}; it has {Names}", service, name, Names(services));
            return Wrong;
        }
        try
        {
            if (options is ["--abort"])
                await rebuild.AbortAsync(cancellation);
            else if (options is ["--drop-old"])
                logger.LogInformation("{Name}: {What}", name, await rebuild.DropOldAsync(cancellation) ? "the tables replaced by the last rebuild are dropped" : "no replaced tables were kept");
            else
                await rebuild.RunAsync(cancellation);
            return Done;
        }
        catch (RebuildRefusedException e)
        {
            logger.LogError("{Name} was not rebuilt: {Reason}", name, e.Message);
            return Failed;
        }
        catch (Exception e) when (Outage.Is(e))
        {
            logger.LogError("The rebuild of {Name} was cut short and goes on when it is run again: {Reason}", name, e.Message);
            return Failed;
        }
    }

    static TableRebuild? Find(IServiceProvider services, string name, NpgsqlDataSource owner, NpgsqlDataSource reader, ILogger logger)
    {
        var (definition, clock) = (services.GetRequiredService<ServiceDefinition>(), services.GetRequiredService<TimeProvider>());
        if (services.GetServices<ISubscription>().OfType<IProjection>().FirstOrDefault(one => one.Name == name) is { } projection)
            return new ProjectionRebuild(owner, reader, definition.Name, definition.Types, projection, clock, logger);
        return services.GetServices<IBusConsumer>().OfType<IBusProjection>().FirstOrDefault(one => one.Name == name) is { } consumer
            ? new ConsumerRebuild(owner, definition.Name, consumer, services.GetRequiredService<SourceFeed>(), clock, logger)
            : null;
    }

    static string[] Names(IServiceProvider services) =>
        [.. services.GetServices<ISubscription>().OfType<IProjection>().Select(one => one.Name), .. services.GetServices<IBusConsumer>().OfType<IBusProjection>().Select(one => one.Name)];

    static NpgsqlDataSource Source(IConfiguration configuration, string name, string service)
    {
        var settings = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(name) ?? throw new InvalidOperationException($"Set ConnectionStrings:{name}: rebuild works with it."));
        settings.ApplicationName ??= $"equity-{service}-rebuild";
        return NpgsqlDataSource.Create(settings);
    }
}
