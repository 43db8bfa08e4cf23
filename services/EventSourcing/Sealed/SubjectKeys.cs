using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>What became of a person's key.</summary>
/// <param name="Key">Null once it was destroyed.</param>
public sealed record KeyFound(string Subject, string Category, SubjectKey? Key, DateTimeOffset? Destroyed);

/// <summary>
/// Keys of persons in the key database: one a tenant, person and category, whoever asks first. Sealing may use keys from memory for a while; opening
/// always asks the database, so that an erasure counts everywhere at once.
/// </summary>
public sealed class SubjectKeys(NpgsqlDataSource database, MasterKeys masters, TimeProvider clock)
{
    /// <summary>Keys made or read in one round trip.</summary>
    const int Chunk = 50_000;

    readonly KeyCache cache = new(clock);

    /// <summary>Keys for sealing, made where there are none yet. A person whose key was destroyed is not in the answer.</summary>
    public async Task<IReadOnlyDictionary<string, SubjectKey>> EnsureAsync(string tenant, string category, IReadOnlyCollection<string> subjects, CancellationToken cancellation)
    {
        var keys = new Dictionary<string, SubjectKey>(subjects.Count, StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var subject in subjects.Distinct(StringComparer.Ordinal))
            if (cache.Find(tenant, subject, category) is { } cached)
                keys.Add(subject, cached);
            else
                unknown.Add(subject);
        foreach (var chunk in unknown.Chunk(Chunk))
        {
            var found = await ReadAsync(tenant, category, chunk, make: [], cancellation);
            if (chunk.Where(subject => !found.ContainsKey(subject)).ToArray() is { Length: > 0 } missing)
                foreach (var (subject, made) in await ReadAsync(tenant, category, missing, make: missing, cancellation))
                    found.Add(subject, made);
            foreach (var (subject, key) in found)
                if (key is not null)
                {
                    keys.Add(subject, key);
                    cache.Keep(tenant, subject, category, key);
                }
        }
        return keys;
    }

    /// <summary>The key of one subject that is never erased, such as the district's own.</summary>
    public async Task<SubjectKey> EnsureAsync(string tenant, string category, string subject, CancellationToken cancellation) =>
        (await EnsureAsync(tenant, category, [subject], cancellation)).GetValueOrDefault(subject) ?? throw new InvalidOperationException($"The key '{category}' of {subject} was destroyed.");

