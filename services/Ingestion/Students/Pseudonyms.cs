using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Students;

/// <summary>
/// Random pseudonyms of persons, found again only through a keyed blind index of the external id. Given before a feed's
/// events are made, so that a repeat after a crash finds the same ones.
/// </summary>
internal sealed class Pseudonyms(TenantDatabase database)
{
    /// <summary>Gives pseudonyms to all persons whom the drafts are about and who have none yet, and notes changed roles.</summary>
    public async Task EnsureAsync(IReadOnlyList<FoundDraft> drafts, KnownRecords known, CancellationToken cancellation)
    {
        var keyed = known.Keyed;
        var fresh = new Dictionary<Guid, string>();
        var roles = new Dictionary<Guid, string>();
        foreach (var (draft, _, _, owner) in drafts)
        {
            if (draft.Person is not { } id)
                continue;
            var role = draft.PersonRole;
            if (known.Person(id) is not { } person)
            {
                if (keyed.Record(RecordKind.Person, id) is var blind && !fresh.ContainsKey(blind))
                    fresh.Add(blind, role ?? throw new InvalidOperationException("A record refers to a person whom no row states."));
            }
            else if (role is not null && role != person.Role)
                roles[keyed.Record(RecordKind.Person, id)] = role;
        }
        if (fresh.Count == 0 && roles.Count == 0)
            return;
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        await session.ExecuteAsync("""
            insert into person (tenant_id, source, blind, person_key, role)
            select $1, $2, blind, person_key, role from unnest($3::uuid[], $4::uuid[], $5::text[]) as x(blind, person_key, role)
            on conflict (tenant_id, source, blind) do nothing
            """, [keyed.Tenant, keyed.Source, fresh.Keys.ToArray(), fresh.Select(_ => Guid.NewGuid()).ToArray(), fresh.Values.ToArray()], cancellation);
        if (roles.Count > 0)
            await session.ExecuteAsync("""
                update person p set role = x.role from unnest($3::uuid[], $4::text[]) as x(blind, role)
                where p.tenant_id = $1 and p.source = $2 and p.blind = x.blind
                """, [keyed.Tenant, keyed.Source, roles.Keys.ToArray(), roles.Values.ToArray()], cancellation);
        var given = new List<(Guid Blind, KnownPerson Person)>(fresh.Count);
        await using (var command = session.Command("select blind, person_key, role from person where tenant_id = $1 and source = $2 and blind = any($3)", keyed.Tenant, keyed.Source, fresh.Keys.ToArray()))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                given.Add((reader.GetGuid(0), new(reader.GetGuid(1), reader.GetString(2))));
        await session.CommitAsync(cancellation);
        foreach (var (blind, person) in given)
            known.Meet(blind, person);
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
        await using var command = session.Command("select exists (select from person where tenant_id = $1 and person_key = $2 and role = 'student' and stands_for is null)", tenant, student);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    public async Task<Guid?> FindAsync(Keyed keyed, string sourcedId, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        // Of several ids of a person, the first has the role
        await using var command = session.Command("""
            select f.person_key from person p join person f on f.tenant_id = p.tenant_id and f.source = p.source and f.blind = coalesce(p.stands_for, p.blind)
            where p.tenant_id = $1 and p.source = $2 and p.blind = $3 and f.role = 'student'
            """,
            keyed.Tenant, keyed.Source, keyed.Record(RecordKind.Person, sourcedId));
        return (Guid?)await command.ExecuteScalarAsync(cancellation);
    }
}
