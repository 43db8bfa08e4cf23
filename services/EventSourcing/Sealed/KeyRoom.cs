using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>Care of the key database as a whole: is it the right one for these master keys, and wrapping everything anew under a new one.</summary>
public sealed class KeyRoom(NpgsqlDataSource database, MasterKeys masters, string host)
{
    const int Chunk = 5_000;

    /// <summary>
    /// Why this process must not work with the key database; null if it may. Guards against a lost or mistaken master key (a new one would be made, and
    /// nothing of before could be read again) and against another name of the host, to which every envelope is bound.
    /// </summary>
    public async Task<string?> ObjectionAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var known = new List<string>();
        await using (var command = new NpgsqlCommand("select id from keys.eq_master_key where retired is null order by 1", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                known.Add(reader.GetString(0));
        if (known.Except(masters.Ids).ToArray() is { Length: > 0 } missing)
            return $"Keys were wrapped with the master key {string.Join(", ", missing)}, which is not configured. Put it back (Sealing:MasterKeyFile), or beside the new one (Sealing:EarlierMasterKeys).";
        await using (var register = new NpgsqlCommand("with h as (insert into keys.eq_seal_host (host) values ($2) on conflict do nothing) insert into keys.eq_master_key (id) values ($1) on conflict (id) do update set retired = null", connection))
        {
            register.Parameters.Add(new() { Value = masters.Current });
            register.Parameters.Add(new() { Value = host });
            await register.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        await using var read = new NpgsqlCommand("select host from keys.eq_seal_host", connection);
        return await read.ExecuteScalarAsync(cancellation) is string bound && bound != host
            ? $"Sealed data is bound to the host name {bound}; Installation:Host says {host}. It must never change."
            : null;
    }

    /// <summary>Wraps every key that an earlier master key wrapped with the current one, then retires the earlier ones. Returns how many keys.</summary>
    public async Task<int> RewrapAsync(CancellationToken cancellation)
    {
        var rewrapped = 0;
        foreach (var tenant in await new SubjectKeys(database, masters, TimeProvider.System).TenantsAsync(cancellation))
            for (int done; (done = await RewrapAsync(tenant, cancellation)) > 0;)
                rewrapped += done;
        await using var retire = database.CreateCommand("update keys.eq_master_key set retired = now() where id <> $1 and retired is null");
        retire.Parameters.Add(new() { Value = masters.Current });
        await retire.ExecuteNonQueryAsync(cancellation);
        return rewrapped;
    }

    async Task<int> RewrapAsync(string tenant, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        List<string> kids = [];
        List<byte[]> wrapped = [];
        await using (var batch = SubjectKeys.Batch(connection, tenant, new NpgsqlBatchCommand("""
            select kid, subject, category, master, wrapped_key from keys.eq_subject_keys
            where tenant_id = $1 and wrapped_key is not null and master <> $2 limit $3 for update
            """) { Parameters = { new() { Value = tenant }, new() { Value = masters.Current }, new() { Value = Chunk } } }))
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
        {
            await reader.NextResultAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var context = SubjectKeys.Context(tenant, reader.GetString(1), reader.GetString(2), reader.GetString(0));
                kids.Add(reader.GetString(0));
                wrapped.Add(masters.Wrap(masters.Unwrap(reader.GetString(3), reader.GetFieldValue<byte[]>(4), context), context));
            }
        }
        await using (var update = new NpgsqlCommand("""
            update keys.eq_subject_keys k set master = $2, wrapped_key = n.wrapped from unnest($3, $4) n(kid, wrapped) where k.tenant_id = $1 and k.kid = n.kid
            """, connection))
        {
            update.Parameters.Add(new() { Value = tenant });
            update.Parameters.Add(new() { Value = masters.Current });
            update.Parameters.Add(new() { Value = kids.ToArray() });
            update.Parameters.Add(new() { Value = wrapped.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
            await update.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return kids.Count;
    }
}
