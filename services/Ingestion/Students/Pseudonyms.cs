using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Students;

/// <summary>
/// Random pseudonyms of persons, found again only through a keyed blind index of the external id. Given before a feed's
/// events are made, so that a repeat after a crash finds the same ones.
/// </summary>
internal sealed class Pseudonyms(TenantDatabase database)
{
    /// <summary>Pseudonyms of all persons whom the drafts are about.</summary>
    public async Task<Dictionary<string, Guid>> OfAsync(IReadOnlyList<Draft> drafts, KnownRecords known, CancellationToken cancellation)
    {
        var keyed = known.Keyed;
        var persons = new Dictionary<string, Guid>(StringComparer.Ordinal);
        var fresh = new List<(string Id, Guid Blind, string Role)>();
        var roles = new List<(Guid Blind, string Role)>();
        foreach (var draft in drafts)
        {
            if (draft.Person is not { } id || persons.ContainsKey(id))
                continue;
            if (PersonToken.Read(id) is { } token)
            {
                persons.Add(id, token);
                continue;
            }
            var blind = keyed.Record(RecordKind.Person, id);
            var role = draft.PersonRole;
            if (known.Persons.TryGetValue(blind, out var person))
            {
                persons.Add(id, person.Key);
                if (role is not null && role != person.Role)
                    roles.Add((blind, role));
            }
            else
            {
                persons.Add(id, Guid.Empty);
                fresh.Add((id, blind, role ?? throw new InvalidOperationException("A record refers to a person whom no row states.")));
            }
        }
        if (fresh.Count == 0 && roles.Count == 0)
            return persons;
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        foreach (var chunk in fresh.Chunk(5000))
            await session.ExecuteAsync("""
                insert into person (tenant_id, source, blind, person_key, role)
                select $1, $2, blind, person_key, role from unnest($3::uuid[], $4::uuid[], $5::text[]) as x(blind, person_key, role)
                on conflict (tenant_id, source, blind) do nothing
                """, [keyed.Tenant, keyed.Source, chunk.Select(f => f.Blind).ToArray(), chunk.Select(_ => Guid.NewGuid()).ToArray(), chunk.Select(f => f.Role).ToArray()], cancellation);
        if (roles.Count > 0)
            await session.ExecuteAsync("""
                update person p set role = x.role from unnest($3::uuid[], $4::text[]) as x(blind, role)
                where p.tenant_id = $1 and p.source = $2 and p.blind = x.blind
                """, [keyed.Tenant, keyed.Source, roles.Select(r => r.Blind).ToArray(), roles.Select(r => r.Role).ToArray()], cancellation);
        var ids = fresh.ToDictionary(f => f.Blind, f => f.Id);
        await using (var command = session.Command("select blind, person_key from person where tenant_id = $1 and source = $2 and blind = any($3)", keyed.Tenant, keyed.Source, ids.Keys.ToArray()))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                persons[ids[reader.GetGuid(0)]] = reader.GetGuid(1);
        await session.CommitAsync(cancellation);
        return persons;
    }

    /// <summary>Source systems of a district.</summary>
    public async Task<IReadOnlyList<string>> SourcesAsync(string tenant, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("select distinct source from feed where tenant_id = $1 order by 1", tenant);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var sources = new List<string>();
        while (await reader.ReadAsync(cancellation))
            sources.Add(reader.GetString(0));
        return sources;
    }

    /// <summary>True if the pseudonym is a student's who can still be found.</summary>
    public async Task<bool> IsStudentAsync(string tenant, Guid student, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("select exists (select from person where tenant_id = $1 and person_key = $2 and role = 'student')", tenant, student);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    public async Task<Guid?> FindAsync(Keyed keyed, string sourcedId, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        await using var command = session.Command("select person_key from person where tenant_id = $1 and source = $2 and blind = $3 and role = 'student'",
            keyed.Tenant, keyed.Source, keyed.Record(RecordKind.Person, sourcedId));
        return (Guid?)await command.ExecuteScalarAsync(cancellation);
    }
}
