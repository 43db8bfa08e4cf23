using System.Text.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Quality;

/// <summary>Reads what feeds left in the tables of findings.</summary>
internal static class QualityReads
{
    /// <summary>How long closed findings are shown.</summary>
    static readonly TimeSpan ShownClosed = TimeSpan.FromDays(30);

    const string Columns = """
        n.subject, n.file, n.code, n.severity, n.count, n.columns, n.schools, coalesce(f.first_seen, d.received_at), coalesce(f.last_seen, d.received_at), coalesce(f.last_feed, n.feed_id), f.closed_at, d.state, coalesce(w.rows, 0)
        """;

    /// <summary>Rows that are set aside now, by file and code.</summary>
    const string Waiting = "(select source, file, code, count(*)::int as rows from set_aside where tenant_id = $1 group by source, file, code) w on w.source = d.source and w.file = n.file and w.code = n.code";

    public static async Task<IReadOnlyList<SourceQuality>> SourcesAsync(TenantDatabase database, string tenant, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("""
            select d.source, (select count(*)::int from finding f where f.tenant_id = $1 and f.source = d.source and f.closed_at is null),
              (select count(*)::int from set_aside s where s.tenant_id = $1 and s.source = d.source), d.received_at, d.state
            from (select distinct on (source) source, received_at, state from feed where tenant_id = $1 and not replay order by source, seq desc) d order by d.source
            """, tenant);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var sources = new List<SourceQuality>();
        while (await reader.ReadAsync(cancellation))
            sources.Add(new(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4)));
        return sources;
    }

    public static async Task<QualityReport> OfSourceAsync(TenantDatabase database, string tenant, string source, Assignments assignments, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command($"""
            select {Columns} from finding f join feed d on d.tenant_id = $1 and d.feed_id = f.last_feed join feed_finding n on n.tenant_id = $1 and n.feed_id = f.last_feed and n.subject = f.subject and n.code = f.code
            left join {Waiting} where f.tenant_id = $1 and f.source = $2 and (f.closed_at is null or f.closed_at > $3) order by n.file, n.code
            """, tenant, source, now - ShownClosed);
        var findings = await ReadAsync(command, assignments, now, cancellation);
        return new(source, [.. findings.Where(f => f.State == "open")], [.. findings.Where(f => f.State == "closed")]);
    }

    public static async Task<IReadOnlyList<QualityFinding>> OfFeedAsync(TenantDatabase database, string tenant, Guid feed, Assignments assignments, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command($"""
            select {Columns} from feed_finding n join feed d on d.tenant_id = $1 and d.feed_id = n.feed_id
            left join finding f on f.tenant_id = $1 and f.source = d.source and f.subject = n.subject and f.code = n.code
            left join {Waiting} where n.tenant_id = $1 and n.feed_id = $2 order by n.file, n.code
            """, tenant, feed);
        return await ReadAsync(command, assignments, now, cancellation);
    }

    public static async Task<bool> IsKnownAsync(TenantDatabase database, string tenant, AssignFinding ask, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("select exists (select from finding where tenant_id = $1 and source = $2 and subject = $3 and code = $4)", tenant, ask.Source, ask.Subject, ask.Code);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    static async Task<List<QualityFinding>> ReadAsync(NpgsqlCommand command, Assignments assignments, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var findings = new List<QualityFinding>();
        while (await reader.ReadAsync(cancellation))
        {
            var (subject, file, code) = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
            var (first, closed, state) = (reader.GetFieldValue<DateTimeOffset>(7), reader.IsDBNull(10) ? (DateTimeOffset?)null : reader.GetFieldValue<DateTimeOffset>(10), reader.GetString(11));
            var assigned = assignments.Of(subject, code);
            findings.Add(new(subject, file, code, reader.GetString(3), reader.GetInt32(4), reader.GetInt32(12), Read<string[]>(reader, 5),
                [.. Read<Dictionary<string, int>>(reader, 6).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new SchoolCount(s.Key, s.Value))],
                first, reader.GetFieldValue<DateTimeOffset>(8), reader.GetGuid(9), Math.Max(0, (int)((closed ?? now) - first).TotalDays), assigned?.Owner ?? Owners.Of(code, Owners.IsMapped(subject, file)),
                assigned is null ? null : new(assigned.AssignedBy, assigned.AssignedAt), state is FeedState.Applied or FeedState.Rejected ? closed is null ? "open" : "closed" : "notApplied", closed));
        }
        return findings;
    }

    static T Read<T>(NpgsqlDataReader reader, int column) => JsonSerializer.Deserialize<T>(reader.GetString(column), EventTypes.Json) ?? throw new JsonException("A stored finding is null.");

    /// <summary>Years of a source, and one of them by school; with weeks where a school is named.</summary>
    public static async Task<CompletenessReport> CompletenessAsync(TenantDatabase database, string tenant, string source, int? year, string? school, DateOnly today, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        var counted = await ScalarAsync(session, "select counted_at from received_source where tenant_id = $1 and source = $2", source, cancellation) as DateTime?;
        var mode = await ScalarAsync(session, $"select memory->>'mode' from record where tenant_id = $1 and source = $2 and kind = {(int)Records.RecordKind.Coverage} and not removed limit 1", source, cancellation) as string;
        var years = new List<int>();
        await using (var command = session.Command("select distinct year from received_year where tenant_id = $1 and source = $2 order by year desc", tenant, source))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                years.Add(reader.GetInt16(0));
        var wanted = year ?? await ScalarAsync(session, "select max(year)::int from received_day where tenant_id = $1 and source = $2 and rows > 0", source, cancellation) as int? ?? years.FirstOrDefault();
        var weeks = school is null ? null : await WeeksAsync(session, source, wanted, school, today, cancellation);
        var schools = new List<SchoolCompleteness>();
        await using (var command = session.Command("""
            select y.school, y.enrolled, y.tested, y.derived, coalesce(d.expected, 0), coalesce(d.received, 0), coalesce(d.other, 0), d.last
            from received_year y left join (
              select school, count(*) filter (where expected and day <= $4)::int as expected, count(*) filter (where expected and rows > 0 and day <= $4)::int as received,
                count(*) filter (where not expected)::int as other, max(day) filter (where rows > 0) as last
              from received_day where tenant_id = $1 and source = $2 and year = $3 group by school) d on d.school = y.school
            where y.tenant_id = $1 and y.source = $2 and y.year = $3 and ($5::text is null or y.school = $5) order by y.school
            """, tenant, source, (short)wanted, today, TenantSession.Typed(school, NpgsqlDbType.Text)))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                schools.Add(new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetInt32(2), reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6),
                    reader.IsDBNull(7) ? null : reader.GetFieldValue<DateOnly>(7), reader.GetBoolean(3), weeks));
        return new(source, wanted, years, today, mode, counted is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null, schools);
    }

    static async Task<List<WeekCompleteness>> WeeksAsync(TenantSession session, string source, int year, string school, DateOnly today, CancellationToken cancellation)
    {
        await using var command = session.Command("""
            select date_trunc('week', day)::date, count(*) filter (where expected)::int, count(*) filter (where expected and rows > 0)::int, nullif(sum(rows), 0)::int
            from received_day where tenant_id = $1 and source = $2 and year = $3 and school = $4 and (day <= $5 or rows > 0) group by 1 order by 1
            """, session.Tenant, source, (short)year, school, today);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var weeks = new List<WeekCompleteness>();
        while (await reader.ReadAsync(cancellation))
            weeks.Add(new(reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetInt32(3)));
        return weeks;
    }

    static async Task<object?> ScalarAsync(TenantSession session, string sql, string source, CancellationToken cancellation)
    {
        await using var command = session.Command(sql, session.Tenant, source);
        return await command.ExecuteScalarAsync(cancellation);
    }
}
