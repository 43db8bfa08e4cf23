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
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        await using var insert = new NpgsqlBatch(transaction.Connection)
        {
            BatchCommands =
            {
                new("insert into public_id (id, tenant_id) values ($1, $2) on conflict do nothing") { Parameters = { new() { Value = ask.ReleaseId.ToString("D") }, new() { Value = tenant } } },
                new("""
                    insert into release (tenant_id, release_id, school_year, state, requested_by, requested_at)
                    select $1, $2, $3, 'requested', $4, $5 where exists (select from public_id where id = $2::text and tenant_id = $1) on conflict do nothing
                    """)
                {
                    Parameters = { new() { Value = tenant }, new() { Value = ask.ReleaseId }, new() { Value = ask.SchoolYear }, new() { Value = user }, new() { Value = now } },
                },
                // A statement of its own: it must see what a rival committed while the insert waited for it
                new("""
                    select release_id from release
                    where tenant_id = $1 and school_year = $3 and (release_id = $2 or state <> 'failed')
                    order by release_id = $2 desc limit 1
                    """) { Parameters = { new() { Value = tenant }, new() { Value = ask.ReleaseId }, new() { Value = ask.SchoolYear } } },
                new("""
                    insert into release_queue (tenant_id, release_id, requested_at)
                    select tenant_id, release_id, requested_at from release where tenant_id = $1 and release_id = $2 and state = 'requested' on conflict do nothing
                    """) { Parameters = { new() { Value = tenant }, new() { Value = ask.ReleaseId } } },
            },
        };
        Guid? holder = null;
        await using (var reader = await insert.ExecuteReaderAsync(cancellation))
            if (await reader.ReadAsync(cancellation))
                holder = reader.GetGuid(0);
        // Without the year the id stays free
        if (holder == ask.ReleaseId)
            await transaction.CommitAsync(cancellation);
        return holder;
    }

    /// <summary>A release by its public id, whosever it is.</summary>
    public async Task<ReleaseSummary?> FindAsync(Guid releaseId, CancellationToken cancellation)
    {
        await using var batch = PublicId.Batch(database, releaseId.ToString("D"), new NpgsqlBatchCommand($"{Select} where release_id = $1") { Parameters = { new() { Value = releaseId } } });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        return await reader.ReadAsync(cancellation) ? Summary(reader) : null;
    }

    /// <summary>Releases of a district, newest school year first.</summary>
    public async Task<IReadOnlyList<ReleaseSummary>> ListAsync(string tenant, bool publishedOnly, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(database, tenant,
            new NpgsqlBatchCommand($"{Select} where tenant_id = $1 and (state = 'published' or not $2) order by school_year desc, requested_at desc")
            {
                Parameters = { new() { Value = tenant }, new() { Value = publishedOnly } },
            });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        List<ReleaseSummary> found = [];
        while (await reader.ReadAsync(cancellation))
            found.Add(Summary(reader));
        return found;
    }

    /// <summary>Work that is due, oldest first.</summary>
    public async Task<IReadOnlyList<ReleaseJob>> DueAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        List<(string Tenant, Guid Release)> due = [];
        await using (var command = database.CreateCommand("select tenant_id, release_id from release_queue where next_try_at is null or next_try_at <= $1 order by requested_at"))
        {
            command.Parameters.Add(new() { Value = now });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                due.Add((reader.GetString(0), reader.GetGuid(1)));
        }
        List<ReleaseJob> jobs = [];
        foreach (var (tenant, release) in due)
            if (await JobAsync(tenant, release, cancellation) is { } job)
                jobs.Add(job);
        return jobs;
    }

    async Task<ReleaseJob?> JobAsync(string tenant, Guid release, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(database, tenant, new NpgsqlBatchCommand("""
            select release_id, tenant_id, school_year, requested_by, attempts, manifest from release
            where tenant_id = $1 and release_id = $2 and state in ('requested', 'running')
            """) { Parameters = { new() { Value = tenant }, new() { Value = release } } });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        return await reader.ReadAsync(cancellation)
            ? new(reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt32(4), Manifest(reader, 5))
            : null;
    }

    /// <summary>Notes how far the job is, or what it waits for and until when; a job that has ended leaves the queue.</summary>
    public async Task NoteAsync(ReleaseJob job, string state, int progress, string? code, string? reason, int attempts, DateTimeOffset? nextTry, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(database, job.Tenant,
            new("""
                update release set state = $3, progress = $4, reason_code = $5, reason = $6, attempts = $7
                where tenant_id = $1 and release_id = $2 and state in ('requested', 'running')
                """)
            {
                Parameters =
                {
                    new() { Value = job.Tenant }, new() { Value = job.ReleaseId }, new() { Value = state }, new() { Value = progress }, new() { Value = (object?)code ?? DBNull.Value },
                    new() { Value = (object?)reason ?? DBNull.Value }, new() { Value = attempts },
                },
            },
            new("update release_queue set next_try_at = $3 where tenant_id = $1 and release_id = $2")
            {
                Parameters =
                {
                    new() { Value = job.Tenant }, new() { Value = job.ReleaseId },
                    new() { Value = (object?)nextTry ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz },
                },
            },
            new("""
                delete from release_queue q using release r
                where q.tenant_id = $1 and q.release_id = $2 and r.tenant_id = $1 and r.release_id = $2 and r.state not in ('requested', 'running')
                """) { Parameters = { new() { Value = job.Tenant }, new() { Value = job.ReleaseId } } });
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    const string Select = "select release_id, tenant_id, school_year, state, progress, reason_code, reason, requested_at, manifest from release";

    // The manifest is kept from freezing on, but shown only once the event that publishes it stands
    static ReleaseSummary Summary(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetInt32(4),
        Text(row, 5), Text(row, 6), row.GetFieldValue<DateTimeOffset>(7), row.GetString(3) == ReleaseState.Published ? Manifest(row, 8) : null);

    static ReleaseManifest? Manifest(NpgsqlDataReader row, int column) =>
        Text(row, column) is { } json ? JsonSerializer.Deserialize<ReleaseManifest>(json, EventTypes.Json) : null;

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
