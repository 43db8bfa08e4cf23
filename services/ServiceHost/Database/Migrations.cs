using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.ServiceHost.Database;

/// <summary>
/// The <c>migrate</c> verb: brings a service's schema to the version that this build knows, in one transaction under an
/// advisory lock. Running it again, or twice at once, changes nothing more.
/// </summary>
public static class Migrations
{
    /// <summary>Runs the scripts that the schema has not seen; returns their names.</summary>
    /// <param name="ownerConnectionString">A role that may create the schema and its tables.</param>
    /// <param name="roles">Roles under which the service and its log's writer log in; what they may do is set anew in every run.</param>
    public static async Task<IReadOnlyList<string>> MigrateAsync(ServiceDefinition definition, string ownerConnectionString, LogRoles roles, CancellationToken cancellation)
    {
        var schema = EventLogSchema.Quoted(definition.Name);
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var locking = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('equity-migrate:' || $1, 0))", connection))
        {
            locking.Parameters.Add(new() { Value = definition.Name });
            locking.CommandTimeout = 0; // waits for the other run, however long it takes
            await locking.ExecuteNonQueryAsync(cancellation);
        }
        if (await MigrationRoles.ObjectionAsync(connection, roles, cancellation) is { } objection)
            throw new InvalidOperationException(objection);
        await RunAsync(connection, $"""
            create schema if not exists {schema};
            create table if not exists {schema}.eq_schema_version (
              name varchar not null primary key, sha256 varchar not null, applied_at timestamptz not null default now());
            set local search_path to {schema};
            """, cancellation);
        var applied = await AppliedAsync(connection, schema, cancellation);
        var ran = new List<string>();
        foreach (var script in SchemaScript.Of(definition))
        {
            if (applied.TryGetValue(script.Name, out var hash) && hash == script.Hash)
                continue;
            if (hash is not null && !script.MayChange)
                throw new InvalidOperationException($"Schema script {script.Name} of {definition.Name} was changed after it had been run. Add a new script instead.");
            await RunAsync(connection, script.Sql, cancellation);
            await RecordAsync(connection, schema, script, cancellation);
            ran.Add(script.Name);
        }
        await RunAsync(connection, EventLogGrants.Sql(definition.Name, roles), cancellation);
        await RunAsync(connection, $"revoke insert, update, delete on {schema}.eq_schema_version from {MigrationRoles.Quoted(roles.Service)}", cancellation);
        await transaction.CommitAsync(cancellation);
        return ran;
    }

    /// <summary>Why this build may not work on the schema; null if it may.</summary>
    internal static async Task<string?> ObjectionAsync(ServiceDefinition definition, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var known = SchemaScript.Of(definition).ToDictionary(script => script.Name, script => script.Hash);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            if (await MigrationRoles.BypassesAsync(connection, cancellation))
                return "The service's role is a superuser or bypasses row-level security, so nothing would keep tenants apart. Use the role of deploy/database.sql.";
            var applied = await AppliedAsync(connection, EventLogSchema.Quoted(definition.Name), cancellation);
            if (known.Keys.Except(applied.Keys).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } missing)
                return $"The schema lacks {string.Join(", ", missing)}. Run the migrate verb first.";
            if (applied.Keys.Except(known.Keys).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } unknown)
                return $"The schema is newer than this build: it has {string.Join(", ", unknown)}.";
            return known.Where(script => applied[script.Key] != script.Value).Select(script => script.Key).ToArray() is { Length: > 0 } other
                ? $"The schema was made by other versions of {string.Join(", ", other)}."
                : null;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return "The schema does not exist yet. Run the migrate verb first.";
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            return "The service's role may not read its schema. Run the migrate verb, which says what the role may do.";
        }
    }

    static async Task<Dictionary<string, string>> AppliedAsync(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select name, sha256 from {schema}.eq_schema_version", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            applied.Add(reader.GetString(0), reader.GetString(1));
        return applied;
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    static async Task RecordAsync(NpgsqlConnection connection, string schema, SchemaScript script, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            insert into {schema}.eq_schema_version (name, sha256) values ($1, $2)
            on conflict (name) do update set sha256 = excluded.sha256, applied_at = now()
            """, connection);
        command.Parameters.Add(new() { Value = script.Name });
        command.Parameters.Add(new() { Value = script.Hash });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
