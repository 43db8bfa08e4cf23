using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Erasure;

/// <summary>
/// Does what was recorded, step by step, each of which may be repeated: destroy the keys, delete every link and the stored uploads, say so in the log,
/// wait for the other services. Runs under the district's lock between two feeds, so no feed writes about the student meanwhile or later.
/// </summary>
internal sealed class EraseStudents(ErasureRows rows, SubjectKeys keys, TenantDatabase database, EventLog log, TimeProvider clock, ILogger<EraseStudents> logger)
{
    /// <summary>Services that must say that they cleared.</summary>
    public static readonly IReadOnlyList<string> Services = ["indicators", "interventions", "reporting"];

    public async Task RunAsync(string tenant, CancellationToken cancellation)
    {
        foreach (var erasure in await rows.WaitingAsync(tenant, cancellation))
        {
            if (erasure.ErasedAt is null && erasure.FeedsAreThrough)
                await EraseAsync(tenant, erasure, cancellation);
            if (erasure.ErasedAt is not null || erasure.FeedsAreThrough)
                await CompleteAsync(tenant, erasure, cancellation);
        }
    }

    async Task EraseAsync(string tenant, ErasureRow erasure, CancellationToken cancellation)
    {
        var student = erasure.Student.ToString("N");
        var kids = await keys.DestroyAsync(tenant, student, Identity.Category, erasure.ErasureId, cancellation);
        await using (var session = await database.OpenAsync(tenant, cancellation))
        {
            await UnlinkAsync(session, [erasure.Student], cancellation);
            await DropUploadsAsync(session, cancellation);
            await session.CommitAsync(cancellation);
        }
        await AppendAsync(tenant, erasure, "erased", new StudentErased(erasure.ErasureId, student, kids, erasure.Authority, erasure.Reason), cancellation);
        await SetAsync(tenant, "update erasure set erased_at = coalesce(erased_at, $3) where tenant_id = $1 and erasure_id = $2", erasure.ErasureId, cancellation);
        logger.LogInformation("Erasure {Erasure} of {Tenant}: keys and links are gone", erasure.ErasureId, tenant);
    }

    /// <summary>The blind index and all that is remembered about a student.</summary>
    static async Task UnlinkAsync(TenantSession session, Guid[] students, CancellationToken cancellation)
    {
        await session.ExecuteAsync("delete from record where tenant_id = $1 and owner = any($2)", [session.Tenant, students], cancellation);
        await session.ExecuteAsync("delete from person_number where tenant_id = $1 and person_key = any($2)", [session.Tenant, students], cancellation);
        await session.ExecuteAsync("delete from person where tenant_id = $1 and person_key = any($2)", [session.Tenant, students], cancellation);
    }

    /// <summary>Every upload that no waiting feed needs, with its key: the student's rows, and rows set aside, are in there.</summary>
    static async Task DropUploadsAsync(TenantSession session, CancellationToken cancellation)
    {
        await SetAside.SetAsideRows.DropAsync(session, cancellation);
        const string done = "select upload_id from feed where tenant_id = $1 and state in ('applied', 'rejected')";
        await session.ExecuteAsync($"delete from feed_chunk where tenant_id = $1 and upload_id in ({done})", [session.Tenant], cancellation);
        await session.ExecuteAsync($"delete from feed_upload where tenant_id = $1 and upload_id in ({done})", [session.Tenant], cancellation);
        // Pages of unfinished readings of Ed-Fi APIs; the reading starts over
        foreach (var table in new[] { "feed_chunk", "feed_upload" })
            await session.ExecuteAsync($"delete from {table} where tenant_id = $1 and upload_id in (select upload_id from edfi_cycle where tenant_id = $1)", [session.Tenant], cancellation);
        await session.ExecuteAsync("delete from edfi_page where tenant_id = $1", [session.Tenant], cancellation);
        await session.ExecuteAsync("delete from edfi_cycle where tenant_id = $1", [session.Tenant], cancellation);
        await session.ExecuteAsync("update feed set wrapped_key = null where tenant_id = $1 and state in ('applied', 'rejected') and wrapped_key is not null", [session.Tenant], cancellation);
    }

    async Task CompleteAsync(string tenant, ErasureRow erasure, CancellationToken cancellation)
    {
        if (Services.Except(await rows.AcknowledgedAsync(tenant, erasure.ErasureId, cancellation)).Any())
            return;
        await AppendAsync(tenant, erasure, "completed", new ErasureCompleted(erasure.ErasureId, erasure.Student.ToString("N"), Services), cancellation);
        await SetAsync(tenant, """
            with done as (delete from erasure_queue where tenant_id = $1 and erasure_id = $2)
            update erasure set completed_at = coalesce(completed_at, $3) where tenant_id = $1 and erasure_id = $2
            """, erasure.ErasureId, cancellation);
    }

    /// <summary>
    /// After a restore: erases again what a backup of the key database brought back, and unlinks again whom a backup of the service's database
    /// brought back. Run once at each start.
    /// </summary>
    public async Task ReassureAsync(CancellationToken cancellation)
    {
        foreach (var tenant in await keys.TenantsAsync(cancellation))
        {
            var erased = (await keys.ErasedAsync(tenant, cancellation)).ToHashSet(StringComparer.Ordinal);
            await using var session = await database.OpenAsync(tenant, cancellation);
            var done = new List<(Guid Student, Guid Erasure)>();
            await using (var command = session.Command("select student_key, erasure_id from erasure where tenant_id = $1 and erased_at is not null", tenant))
            await using (var reader = await command.ExecuteReaderAsync(cancellation))
                while (await reader.ReadAsync(cancellation))
                    done.Add((reader.GetGuid(0), reader.GetGuid(1)));
            foreach (var (student, erasure) in done.Where(d => !erased.Contains(d.Student.ToString("N"))))
            {
                logger.LogWarning("The key database of {Tenant} was set back: erasure {Erasure} is done again", tenant, erasure);
                await keys.DestroyAsync(tenant, student.ToString("N"), Identity.Category, erasure, cancellation);
            }
            await UnlinkAsync(session, [.. erased.Where(subject => Guid.TryParse(subject, out _)).Select(Guid.Parse)], cancellation);
            await session.CommitAsync(cancellation);
        }
    }

    async Task AppendAsync(string tenant, ErasureRow erasure, string step, object happened, CancellationToken cancellation)
    {
        var append = new Append(tenant, $"erasure-{erasure.Student:N}", "erasure", ExpectedVersion.Any, [new NewEvent(EventIds.Derive(erasure.ErasureId, step), happened, Reason: erasure.Reason)],
            new(erasure.RecordedBy, erasure.Correlation, erasure.ErasureId.ToString("D")));
        if (await log.AppendAsync(append, cancellation) is AppendResult.AppendRefused refused)
            throw new InvalidOperationException($"The log refused a step of an erasure ({refused.Code}).");
    }

    async Task SetAsync(string tenant, string sql, Guid erasure, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync(sql, [tenant, erasure, clock.GetUtcNow()], cancellation);
        await session.CommitAsync(cancellation);
    }
}
