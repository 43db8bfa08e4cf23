using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;

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

    /// <summary>All students by number; null where several have it.</summary>
    public static async Task LoadAsync(TenantSession session, Dictionary<(string System, Guid Number), Guid?> into, CancellationToken cancellation)
    {
        await using var command = session.Command("select distinct system, number, person_key from person_number where tenant_id = $1", session.Tenant);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var key = (string.Intern(reader.GetString(0)), reader.GetGuid(1));
            into[key] = into.ContainsKey(key) ? null : reader.GetGuid(2);
        }
    }
}
