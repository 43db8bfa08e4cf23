using System.Text.Json;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.Reporting.Releases;

/// <summary>A piece of work for the release job.</summary>
internal sealed record ReleaseJob(Guid ReleaseId, string Tenant, int SchoolYear, string RequestedBy, int Attempts, ReleaseManifest? Manifest);

/// <summary>Rows of table <c>release</c>: who holds a school year, what the job has done, what it says.</summary>
internal sealed class ReleaseTable(NpgsqlDataSource database)
{
    /// <summary>
    /// Reserves the school year for the release if it is free, and answers which release holds it. The unique index decides
    /// between two that ask at once. Null if the id belongs to another year or district.
    /// </summary>
    public async Task<Guid?> ReserveAsync(string tenant, ReleaseRequest ask, string user, DateTimeOffset now, CancellationToken cancellation)
    {
        await using (var insert = database.CreateCommand("""
            insert into release (release_id, tenant_id, school_year, state, requested_by, requested_at)
            values ($1, $2, $3, 'requested', $4, $5) on conflict do nothing
            """))
        {
            insert.Parameters.Add(new() { Value = ask.ReleaseId });
            insert.Parameters.Add(new() { Value = tenant });
            insert.Parameters.Add(new() { Value = ask.SchoolYear });
            insert.Parameters.Add(new() { Value = user });
            insert.Parameters.Add(new() { Value = now });
            await insert.ExecuteNonQueryAsync(cancellation);
        }
        // A statement of its own: it must see what a rival committed while the insert waited for it
        await using var holder = database.CreateCommand("""
            select release_id from release
            where tenant_id = $2 and school_year = $3 and (release_id = $1 or state <> 'failed')
            order by release_id = $1 desc limit 1
            """);
        holder.Parameters.Add(new() { Value = ask.ReleaseId });
        holder.Parameters.Add(new() { Value = tenant });
        holder.Parameters.Add(new() { Value = ask.SchoolYear });
        return await holder.ExecuteScalarAsync(cancellation) as Guid?;
    }

    public async Task<ReleaseSummary?> FindAsync(Guid releaseId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"{Select} where release_id = $1");
        command.Parameters.Add(new() { Value = releaseId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Summary(reader) : null;
    }

    /// <summary>Releases of a district, newest school year first.</summary>
    public async Task<IReadOnlyList<ReleaseSummary>> ListAsync(string tenant, bool publishedOnly, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"{Select} where tenant_id = $1 and (state = 'published' or not $2) order by school_year desc, requested_at desc");
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = publishedOnly });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<ReleaseSummary> found = [];
        while (await reader.ReadAsync(cancellation))
            found.Add(Summary(reader));
        return found;
    }

    /// <summary>Work that is due, oldest first.</summary>
    public async Task<IReadOnlyList<ReleaseJob>> DueAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select release_id, tenant_id, school_year, requested_by, attempts, manifest from release
            where state in ('requested', 'running') and (next_try_at is null or next_try_at <= $1) order by requested_at
            """);
        command.Parameters.Add(new() { Value = now });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<ReleaseJob> jobs = [];
        while (await reader.ReadAsync(cancellation))
            jobs.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt32(4), Manifest(reader, 5)));
        return jobs;
    }

    /// <summary>Notes how far the job is, or what it waits for and until when.</summary>
    public async Task NoteAsync(Guid releaseId, string state, int progress, string? code, string? reason, int attempts, DateTimeOffset? nextTry, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            update release set state = $2, progress = $3, reason_code = $4, reason = $5, attempts = $6, next_try_at = $7
            where release_id = $1 and state in ('requested', 'running')
            """);
        command.Parameters.Add(new() { Value = releaseId });
        command.Parameters.Add(new() { Value = state });
        command.Parameters.Add(new() { Value = progress });
        command.Parameters.Add(new() { Value = (object?)code ?? DBNull.Value });
        command.Parameters.Add(new() { Value = (object?)reason ?? DBNull.Value });
        command.Parameters.Add(new() { Value = attempts });
        command.Parameters.Add(new() { Value = (object?)nextTry ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    const string Select = "select release_id, tenant_id, school_year, state, progress, reason_code, reason, requested_at, manifest from release";

    // The manifest is kept from freezing on, but shown only once the event that publishes it stands
    static ReleaseSummary Summary(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetInt32(4),
        Text(row, 5), Text(row, 6), row.GetFieldValue<DateTimeOffset>(7), row.GetString(3) == ReleaseState.Published ? Manifest(row, 8) : null);

    static ReleaseManifest? Manifest(NpgsqlDataReader row, int column) =>
        Text(row, column) is { } json ? JsonSerializer.Deserialize<ReleaseManifest>(json, EventTypes.Json) : null;

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
