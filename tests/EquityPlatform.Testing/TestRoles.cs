using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Database;
using Npgsql;

namespace EquityPlatform.Testing;

/// <summary>
/// The three roles of a test database, as in production: the owner migrates, the service lives under row-level security, the writer
/// appends. The superuser is for planting and looking, never for the product.
/// </summary>
/// <param name="Superuser">Connection string.</param>
/// <param name="Owner">Connection string of the role that runs <c>migrate</c>.</param>
/// <param name="Service">Connection string of the role of a service.</param>
/// <param name="Writer">Connection string of the role of a log's writer.</param>
public sealed record TestRoles(string Superuser, string Owner, string Service, string Writer)
{
    /// <summary>Roles of a database made by <see cref="PostgresServer"/>: they are named after it.</summary>
    /// <param name="superuser">The superuser's connection string to that database.</param>
    public static TestRoles Of(string superuser)
    {
        return new(superuser, As("owner"), As("service"), As("writer"));

        string As(string role) => new NpgsqlConnectionStringBuilder(superuser)
        {
            Username = $"{new NpgsqlConnectionStringBuilder(superuser).Database}_{role}",
            Password = PasswordOf(superuser),
        }.ConnectionString;
    }

    /// <summary>Names of the service's and the writer's role.</summary>
    public LogRoles Names => new(NameOf(Service), NameOf(Writer));

    /// <summary><c>ConnectionStrings:Database</c>, <c>:Writer</c> and <c>:Owner</c> of a host.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["ConnectionStrings:Database"] = Service,
        ["ConnectionStrings:Writer"] = Writer,
        ["ConnectionStrings:Owner"] = Owner,
    };

    /// <summary>Runs the <c>migrate</c> verb's work under the owner.</summary>
    public Task<IReadOnlyList<string>> MigrateAsync(ServiceDefinition definition) => Migrations.MigrateAsync(definition, Owner, Names, CancellationToken.None);

    /// <summary>The role's name in a connection string.</summary>
    public static string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Username!;

    /// <summary>SQL by which a superuser makes the roles of a new database.</summary>
    internal static string Sql(string superuser)
    {
        var roles = Of(superuser);
        var (database, password) = (new NpgsqlConnectionStringBuilder(superuser).Database, PasswordOf(superuser));
        return $"""
            create role {NameOf(roles.Owner)} login password '{password}';
            create role {NameOf(roles.Service)} login password '{password}';
            create role {NameOf(roles.Writer)} login bypassrls password '{password}';
            alter database {database} owner to {NameOf(roles.Owner)};
            """;
    }

    // A server given from outside may need none of the superuser; the roles need one all the same
    static string PasswordOf(string superuser) => new NpgsqlConnectionStringBuilder(superuser).Password ?? "only-for-tests";
}
