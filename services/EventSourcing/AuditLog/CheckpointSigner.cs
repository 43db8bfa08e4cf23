using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Signs how far a tenant's tree reaches: committed state only, stored before it is served, and never less than what was signed before. If the memory
/// outside of the database knows more than the database, the database was restored or rewritten: nothing is signed until an operator founds a new
/// generation of the log.
/// </summary>
internal sealed class CheckpointSigner(NpgsqlDataSource database, string schemaName, Func<string, int, string> originOf, IReadOnlyList<Ed25519Key> keys, SigningMemory memory,
    TimeProvider clock, ILogger logger)
{
    readonly string schema = EventLogSchema.Quoted(schemaName);

    /// <summary>Signs if the tree grew; true if a checkpoint was stored.</summary>
    public async Task<bool> SignAsync(string tenant, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        var tree = new LogTree(transaction.Connection, schema, tenant);
        if (await tree.LockAsync(cancellation) is not { Refused: null } state || state.Size <= state.SignedSize || state.Size == 0)
            return false;
        var origin = originOf(tenant, state.Generation);
        if (await ObjectionAsync(tree, state, origin, cancellation) is { } objection)
        {
            await ExecuteAsync(transaction.Connection, $"update {schema}.eq_log_state set refused = $2 where tenant_id = $1", [tenant, objection], cancellation);
            await transaction.CommitAsync(cancellation);
            logger.LogCritical("Nothing is signed for {Origin} any more: {Objection} Compare with the witness's checkpoint, then found a new generation of the log", origin, objection);
            return false;
        }
        var text = NoteKey.CheckpointText(origin, state.Size, state.Root);
        var note = text + "\n" + string.Concat(keys.Select(key => new NoteKey(origin, key).Line(text)));
        await ExecuteAsync(transaction.Connection, $"insert into {schema}.eq_checkpoint (tenant_id, generation, size, note, signed_at) values ($1, $2, $3, $4, $5)",
            [tenant, state.Generation, state.Size, note, clock.GetUtcNow().UtcDateTime], cancellation);
        await ExecuteAsync(transaction.Connection, $"update {schema}.eq_log_state set signed_size = $2 where tenant_id = $1", [tenant, state.Size], cancellation);
        // Remembered before it is committed: a crash in between leaves a memory of the same tree, which goes on
        memory.Remember(origin, state.Size, state.Root);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    async Task<string?> ObjectionAsync(LogTree tree, LogState state, string origin, CancellationToken cancellation)
    {
        if (memory.Last(origin) is not { } last)
            return null;
        if (last.Size > state.Size)
            return $"{last.Size} leaves were signed, the database holds {state.Size}: it was rolled back.";
        var tiles = new Tiles(state.Size);
        await tree.LoadAsync(tiles, state.Generation, Tiles.Needed(TreeShape.Subtrees(0, last.Size)), cancellation);
        return tiles.Root(0, last.Size).AsSpan().SequenceEqual(last.Root) ? null : $"The first {last.Size} leaves are not those that were signed: history was rewritten.";
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
