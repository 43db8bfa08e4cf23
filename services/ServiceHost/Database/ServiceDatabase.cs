using EquityPlatform.EventSourcing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Database;

/// <summary>The data source of the log's writer: apart from the service's own, so that nothing else ever gets it injected.</summary>
internal sealed record WriterDatabase(NpgsqlDataSource Source) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}

/// <summary>A service's two data sources and the roles behind them.</summary>
internal static class ServiceDatabase
{
    /// <summary>The writer holds one connection; a second is for the moment in which a dead one is replaced.</summary>
    const int WriterConnections = 2;

    /// <summary>
    /// A replica that is suspended, or whose line is dead without anybody having been told, must not keep its locks (a consumer's position) from the others: the
    /// server ends its transaction.
    /// </summary>
    const string IdleLimit = "30s";

    /// <summary>Role of the service, <c>search_path</c> on its schema, under row-level security.</summary>
    public static NpgsqlDataSource Connect(IServiceProvider provider, string service) => Build(provider, "Database", settings =>
    {
        settings.SearchPath = service;
        settings.Options = $"{settings.Options} -c idle_in_transaction_session_timeout={IdleLimit}".TrimStart();
        settings.ApplicationName ??= $"equity-{service}";
    });

    /// <summary>Role of the log's writer.</summary>
    public static WriterDatabase ConnectWriter(IServiceProvider provider, string service) => new(Build(provider, "Writer", settings =>
    {
        settings.MinPoolSize = 0;
        settings.MaxPoolSize = WriterConnections;
        settings.WriteBufferSize = EventLog.WriteBufferBytes;
        settings.ApplicationName ??= $"equity-{service}-writer";
    }));

    /// <summary>Names of the roles: those that log in by the connection strings, else those of <c>deploy/database.sql</c>.</summary>
    public static LogRoles Roles(IConfiguration configuration, string service)
    {
        var byName = LogRoles.Of(service);
        return new(UserOf("Database") ?? byName.Service, UserOf("Writer") ?? byName.Writer);

        string? UserOf(string name) => configuration.GetConnectionString(name) is { } text ? new NpgsqlConnectionStringBuilder(text).Username : null;
    }

    static NpgsqlDataSource Build(IServiceProvider provider, string name, Action<NpgsqlConnectionStringBuilder> set)
    {
        var settings = new NpgsqlConnectionStringBuilder(provider.GetRequiredService<IConfiguration>().GetConnectionString(name)
            ?? throw new InvalidOperationException($"Set ConnectionStrings:{name}."));
        set(settings);
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>()).Build();
    }
}
