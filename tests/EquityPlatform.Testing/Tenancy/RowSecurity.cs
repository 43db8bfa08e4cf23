using Npgsql;
using Shouldly;

namespace EquityPlatform.Testing.Tenancy;

/// <summary>Checks of row-level security that find every table through the catalog, so that none can be forgotten.</summary>
public static class RowSecurity
{
    /// <summary>The only tables of the platform's own that stand outside, and why. A service names its own few in its test.</summary>
    static readonly Dictionary<string, string> Outside = new()
    {
        ["eq_head"] = "one row: counter and lock of every append",
        ["eq_tenant"] = "last position of each tenant: who has something to do",
        ["eq_partition_lease"] = "which replica works on which partition",
        ["eq_schema_version"] = "scripts that were run",
        ["erasure_due"] = "erasures that the own log does not say yet, for the worker of all districts; empty but for a moment, random keys only",
        ["eq_rebuild"] = "how far a rebuild of a read model is, over all tenants",
        ["mt_event_progression"] = "Marten's own, for its readers; empty",
    };

    /// <summary>Every table holds rows of tenants under the one policy, or stands in a list with its reason.</summary>
    public static async Task ShouldCoverAsync(PostgresServer server, string schema, IReadOnlyDictionary<string, string>? outside = null, string? database = null)
    {
        await using var source = NpgsqlDataSource.Create(database ?? server.ConnectionString);
        var tables = await Tables.OfAsync(source, schema);
        tables.Count.ShouldBeGreaterThan(8);
        const string rule = "((tenant_id)::text = ( SELECT current_setting('eq.tenant'::text, true) AS current_setting))";
        const string plain = "(tenant_id = ( SELECT current_setting('eq.tenant'::text, true) AS current_setting))";
        foreach (var table in tables.Where(t => !Outside.ContainsKey(t.Name) && outside?.ContainsKey(t.Name) != true))
        {
            table.HasTenant.ShouldBeTrue($"{schema}.{table.Name} has no tenant_id and is not in the list of tables that need none");
            (table.Enabled, table.Forced).ShouldBe((true, true), $"row-level security of {schema}.{table.Name}");
            // Another permissive policy would open what this one closes
            table.Policies.ShouldHaveSingleItem($"{schema}.{table.Name}").ShouldBeOneOf($"own_tenant PERMISSIVE ALL using {rule} check {rule}", $"own_tenant PERMISSIVE ALL using {plain} check {plain}");
        }
        foreach (var name in outside?.Keys ?? [])
            tables.ShouldContain(t => t.Name == name && !t.Enabled, $"{schema}.{name} stands in the list of exceptions for nothing");
    }

    /// <summary>
    /// Under the service's role, on one connection that is used again and again: without a tenant no row is seen, under one tenant
    /// exactly that tenant's, and no row can be given to another. Returns the tables in which the tenants had rows.
    /// </summary>
    public static async Task<IReadOnlyList<string>> ShouldHideAsync(TestRoles logins, string schema, int seed)
    {
        await using var superuser = NpgsqlDataSource.Create(logins.Superuser);
        await using var service = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(logins.Service) { MaxPoolSize = 1 }.ConnectionString);
        var seen = new List<string>();
        var random = new Random(seed);
        foreach (var table in (await Tables.OfAsync(service, schema)).Where(t => t.HasTenant && t.Enabled).OrderBy(_ => random.Next()))
        {
            var name = $"\"{schema}\".\"{table.Name}\"";
            await using var looking = await superuser.OpenConnectionAsync();
            var tenants = await Tables.TextsAsync(looking, $"select distinct tenant_id::text from {name}");
            if (tenants.Count > 1)
                seen.Add(table.Name);
            foreach (var tenant in tenants.Concat(["nobody", "", "*", "%"]).OrderBy(_ => random.Next()))
            {
                // The audit log's follower may be at work: it waits while both sides count
                await using var still = await looking.BeginTransactionAsync();
                await using (var locking = new NpgsqlCommand($"lock table {name} in share mode", looking))
                    await locking.ExecuteNonQueryAsync();
                var truth = await Tables.CountAsync(looking, $"select count(*) from {name} where tenant_id = '{tenant.Replace("'", "''", StringComparison.Ordinal)}'");
                await using (var unset = await service.OpenConnectionAsync()) // the connection on which another tenant was set a moment ago
                    (await Tables.CountAsync(unset, $"select count(*) from {name}")).ShouldBe(0, $"{name} without a tenant, seed {seed}");
                await using var transaction = await EventSourcing.TenantTransaction.BeginAsync(service, tenant, CancellationToken.None);
                (await Tables.CountAsync(transaction.Connection, $"select count(*) from {name}")).ShouldBe(truth, $"{name} under {tenant}, seed {seed}");
                (await Tables.CountAsync(transaction.Connection, $"select count(*) from {name} where tenant_id <> current_setting('eq.tenant')")).ShouldBe(0);
                await still.CommitAsync();
                if (truth == 0 || await Tables.CountAsync(transaction.Connection, $"select has_table_privilege('{name}', 'update')::int::bigint") == 0)
                    continue;
                var given = await Should.ThrowAsync<PostgresException>(() => Tables.CountAsync(transaction.Connection, $"with given as (update {name} set tenant_id = 'nobody' returning 1) select count(*) from given"));
                given.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, $"{name}: {given.MessageText}");
            }
        }
        return seen;
    }
}
