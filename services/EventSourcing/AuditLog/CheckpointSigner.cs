using EquityPlatform.EventSourcing.Faults;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>What came of an attempt to sign. <paramref name="Refusal"/>: why nothing is signed for this log any more.</summary>
public readonly record struct Signing(long? Size, string? Refusal);

/// <summary>
/// Signs how far a tenant's tree reaches: committed state only, stored before it is served, and never less than what was signed before. If the memory
/// outside of the database knows more than the database, the database was restored or rewritten: nothing is signed until an operator founds a new
/// generation of the log.
/// </summary>
public sealed class CheckpointSigner(NpgsqlDataSource database, AuditOrigin origins, AuditKeys keys, SigningMemory memory, TimeProvider clock)
{
    readonly string schema = EventLogSchema.Quoted(origins.Service);

    /// <summary>Signs if the tree grew.</summary>
    public async Task<Signing> SignAsync(string tenant, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        var tree = new LogTree(transaction.Connection, schema, tenant);
        if (await tree.LockAsync(cancellation) is not { } state)
            return default; // another replica works on it
        if (state.Refused is not null)
            return new(null, state.Refused);
        var origin = origins.Of(tenant, state.Generation);
        if (await ObjectionAsync(tree, state, origin, cancellation) is { } objection)
        {
            await tree.RefuseAsync(objection, cancellation);
            await transaction.CommitAsync(cancellation);
            return new(null, objection);
        }
        if (state.Size <= state.SignedSize || state.Size == 0)
            return default;
        var text = NoteKey.CheckpointText(origin, state.Size, state.Root);
        await tree.SaveCheckpointAsync(state, $"{text}\n{keys.Sign(origin, text)}", clock.GetUtcNow(), cancellation);
        // Remembered before it is committed: a crash in between leaves a memory of the same tree, which goes on
        memory.Remember(origin, state.Size, state.Root);
        FaultPoint.Reached("audit.signed", tenant);
        await transaction.CommitAsync(cancellation);
        return new(state.Size, null);
    }

    /// <summary>True if the memory outside of the database knows the tenant's first log.</summary>
    public bool Remembers(string tenant) => memory.Last(origins.Of(tenant)) is not null;

    /// <summary>Signs nothing more for the tenant until its log is founded anew.</summary>
    public async Task RefuseAsync(string tenant, string why, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        await new LogTree(transaction.Connection, schema, tenant).RefuseAsync(why, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Stores a witness's line beside the checkpoint.</summary>
    public Task CosignAsync(string tenant, StoredCheckpoint checkpoint, string line, CancellationToken cancellation) => TenantTransaction.ExecuteAsync(database, tenant, new($"""
        update {schema}.eq_checkpoint set cosigned = cosigned || $4 where tenant_id = $1 and generation = $2 and size = $3 and position($4 in cosigned) = 0
        """) { Parameters = { new() { Value = tenant }, new() { Value = checkpoint.Generation }, new() { Value = checkpoint.Size }, new() { Value = line } } }, cancellation);

    async Task<string?> ObjectionAsync(LogTree tree, LogState state, string origin, CancellationToken cancellation)
    {
        if (memory.Last(origin) is not { } last)
            return null;
        if (last.Size > state.Size)
            return $"{last.Size} leaves were signed, the database holds {state.Size}: it was rolled back, {last.Size - state.Size} leaves are lost.";
        var tiles = new Tiles(state.Size);
        await tree.LoadAsync(tiles, state.Generation, Tiles.Needed(TreeShape.Subtrees(0, last.Size)), cancellation);
        return tiles.Root(0, last.Size).AsSpan().SequenceEqual(last.Root) ? null : $"The first {last.Size} leaves are not those that were signed: history was rewritten.";
    }
}
