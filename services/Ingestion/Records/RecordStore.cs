using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Students;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Records;

/// <summary>Latest state of records: loaded before a feed is decided, replaced in the transaction that ends it.</summary>
internal sealed class RecordStore(TenantDatabase database)
{
    /// <summary>Kinds whose content later rows refer to; of the others the hash is enough.</summary>
    static readonly short[] Remembered = [(short)RecordKind.Session, (short)RecordKind.Class, (short)RecordKind.Coverage, (short)RecordKind.LineItem];

    public async Task<KnownRecords> LoadAsync(Keyed keyed, CancellationToken cancellation)
    {
        var known = new KnownRecords(keyed);
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        await using (var command = session.Command("""
            select kind, key, hash, owner, feed_id, file, row_no, case when kind = any($3) then memory end
            from record where tenant_id = $1 and source = $2
            """, keyed.Tenant, keyed.Source, Remembered))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                known.Records.Add(((RecordKind)reader.GetInt16(0), reader.GetGuid(1)), Read(reader));
        await using (var command = session.Command("select blind, person_key, role from person where tenant_id = $1 and source = $2", keyed.Tenant, keyed.Source))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                known.Persons.Add(reader.GetGuid(0), new(reader.GetGuid(1), reader.GetString(2)));
        await using (var command = session.Command("select statistics from feed where tenant_id = $1 and source = $2 and state = 'applied' and statistics is not null order by seq desc limit 1", keyed.Tenant, keyed.Source))
            if (await command.ExecuteScalarAsync(cancellation) is string json)
                foreach (var (name, percent) in JsonSerializer.Deserialize<Dictionary<string, int>>(json, EventTypes.Json) ?? [])
                    known.Statistics.Add(name, percent);
        await PersonNumbers.LoadAsync(session, known.Numbers, cancellation);
        return known;
    }

    /// <summary>What school enrolments follow from, of some students: the person, section enrolments, derived enrolments.</summary>
    public async Task<Dictionary<(RecordKind Kind, Guid Key), Known>> OfOwnersAsync(Keyed keyed, IReadOnlyCollection<Guid> owners, CancellationToken cancellation)
    {
        var found = new Dictionary<(RecordKind, Guid), Known>();
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        await using var command = session.Command("""
            select kind, key, hash, owner, feed_id, file, row_no, memory from record
            where tenant_id = $1 and owner = any($2) and kind = any($3) and source = $4
            """, keyed.Tenant, owners.ToArray(), new[] { (short)RecordKind.Person, (short)RecordKind.SectionEnrollment, (short)RecordKind.SchoolEnrollment }, keyed.Source);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(((RecordKind)reader.GetInt16(0), reader.GetGuid(1)), Read(reader));
        return found;
    }

    /// <summary>Replaces the state of what is news, and the roles of persons, within the transaction that ends the feed.</summary>
    public static async Task ReplaceAsync(TenantSession session, string source, IReadOnlyList<News> news, CancellationToken cancellation)
    {
        foreach (var chunk in news.Chunk(5000))
            await session.ExecuteAsync("""
                insert into record (tenant_id, source, kind, key, hash, owner, feed_id, file, row_no, memory)
                select $1, $2, kind, key, hash, owner, feed_id, file, row_no, memory
                from unnest($3::smallint[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::int[], $10::jsonb[]) as x(kind, key, hash, owner, feed_id, file, row_no, memory)
                on conflict (tenant_id, source, kind, key) do update
                set hash = excluded.hash, owner = excluded.owner, feed_id = excluded.feed_id, file = excluded.file, row_no = excluded.row_no, memory = excluded.memory
                """,
                [session.Tenant, source, chunk.Select(n => (short)n.Kind).ToArray(), chunk.Select(n => n.Key).ToArray(), chunk.Select(n => n.State.Hash).ToArray(),
                    TenantSession.Typed(chunk.Select(n => n.State.Owner).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid),
                    chunk.Select(n => n.State.Feed).ToArray(), chunk.Select(n => n.State.File).ToArray(), chunk.Select(n => n.State.Row).ToArray(),
                    TenantSession.Typed(chunk.Select(n => n.State.Memory).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb)], cancellation);
    }

    static Known Read(Npgsql.NpgsqlDataReader reader) =>
        new(reader.GetGuid(2), reader.IsDBNull(3) ? null : reader.GetGuid(3), reader.GetGuid(4), string.Intern(reader.GetString(5)), reader.GetInt32(6), reader.IsDBNull(7) ? null : reader.GetString(7));
}
