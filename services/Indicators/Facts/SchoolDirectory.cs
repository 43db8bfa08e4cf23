using EquityPlatform.Contracts.Indicators;
using Npgsql;

namespace EquityPlatform.Indicators.Facts;

/// <summary>Which schools and school years a tenant has.</summary>
internal sealed class SchoolDirectory(FactReader facts)
{
    public Task<IReadOnlyList<SchoolSummary>> SchoolsAsync(string tenant, CancellationToken cancellation) =>
        ListAsync(tenant, "select org_id, name from organizations where tenant_id = $1 and kind = 'school' order by name, org_id",
            r => new SchoolSummary(r.GetString(0), r.GetString(1)), cancellation);

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<SchoolYearSummary>> SchoolYearsAsync(string tenant, CancellationToken cancellation) =>
        ListAsync(tenant, """
            select y.school_year, s.starts, s.ends, exists (select from attendance a where a.tenant_id = $1 and a.school_year = y.school_year)
            from (select distinct school_year from enrollments where tenant_id = $1 and not withdrawn) y
            left join lateral (select min(start_date) as starts, max(end_date) as ends from sessions where tenant_id = $1 and school_year = y.school_year) s on true
            order by y.school_year desc
            """,
            r => new SchoolYearSummary(r.GetInt32(0), r.IsDBNull(1) ? null : r.GetFieldValue<DateOnly>(1), r.IsDBNull(2) ? null : r.GetFieldValue<DateOnly>(2), r.GetBoolean(3)), cancellation);

    Task<IReadOnlyList<T>> ListAsync<T>(string tenant, string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellation) =>
        facts.InSnapshotAsync(tenant, async Task<IReadOnlyList<T>> (connection) =>
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = tenant } } };
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            List<T> rows = [];
            while (await reader.ReadAsync(cancellation))
                rows.Add(map(reader));
            return rows;
        }, cancellation);
}
