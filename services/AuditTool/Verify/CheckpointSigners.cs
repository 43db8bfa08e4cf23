using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>Opens checkpoints of one log with the keys that the person trusts, and counts who signed.</summary>
/// <param name="trusted">Keys given by hand: only these make a checkpoint count.</param>
/// <param name="named">Keys that came with the log: their signatures must fit too, but prove nothing.</param>
internal sealed class CheckpointSigners(string origin, IReadOnlyCollection<VerifierKey> trusted, IReadOnlyCollection<VerifierKey> named)
{
    readonly VerifierKey[] all = [.. trusted, .. named.Where(key => !trusted.Contains(key))];
    readonly VerifierKey[] logKeys = [.. trusted.Where(key => key.Name == origin && key.Type == VerifierKey.Signs)];
    readonly Dictionary<string, Signer> signers = new(StringComparer.Ordinal);

    public IReadOnlyList<Signer> Seen => [.. signers.Values.OrderBy(signer => signer.Witness).ThenByDescending(signer => signer.Trusted)];

    /// <summary>The checkpoint of a note.</summary>
    /// <exception cref="MalformedException">Not one of this log, or not signed by a trusted key of it.</exception>
    public Checkpoint Open(string text) => Open(text, out _);

    /// <summary>The same, and its signatures are counted.</summary>
    /// <exception cref="MalformedException">See <see cref="Open(string)"/>.</exception>
    public Checkpoint Count(string text)
    {
        var checkpoint = Open(text, out var note);
        foreach (var signature in note.Verified.Concat(note.Unknown))
            Count(signature, Array.Find(all, key => Is(key, signature)));
        return checkpoint;
    }

    Checkpoint Open(string text, out SignedNote note)
    {
        note = SignedNote.Open(text, all);
        var checkpoint = Checkpoint.Parse(note.Text);
        if (checkpoint.Origin != origin)
            throw new MalformedException($"It is of another log: {checkpoint.Origin}.");
        if (!note.Verified.Any(signature => logKeys.Any(key => Is(key, signature))))
            throw new MalformedException("No signature under it is of the log's key that you trust.");
        return checkpoint;
    }

    void Count(NoteSignature signature, VerifierKey? key)
    {
        var name = $"{signature.Name}+{signature.KeyId:x8}";
        var before = signers.GetValueOrDefault(name) ?? new(name, key is not null && trusted.Contains(key), key?.Type == VerifierKey.Cosigns || key is null && signature.Name != origin, 0, null);
        signers[name] = before with { Signatures = before.Signatures + 1, Last = signature.Time ?? before.Last };
    }

    static bool Is(VerifierKey key, NoteSignature signature) => key.Name == signature.Name && key.Id == signature.KeyId;
}