    /// <summary>Keys by id, straight from the database. Ids that it does not hold are not in the answer.</summary>
    public async Task<IReadOnlyDictionary<string, KeyFound>> FindAsync(string tenant, IReadOnlyCollection<string> kids, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = Batch(connection, tenant, new NpgsqlBatchCommand("select kid, subject, category, master, wrapped_key, destroyed from keys.eq_subject_keys where tenant_id = $1 and kid = any($2)")
        {
            Parameters = { new() { Value = tenant }, new() { Value = kids.Distinct(StringComparer.Ordinal).ToArray() } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        var found = new Dictionary<string, KeyFound>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            var (kid, subject, category) = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
            var key = reader.IsDBNull(4) ? null : Unwrap(tenant, subject, category, kid, reader.GetString(3), reader.GetFieldValue<byte[]>(4));
            found.Add(kid, new(subject, category, key, reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5)));
        }
        return found;
    }

    /// <summary>Destroys every key of a person and leaves word of it, also where there was no key yet. Again changes nothing. Returns the ids of the keys.</summary>
    /// <param name="category">Category to leave word in where the person never had a key.</param>
    public async Task<IReadOnlyList<string>> DestroyAsync(string tenant, string subject, string category, Guid erasure, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = Batch(connection, tenant,
            new NpgsqlBatchCommand("""
                insert into keys.eq_subject_keys (tenant_id, subject, category, kid, destroyed, destroyed_for)
                select $1, $2, $3, $4, now(), $5 where not exists (select from keys.eq_subject_keys where tenant_id = $1 and subject = $2) on conflict do nothing
                """)
            { Parameters = { new() { Value = tenant }, new() { Value = subject }, new() { Value = category }, new() { Value = NewKid() }, new() { Value = erasure } } },
            new NpgsqlBatchCommand("""
                update keys.eq_subject_keys set wrapped_key = null, master = null, destroyed = coalesce(destroyed, now()), destroyed_for = coalesce(destroyed_for, $3)
                where tenant_id = $1 and subject = $2 returning kid
                """)
            { Parameters = { new() { Value = tenant }, new() { Value = subject }, new() { Value = erasure } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        var kids = new List<string>();
        while (await reader.ReadAsync(cancellation))
            kids.Add(reader.GetString(0));
        cache.Forget(tenant, subject);
        kids.Sort(StringComparer.Ordinal);
        return kids;
    }

    /// <summary>When a person's keys were destroyed; null if they were not.</summary>
    public async Task<DateTimeOffset?> ErasedAsync(string tenant, string subject, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = Batch(connection, tenant, new NpgsqlBatchCommand("select min(destroyed) from keys.eq_subject_keys where tenant_id = $1 and subject = $2 and destroyed is not null")
        {
            Parameters = { new() { Value = tenant }, new() { Value = subject } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return await reader.ReadAsync(cancellation) && !reader.IsDBNull(0) ? reader.GetFieldValue<DateTimeOffset>(0) : null;
    }

    /// <summary>Everyone of a tenant whose keys were destroyed.</summary>
    public async Task<IReadOnlyList<string>> ErasedAsync(string tenant, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = Batch(connection, tenant, new NpgsqlBatchCommand("select distinct subject from keys.eq_subject_keys where tenant_id = $1 and destroyed is not null") { Parameters = { new() { Value = tenant } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        var subjects = new List<string>();
        while (await reader.ReadAsync(cancellation))
            subjects.Add(reader.GetString(0));
        return subjects;
    }

    /// <summary>Tenants that have keys.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select tenant_id from keys.eq_key_tenant order by 1");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var tenants = new List<string>();
        while (await reader.ReadAsync(cancellation))
            tenants.Add(reader.GetString(0));
        return tenants;
    }

    /// <summary>One round trip: names the tenant, makes keys for <paramref name="make"/> where nobody has yet, reads what there is. A destroyed key is null.</summary>
    async Task<Dictionary<string, SubjectKey?>> ReadAsync(string tenant, string category, string[] subjects, string[] make, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var commands = new List<NpgsqlBatchCommand>();
        if (make.Length > 0)
        {
            var kids = Array.ConvertAll(make, _ => NewKid());
            var wrapped = new byte[make.Length][];
            for (var i = 0; i < make.Length; i++)
                wrapped[i] = masters.Wrap(RandomNumberGenerator.GetBytes(Envelopes.KeyLength), Context(tenant, make[i], category, kids[i]));
            commands.Add(new("insert into keys.eq_key_tenant (tenant_id) values ($1) on conflict do nothing") { Parameters = { new() { Value = tenant } } });
            // Whoever comes second does nothing, and reads the first one's keys in the next statement
            commands.Add(new("""
                insert into keys.eq_subject_keys (tenant_id, subject, category, kid, master, wrapped_key)
                select $1, n.subject, $2, n.kid, $3, n.wrapped from unnest($4, $5, $6) n(subject, kid, wrapped) order by n.subject
                on conflict (tenant_id, subject, category) do nothing
                """)
            {
                Parameters =
                {
                    new() { Value = tenant }, new() { Value = category }, new() { Value = masters.Current }, new() { Value = make }, new() { Value = kids },
                    new() { Value = wrapped, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                },
            });
        }
        commands.Add(new("select subject, kid, master, wrapped_key from keys.eq_subject_keys where tenant_id = $1 and category = $2 and subject = any($3)")
        {
            Parameters = { new() { Value = tenant }, new() { Value = category }, new() { Value = subjects } },
        });
        await using var batch = Batch(connection, tenant, [.. commands]);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation); // to the rows: statements without any are passed over
        var found = new Dictionary<string, SubjectKey?>(subjects.Length, StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            var (subject, kid) = (reader.GetString(0), reader.GetString(1));
            found.Add(subject, reader.IsDBNull(3) ? null : Unwrap(tenant, subject, category, kid, reader.GetString(2), reader.GetFieldValue<byte[]>(3)));
        }
        return found;
    }

    SubjectKey Unwrap(string tenant, string subject, string category, string kid, string master, byte[] wrapped) =>
        new(kid, masters.Unwrap(master, wrapped, Context(tenant, subject, category, kid)));

    /// <summary>Binds a wrapped key to its row: copied into another one it does not open.</summary>
    internal static string Context(string tenant, string subject, string category, string kid) => $"equity/subject-key/v1\n{tenant}\n{subject}\n{category}\n{kid}";

    static string NewKid() => $"k_{Guid.NewGuid():D}";

    /// <summary>All statements of a batch without BEGIN are one transaction, so the tenant holds for all of them.</summary>
    internal static NpgsqlBatch Batch(NpgsqlConnection connection, string tenant, params ReadOnlySpan<NpgsqlBatchCommand> commands)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("select set_config('eq.tenant', $1, true)") { Parameters = { new() { Value = tenant } } });
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        return batch;
    }
}
