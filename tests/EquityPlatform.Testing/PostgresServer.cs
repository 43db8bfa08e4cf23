using EquityPlatform.Testing.Servers;
using Npgsql;

namespace EquityPlatform.Testing;

/// <summary>
/// xunit fixture: a database of its own on the run's PostgreSQL server. Real, never a mock. Tests that stop the server use
/// <see cref="OwnPostgresServer"/>.
/// </summary>
public class PostgresServer : Xunit.IAsyncLifetime
{
    static readonly Lazy<Task<PostgresNode>> shared = new(PostgresNode.GetAsync);
    NpgsqlDataSource? database;

    /// <summary>The server: the run's, or this fixture's own.</summary>
    public PostgresNode Node { get; private set; } = null!;

    /// <summary>Connection string of a superuser to this fixture's database: for planting and looking, never for the product.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The roles under which the product runs.</summary>
    public TestRoles Logins => TestRoles.Of(ConnectionString);

    /// <summary>A superuser's data source on <see cref="ConnectionString"/>.</summary>
    public NpgsqlDataSource Database => database ??= NpgsqlDataSource.Create(ConnectionString);

    /// <summary>Another empty database on the same server.</summary>
    public Task<string> CreateDatabaseAsync() => Node.CreateDatabaseAsync();

    public virtual async Task InitializeAsync()
    {
        Node = await GetNodeAsync();
        ConnectionString = await Node.CreateDatabaseAsync();
    }

    protected virtual Task<PostgresNode> GetNodeAsync() => shared.Value;

    public virtual async Task DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
    }
}

/// <summary>xunit fixture: a PostgreSQL server of its own, which the tests may stop, kill and start.</summary>
public sealed class OwnPostgresServer : PostgresServer
{
    protected override Task<PostgresNode> GetNodeAsync() => PostgresNode.StartPrivateAsync();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Node.DisposeAsync();
    }
}
