using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;

namespace EquityPlatform.Ingestion.Quality;

/// <summary>Holds the days on which attendance came against the days of school, and keeps the outcome by school until the next feed.</summary>
internal static class ReceivedDays
{
    /// <summary>A source's days are to be counted again. Called within the transaction that ends a feed.</summary>
    public static Task AskAsync(TenantSession session, string source, DateTimeOffset now, CancellationToken cancellation) => session.ExecuteAsync(
        "insert into received_due (tenant_id, source, since) values ($1, $2, $3) on conflict (tenant_id, source) do update set since = excluded.since", [session.Tenant, source, now], cancellation);

    /// <summary>Counts a source anew, unless another replica is at it. A feed that ends meanwhile asks again.</summary>
    public static async Task CountAsync(TenantDatabase database, string tenant, string source, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using (var locking = session.Command("select pg_try_advisory_xact_lock(hashtextextended('ingestion-received:' || $1 || '/' || $2, 0))", tenant, source))
            if (await locking.ExecuteScalarAsync(cancellation) is not true)
                return;
        var (sessions, schools) = (await SessionsAsync(session, source, cancellation), await SchoolsAsync(session, source, cancellation));
        var received = await AttendanceAsync(session, source, cancellation);
        var days = DaysOfSchool.Of(schools, sessions, await CalendarAsync(session, source, cancellation), received);
        await session.ExecuteAsync("delete from received_day where tenant_id = $1 and source = $2", [tenant, source], cancellation);
        foreach (var chunk in days.Days.Chunk(20_000))
            await session.ExecuteAsync("insert into received_day (tenant_id, source, year, school, day, expected, rows) select $1, $2, * from unnest($3::smallint[], $4::text[], $5::date[], $6::boolean[], $7::int[])",
                [tenant, source, chunk.Select(d => (short)d.Year).ToArray(), chunk.Select(d => d.School).ToArray(), chunk.Select(d => d.Day).ToArray(), chunk.Select(d => d.Expected).ToArray(), chunk.Select(d => d.Rows).ToArray()], cancellation);
        await session.ExecuteAsync("delete from received_year where tenant_id = $1 and source = $2", [tenant, source], cancellation);
        await session.ExecuteAsync("""
            insert into received_year (tenant_id, source, year, school, derived, enrolled, tested)
            select $1, $2, y.year, y.school, y.derived, e.enrolled, nullif(e.tested, 0)
            from unnest($3::smallint[], $4::text[], $5::boolean[]) as y(year, school, derived) left join (
              select e.year, e.school, count(distinct e.owner)::int as enrolled, count(distinct t.owner)::int as tested
              from record e left join (select distinct owner, year from record where tenant_id = $1 and kind = $6 and not removed) t on t.owner = e.owner and t.year = e.year
              where e.tenant_id = $1 and e.source = $2 and e.kind = $7 and not e.removed and e.memory->>'withdrawn' is distinct from 'true' group by e.year, e.school) e
            on e.year = y.year and e.school = y.school
            """, [tenant, source, days.Years.Select(y => (short)y.Year).ToArray(), days.Years.Select(y => y.School).ToArray(), days.Years.Select(y => y.Derived).ToArray(),
                (short)RecordKind.AssessmentResult, (short)RecordKind.SchoolEnrollment], cancellation);
        await session.ExecuteAsync("insert into received_source (tenant_id, source, counted_at) values ($1, $2, $3) on conflict (tenant_id, source) do update set counted_at = excluded.counted_at", [tenant, source, now], cancellation);
        await session.ExecuteAsync("delete from received_due where tenant_id = $1 and source = $2 and since = $3", [tenant, source, since], cancellation);
        await session.CommitAsync(cancellation);
    }

    static async Task<List<Session>> SessionsAsync(TenantSession session, string source, CancellationToken cancellation)
    {
        await using var command = session.Command("select memory from record where tenant_id = $1 and source = $2 and kind = $3 and not removed and memory is not null", session.Tenant, source, (short)RecordKind.Session);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var sessions = new List<Session>();
        while (await reader.ReadAsync(cancellation))
            sessions.Add(Memories.Read<Session>(reader.GetString(0)));
        return sessions;
    }

    static async Task<List<string>> SchoolsAsync(TenantSession session, string source, CancellationToken cancellation)
    {
        await using var command = session.Command("select school from record where tenant_id = $1 and source = $2 and kind = $3 and not removed and school is not null", session.Tenant, source, (short)RecordKind.Organization);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var schools = new List<string>();
        while (await reader.ReadAsync(cancellation))
            schools.Add(reader.GetString(0));
        return schools;
    }

    static async Task<List<CalendarDay>> CalendarAsync(TenantSession session, string source, CancellationToken cancellation)
    {
        await using var command = session.Command("select school, day, memory #>> '{}' is distinct from 'nonInstructional' from record where tenant_id = $1 and source = $2 and kind = $3 and not removed and school is not null and day is not null",
            session.Tenant, source, (short)RecordKind.CalendarDay);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var days = new List<CalendarDay>();
        while (await reader.ReadAsync(cancellation))
            days.Add(new(string.Intern(reader.GetString(0)), reader.GetFieldValue<DateOnly>(1), reader.GetBoolean(2)));
        return days;
    }

    static async Task<List<AttendanceDay>> AttendanceAsync(TenantSession session, string source, CancellationToken cancellation)
    {
        await using var command = session.Command("select school, day, year, count(*)::int from record where tenant_id = $1 and source = $2 and kind = $3 and not removed and school is not null and day is not null group by school, day, year",
            session.Tenant, source, (short)RecordKind.Attendance);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var days = new List<AttendanceDay>();
        while (await reader.ReadAsync(cancellation))
            days.Add(new(string.Intern(reader.GetString(0)), reader.GetFieldValue<DateOnly>(1), reader.IsDBNull(2) ? 0 : reader.GetInt16(2), reader.GetInt32(3)));
        return days;
    }
}
