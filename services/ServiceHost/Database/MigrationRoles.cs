using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.ServiceHost.Database;

/// <summary>What <c>migrate</c> and a starting service ask of the roles: row-level security must hold for the service, and not for the writer.</summary>
internal static class MigrationRoles
{
    /// <summary>Why the roles will not do; null if they will.</summary>
    public static async Task<string?> ObjectionAsync(NpgsqlConnection owner, LogRoles roles, CancellationToken cancellation)
    {
        if (roles.Service == roles.Writer)
            return "The service and its log's writer need two roles.";
        await using var command = new NpgsqlCommand("select rolname::text, rolsuper or rolbypassrls, rolname = current_user from pg_roles where rolname = any($1)", owner);
        command.Parameters.Add(new() { Value = new[] { roles.Service, roles.Writer } });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<string, (bool Bypasses, bool IsOwner)>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            found.Add(reader.GetString(0), (reader.GetBoolean(1), reader.GetBoolean(2)));
        if (new[] { roles.Service, roles.Writer }.Where(role => !found.ContainsKey(role)).ToArray() is { Length: > 0 } missing)
            return $"There is no role {string.Join(" and no role ", missing)}. Run deploy/database.sql first, or name the roles by ConnectionStrings:Database and ConnectionStrings:Writer.";
        if (found[roles.Service] is { Bypasses: true } or { IsOwner: true })
            return $"The service's role {roles.Service} must be neither the owner nor a superuser nor BYPASSRLS: row-level security would not hold for it.";
        return found[roles.Writer].Bypasses ? null : $"The writer's role {roles.Writer} needs BYPASSRLS: PostgreSQL refuses COPY into a table under row-level security.";
    }

    /// <summary>True if the connected role is one that row-level security does not hold.</summary>
    public static async Task<bool> BypassesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select rolsuper or rolbypassrls from pg_roles where rolname = current_user", connection);
        return await command.ExecuteScalarAsync(cancellation) is not false;
    }

    public static string Quoted(string role) => $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
