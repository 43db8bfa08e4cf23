using EquityPlatform.EventSourcing.Faults;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// What came of an attempt to sign. <paramref name="Refusal"/>: why nothing is signed for this log any more. <paramref name="NotHere"/>: why this process signs nothing;
/// another one may.
/// </summary>
public readonly record struct Signing(long? Size, string? Refusal, string? NotHere = null);

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
        if (Forgotten(state, origin) is { } forgotten)
            return new(null, null, $"{state.SignedSize} leaves were signed, the signing memory of this process knows {(forgotten < 0 ? "none" : forgotten)}: it was lost, or replicas do not share one.");
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

    /// <summary>
    /// What the memory knows, if that is less than what was signed; null if it knows all. Whoever signs remembers first, so a memory that knows less is not the one with which
    /// was signed last: after a restore of the database it could not tell that leaves are lost.
    /// </summary>
    long? Forgotten(LogState state, string origin) => (memory.Last(origin)?.Size ?? -1) is var known && known < state.SignedSize ? known : null;

    /// <summary>An operator says that the memory was lost: it begins anew with what the database says was signed last. Null if it knows that already, or if the database is not whole.</summary>
    public async Task<long?> AcceptMemoryAsync(string tenant, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        var tree = new LogTree(transaction.Connection, schema, tenant);
        if (await tree.LockAsync(cancellation) is not { Refused: null } state || origins.Of(tenant, state.Generation) is var origin && Forgotten(state, origin) is null)
            return null;
        var tiles = new Tiles(state.Size);
        await tree.LoadAsync(tiles, state.Generation, Tiles.Needed(TreeShape.Subtrees(0, state.SignedSize)), cancellation);
        var root = tiles.Root(0, state.SignedSize);
        if (await tree.NoteAsync(state, cancellation) is not { } note || !note.StartsWith(NoteKey.CheckpointText(origin, state.SignedSize, root), StringComparison.Ordinal))
            return null;
        memory.Remember(origin, state.SignedSize, root);
        return state.SignedSize;
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
