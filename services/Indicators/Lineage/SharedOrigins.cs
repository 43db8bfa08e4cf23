using EquityPlatform.Contracts.Bus;
using EquityPlatform.Indicators.Cube;
using Npgsql;

namespace EquityPlatform.Indicators.Lineage;

/// <summary>Rows that stand behind every student's days: sessions, coverage declarations, and the calendar or what it was derived from.</summary>
internal static class SharedOrigins
{
    const string Sessions = "select feed, file, row from sessions where tenant_id = $1 and school_year = $2 and feed is not null";
    const string Coverage = "select feed, file, row from coverage_declarations where tenant_id = $1 and feed is not null and $2 is not null";
    const string Calendar = "select feed, file, row from calendar_days where tenant_id = $1 and school_id = any($3) and day = any($4) and feed is not null and $2 is not null";

    // One witness is enough for a date on which attendance was recorded
    const string Witnesses = """
        select distinct on (day) feed, file, row from attendance
        where tenant_id = $1 and school_year = $2 and day = any($4) and feed is not null and $3::text[] is not null order by day, feed, file, row
        """;

    public static async Task<IReadOnlyList<RowOrigin>> ReadAsync(NpgsqlConnection connection, string tenant, int schoolYear, YearFacts facts, YearCalculation calculation,
        string[] schools, CancellationToken cancellation)
    {
        List<RowOrigin> rows = [];
        await AddAsync(Sessions, tenant, schoolYear);
        await AddAsync(Coverage, tenant, schoolYear);
        var given = facts.CalendarDays.Where(day => schools.Contains(day.School)).Select(day => day.Day).Distinct().ToArray();
        await AddAsync(Calendar, tenant, schoolYear, schools, given);
        if (calculation.DerivedDays is { } derived && schools.Any(calculation.UsesDerivedCalendar))
            await AddAsync(Witnesses, tenant, schoolYear, schools, derived.ToArray());
        return [.. rows.Distinct().OrderBy(row => row.File, StringComparer.Ordinal).ThenBy(row => row.Row)];

        async Task AddAsync(string sql, params object[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values)
                command.Parameters.AddWithValue(value);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                rows.Add(Origins.Row(reader, 0));
        }
    }
}
