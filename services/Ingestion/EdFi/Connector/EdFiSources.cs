using System.Text.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>Rows of the sources, how far each resource was taken over, and what is due.</summary>
internal sealed class EdFiSources(TenantDatabase database, EdFiSettings settings, TimeProvider clock)
{
    public async Task ConfigureAsync(string tenant, string source, ConfigureEdFiSource ask, string by, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        // Another API under the same name has other change versions: what was read of the one before says nothing about it
        await session.ExecuteAsync("delete from edfi_resource where tenant_id = $1 and source = $2 and exists (select from edfi_source where tenant_id = $1 and source = $2 and base_address <> $3)", [tenant, source, ask.BaseAddress], cancellation);
        await session.ExecuteAsync("""
            insert into edfi_source (tenant_id, source, base_address, key_id, every_minutes, use_snapshot, descriptors, configured_at, configured_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (tenant_id, source) do update set base_address = $3, key_id = $4, every_minutes = $5, use_snapshot = $6, descriptors = $7, configured_at = $8, configured_by = $9
            """, [tenant, source, ask.BaseAddress, ask.KeyId, TenantSession.Typed(ask.EveryMinutes, NpgsqlDbType.Integer), ask.UseSnapshot, TenantSession.Json(JsonSerializer.Serialize(ask.Descriptors ?? new Dictionary<string, string>(), EventTypes.Json)), clock.GetUtcNow(), by], cancellation);
        if (ask.EveryMinutes is { } minutes)
            await DueAsync(session, source, clock.GetUtcNow().AddMinutes(minutes), false, null, cancellation);
        else
            await session.ExecuteAsync("delete from edfi_due where tenant_id = $1 and source = $2", [tenant, source], cancellation);
        await session.CommitAsync(cancellation);
    }

    /// <summary>False if there is no such source.</summary>
    public async Task<bool> AskAsync(string tenant, string source, bool complete, string by, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using (var command = session.Command("select exists (select from edfi_source where tenant_id = $1 and source = $2)", tenant, source))
            if (await command.ExecuteScalarAsync(cancellation) is not true)
                return false;
        await DueAsync(session, source, clock.GetUtcNow(), complete, by, cancellation);
        await session.CommitAsync(cancellation);
        return true;
    }

    /// <summary>The earlier of two times counts, and once everything was asked for, everything is read.</summary>
    public static Task DueAsync(TenantSession session, string source, DateTimeOffset at, bool complete, string? by, CancellationToken cancellation) => session.ExecuteAsync("""
        insert into edfi_due (tenant_id, source, due_at, complete, asked_by) values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, source) do update set due_at = least(edfi_due.due_at, $3), complete = edfi_due.complete or $4, asked_by = coalesce($5, edfi_due.asked_by)
        """, [session.Tenant, source, at, complete, TenantSession.Typed(by, NpgsqlDbType.Text)], cancellation);

    public async Task<IReadOnlyList<(string Tenant, string Source, bool Complete, string? AskedBy)>> DueNowAsync(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select tenant_id, source, complete, asked_by from edfi_due where due_at <= $1 order by due_at limit 100");
        command.Parameters.Add(new NpgsqlParameter { Value = clock.GetUtcNow() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var due = new List<(string, string, bool, string?)>();
        while (await reader.ReadAsync(cancellation))
            due.Add((reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
        return due;
    }

    public async Task<EdFiSource?> FindAsync(string tenant, string source, CancellationToken cancellation) => await ListAsync(tenant, source, cancellation) is [var found, ..] ? found : null;

    public async Task<IReadOnlyList<EdFiSource>> ListAsync(string tenant, string? only, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        var resources = new List<(string Source, EdFiResource Resource)>();
        await using (var command = session.Command("select source, resource, outcome, version, items, read_at from edfi_resource where tenant_id = $1 order by source, resource", tenant))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                resources.Add((reader.GetString(0), new(reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.GetInt64(4), reader.GetFieldValue<DateTimeOffset>(5))));
        var found = new List<EdFiSource>();
        await using (var command = session.Command("""
            select s.source, base_address, key_id, every_minutes, use_snapshot, descriptors, configured_at, configured_by, last_run, due_at, exists (select from edfi_cycle c where c.tenant_id = s.tenant_id and c.source = s.source)
            from edfi_source s left join edfi_due d on d.tenant_id = s.tenant_id and d.source = s.source where s.tenant_id = $1 and ($2::text is null or s.source = $2) order by s.source
            """, tenant, TenantSession.Typed(only, NpgsqlDbType.Text)))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
            {
                var (source, dueAt) = (reader.GetString(0), reader.IsDBNull(9) ? (DateTimeOffset?)null : reader.GetFieldValue<DateTimeOffset>(9));
                found.Add(new(source, reader.GetString(1), reader.GetString(2), settings.SecretOf(tenant, source) is not null, reader.IsDBNull(3) ? null : reader.GetInt32(3), reader.GetBoolean(4),
                    Read<Dictionary<string, string>>(reader.GetString(5)), reader.GetFieldValue<DateTimeOffset>(6), reader.GetString(7), reader.GetBoolean(10) ? "reading" : dueAt <= clock.GetUtcNow() ? "due" : "idle", dueAt,
                    reader.IsDBNull(8) ? null : Read<EdFiRun>(reader.GetString(8)), [.. resources.Where(r => r.Source == source).Select(r => r.Resource)]));
            }
        return found;
    }

    public async Task<Guid?> LastFeedAsync(string tenant, string source, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("select last_feed from edfi_source where tenant_id = $1 and source = $2", tenant, source);
        return await command.ExecuteScalarAsync(cancellation) as Guid?;
    }

    /// <summary>Writes down a run that made no progress: nothing else changes, and the source is due again later.</summary>
    public async Task NoteAsync(string tenant, string source, EdFiRun run, DateTimeOffset? again, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await NoteAsync(session, source, run, again, cancellation);
        await session.CommitAsync(cancellation);
    }

    public static async Task NoteAsync(TenantSession session, string source, EdFiRun run, DateTimeOffset? again, CancellationToken cancellation)
    {
        await session.ExecuteAsync("update edfi_source set last_run = $3 where tenant_id = $1 and source = $2", [session.Tenant, source, TenantSession.Json(JsonSerializer.Serialize(run, EventTypes.Json))], cancellation);
        await session.ExecuteAsync(again is null ? "delete from edfi_due where tenant_id = $1 and source = $2" : "update edfi_due set due_at = $3 where tenant_id = $1 and source = $2",
            again is null ? [session.Tenant, source] : [session.Tenant, source, again.Value], cancellation);
    }

    static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, EventTypes.Json) ?? throw new JsonException("A stored state is null.");
}
