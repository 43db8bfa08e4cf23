using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Packages;

namespace EquityPlatform.Ingestion.Quality;

/// <summary>Keeps what each feed's findings come to, opens findings of a source and closes those that a later feed of the same file no longer has.</summary>
internal static class FindingRows
{
    /// <summary>What a feed that brings a package speaks about, whether the file is among those read or not.</summary>
    static readonly string[] OfPackages = [UploadPart.Zip, "manifest.csv", "manifest.json", "(other)"];
    static readonly string[] OfPackageFiles = ["zip.%", "manifest.%", "file.%"];

    /// <summary>Replaces the findings of a feed, so that a repeat after a crash does not double them.</summary>
    public static async Task KeepAsync(TenantSession session, Guid feed, IReadOnlyList<Finding> findings, CancellationToken cancellation)
    {
        await session.ExecuteAsync("delete from feed_finding where tenant_id = $1 and feed_id = $2", [session.Tenant, feed], cancellation);
        await session.ExecuteAsync("""
            insert into feed_finding (tenant_id, feed_id, subject, code, file, severity, count, columns, schools)
            select $1, $2, subject, code, file, severity, count, columns, schools
            from jsonb_to_recordset($3) as x(subject text, code text, file text, severity text, count int, columns jsonb, schools jsonb)
            """, [session.Tenant, feed, TenantSession.Json(JsonSerializer.Serialize(findings, EventTypes.Json))], cancellation);
    }

    /// <summary>Findings of a feed become findings of its source. They count from the day on which the feed came.</summary>
    public static async Task OpenAsync(TenantSession session, FeedRow feed, CancellationToken cancellation)
    {
        // Rows that are read again come by their file; what reads it is known from the feed that brought them
        if (feed.Replay)
            await session.ExecuteAsync("""
                update feed_finding n set subject = o.subject from feed_finding o join feed f on f.tenant_id = o.tenant_id and f.feed_id = o.feed_id
                where n.tenant_id = $1 and n.feed_id = $2 and o.tenant_id = $1 and f.source = $3 and o.file = n.file and o.code = n.code and o.subject <> o.file and n.subject = n.file
                """, [session.Tenant, feed.FeedId, feed.Source], cancellation);
        await session.ExecuteAsync("""
            insert into finding as f (tenant_id, source, subject, code, first_seen, last_feed, last_seen)
            select $1, $3, subject, code, $4, $2, $4 from feed_finding where tenant_id = $1 and feed_id = $2
            on conflict (tenant_id, source, subject, code) do update
            set first_seen = case when f.closed_at is null then f.first_seen else excluded.first_seen end, last_feed = excluded.last_feed, last_seen = excluded.last_seen, closed_at = null
            where not $5 or f.closed_at is not null
            """, [session.Tenant, feed.FeedId, feed.Source, feed.ReceivedAt, feed.Replay], cancellation);
    }

    /// <summary>Closes what an applied feed speaks about and no longer has.</summary>
    public static Task CloseAsync(TenantSession session, FeedRow feed, IReadOnlyList<ReadFile> files, CancellationToken cancellation)
    {
        var hasPackage = feed.Parts.Any(p => p.Name == UploadPart.Zip);
        var subjects = files.Select(f => f.Subject).Append(Finding.WholeFeed).Concat(hasPackage ? OfPackages : []).Distinct(StringComparer.Ordinal).ToArray();
        return session.ExecuteAsync("""
            update finding set closed_at = $5 where tenant_id = $1 and source = $2 and last_feed <> $3 and closed_at is null and (subject = any($4) or code like any($6))
            """, [session.Tenant, feed.Source, feed.FeedId, subjects, feed.ReceivedAt, hasPackage ? OfPackageFiles : []], cancellation);
    }

    /// <summary>Closes findings about rows of which none is set aside any more: all were corrected, or what they wait for came.</summary>
    public static Task CloseCorrectedAsync(TenantSession session, FeedRow replay, IReadOnlyList<ReadFile> files, CancellationToken cancellation) => session.ExecuteAsync("""
        update finding f set closed_at = $4 from feed_finding n
        where f.tenant_id = $1 and f.source = $2 and f.closed_at is null and n.tenant_id = $1 and n.feed_id = f.last_feed and n.subject = f.subject and n.code = f.code
          and n.severity in ('quarantined', 'parked') and n.file = any($3)
          and not exists (select from set_aside s where s.tenant_id = $1 and s.source = $2 and s.file = n.file and s.code = n.code)
        """, [session.Tenant, replay.Source, files.Select(f => f.File).Distinct(StringComparer.Ordinal).ToArray(), replay.ReceivedAt], cancellation);
}
