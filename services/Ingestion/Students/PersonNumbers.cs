using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using Npgsql;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Rows of the table <c>person_number</c>.</summary>
internal static class PersonNumbers
{
    /// <summary>Replaces the numbers of those students of whom a feed has news, within the transaction that keeps the news.</summary>
    public static async Task ReplaceAsync(TenantSession session, string source, IReadOnlyList<News> news, CancellationToken cancellation)
    {
        // A later row of the same student and system wins: "on conflict" may not meet a row twice
        var numbers = news.Where(n => n is { Number: not null, State.Owner: not null }).GroupBy(n => (n.State.Owner!.Value, n.Number!.Value.System)).Select(g => (g.Key.Value, g.Key.System, g.Last().Number!.Value.Number));
        foreach (var chunk in numbers.Chunk(5000))
            await session.ExecuteAsync("""
                insert into person_number (tenant_id, source, person_key, system, number)
                select $1, $2, person_key, system, number from unnest($3::uuid[], $4::text[], $5::uuid[]) as x(person_key, system, number)
                on conflict (tenant_id, person_key, system, source) do update set number = excluded.number
                """, [session.Tenant, source, chunk.Select(n => n.Value).ToArray(), chunk.Select(n => n.System).ToArray(), chunk.Select(n => n.Number).ToArray()], cancellation);
    }

    /// <summary>Students of one source with the numbers that it stated. Synchronous.</summary>
    public static IEnumerable<NumberedStudent> OfSource(TenantDatabase database, string tenant, string source)
    {
        using var connection = database.Source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using (var setting = new NpgsqlCommand("select set_config('eq.tenant', $1, true)", connection) { Parameters = { new() { Value = tenant } } })
            setting.ExecuteNonQuery();
        using var command = new NpgsqlCommand("""
            select p.person_key, p.blind, n.system, n.number from person p join person_number n on n.tenant_id = p.tenant_id and n.source = p.source and n.person_key = p.person_key
            where p.tenant_id = $1 and p.source = $2 and p.role = 'student' and p.stands_for is null order by 1, 3
            """, connection)
        { Parameters = { new() { Value = tenant }, new() { Value = source } }, CommandTimeout = 0 };
        using var reader = command.ExecuteReader();
        var (person, first, numbers) = (Guid.Empty, Guid.Empty, new List<(string, Guid)>());
        while (reader.Read())
        {
            if (reader.GetGuid(0) is var next && next != person)
            {
                if (numbers.Count > 0)
                    yield return new(person, first, numbers);
                (person, first, numbers) = (next, reader.GetGuid(1), []);
            }
            numbers.Add((string.Intern(reader.GetString(2)), reader.GetGuid(3)));
        }
        if (numbers.Count > 0)
            yield return new(person, first, numbers);
    }

    /// <summary>All students with their numbers; the hash of a number holds its system. Synchronous, for the thread that reads rows.</summary>
    public static IEnumerable<(Guid Number, Guid Person)> Load(TenantDatabase database, string tenant)
    {
        using var connection = database.Source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using (var setting = new NpgsqlCommand("select set_config('eq.tenant', $1, true)", connection) { Parameters = { new() { Value = tenant } } })
            setting.ExecuteNonQuery();
        using var command = new NpgsqlCommand("select number, person_key from person_number where tenant_id = $1", connection) { Parameters = { new() { Value = tenant } } };
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return (reader.GetGuid(0), reader.GetGuid(1));
    }
}
