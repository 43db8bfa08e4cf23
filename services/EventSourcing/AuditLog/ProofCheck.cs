using System.Globalization;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>Whether something holds; <see cref="NotChecked"/> where an earlier step failed or nobody here can tell.</summary>
public static class Holds
{
    public const string Yes = "yes";
    public const string No = "no";
    public const string NotChecked = "not-checked";
}

/// <summary>One step of a check.</summary>
/// <param name="Code"><c>proof</c>, <c>leaf</c>, <c>place</c>, <c>path</c>, <c>signature</c>, <c>checkpoint</c>, <c>witnesses</c> or <c>event</c>.</param>
/// <param name="Fault">Code of what is wrong, or of why it was not checked.</param>
/// <param name="Arguments">What a sentence about it needs.</param>
public sealed record ProofStep(string Code, string Holds, string? Fault, IReadOnlyDictionary<string, string> Arguments);

/// <summary>Answer to a check: it holds if every step but the witnesses' does.</summary>
/// <param name="Event">What the leaf says of its event, as far as it could be read.</param>
public sealed record ProofVerdict(string Holds, IReadOnlyList<ProofStep> Steps, LeafEvent? Event);

/// <summary>What a log knows that a proof is held against.</summary>
/// <param name="Origin">Its name.</param>
/// <param name="FormerOrigins">Its names before it was founded anew.</param>
/// <param name="VerifierKeys">Its keys under the name that the proof gives.</param>
/// <param name="LatestSize">Size of its latest checkpoint.</param>
/// <param name="Kept">The note that it keeps under the proof's size.</param>
/// <param name="Leaf">What its event at the proof's place hashes to a leaf today.</param>
/// <param name="Witnesses">Keys of the witnesses that it shows its checkpoints to.</param>
public sealed record LogFacts(string Origin, IReadOnlyList<string> FormerOrigins, IReadOnlyList<string> VerifierKeys, long LatestSize, string? Kept, string? Leaf, IReadOnlyList<CosignatureKey> Witnesses);

/// <summary>Checks a proof file and a leaf against a log, step by step. Pure: the caller brings what the log knows.</summary>
public sealed class ProofCheck
{
    static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    readonly List<ProofStep> steps = [];
    readonly ProofFile? proof;
    readonly LeafForm? leaf;
    readonly string leafText;

    ProofCheck(string proofText, string leafText)
    {
        this.leafText = leafText;
        proof = Form("proof", () => ProofFile.Read(proofText), read => [("index", read.Index), ("size", read.Size), ("hashes", read.Path.Count), ("origin", read.Origin)]);
        leaf = Form("leaf", () => LeafForm.Read(leafText), read => [("hash", Convert.ToBase64String(read.Hash))]);
    }

    /// <summary>Reads both texts; what cannot be read is a step that does not hold.</summary>
    public static ProofCheck Read(string proof, string leaf) => new(proof, leaf);

    /// <summary>Name of the log, size of the checkpoint and place of the leaf that the proof file gives; null if it cannot be read.</summary>
    public (string Origin, long Size, long Index)? Claim => proof is null ? null : (proof.Origin, proof.Size, proof.Index);

    /// <summary>The verdict.</summary>
    public ProofVerdict Judge(LogFacts facts)
    {
        var own = proof?.Origin == facts.Origin;
        var known = own || facts.FormerOrigins.Contains(proof?.Origin);
        var placed = Place();
        var led = Path(placed);
        var signed = Signature(facts, known);
        Checkpoint(facts, own, known, signed);
        Witnesses(facts);
        Event(facts, own, led);
        var holds = steps.Any(step => step.Holds == Holds.No) ? Holds.No
            : steps.All(step => step.Holds == Holds.Yes || step.Code == "witnesses") ? Holds.Yes
            : Holds.NotChecked;
        return new(holds, [.. steps], leaf?.Event);
    }

    T? Form<T>(string code, Func<T> read, Func<T, (string, object)[]> arguments) where T : class
    {
        try
        {
            var form = read();
            Add(code, Holds.Yes, null, arguments(form));
            return form;
        }
        catch (MalformedProofException e)
        {
            steps.Add(new(code, Holds.No, e.Code, e.Arguments));
            return null;
        }
    }

    bool Place() => proof is null || leaf is null ? Skip("place")
        : leaf.Origin != proof.Origin ? Fail("place", "place.origin", ("leaf", leaf.Origin), ("proof", proof.Origin))
        : leaf.Index != proof.Index ? Fail("place", "place.index", ("leaf", leaf.Index), ("proof", proof.Index))
        : proof.Index >= proof.Size ? Fail("place", "place.outside", ("index", proof.Index), ("size", proof.Size))
        : Hold("place", ("index", proof.Index), ("size", proof.Size));

    /// <summary>RFC 9162 section 2.1.3.2.</summary>
    bool Path(bool placed)
    {
        if (!placed)
            return Skip("path");
        var (at, last) = (proof!.Index, proof.Size - 1);
        var hash = leaf!.Hash;
        foreach (var sibling in proof.Path)
        {
            if (last == 0)
                return Fail("path", "path.too-long", ("hashes", proof.Path.Count));
            if ((at & 1) == 1 || at == last)
            {
                hash = TreeHash.Node(sibling, hash);
                while ((at & 1) == 0 && at != 0)
                    (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                hash = TreeHash.Node(hash, sibling);
            }
            (at, last) = (at >> 1, last >> 1);
        }
        return last != 0 ? Fail("path", "path.too-short", ("hashes", proof.Path.Count))
            : !hash.AsSpan().SequenceEqual(proof.Root) ? Fail("path", "path.root")
            : Hold("path", ("hashes", proof.Path.Count), ("root", Convert.ToBase64String(proof.Root)));
    }

    bool Signature(LogFacts facts, bool known)
    {
        if (proof is null)
            return Skip("signature");
        if (!known)
            return Fail("signature", "signature.other-log", ("origin", proof.Origin), ("own", facts.Origin));
        if (facts.VerifierKeys.Count == 0)
            return Skip("signature", "signature.no-keys");
        var good = new List<string>();
        foreach (var signature in proof.Signatures)
            switch (facts.VerifierKeys.Select(key => proof.Signed(signature, key)).FirstOrDefault(signed => signed is not null))
            {
                case true:
                    good.Add(signature.KeyId);
                    break;
                case false:
                    return Fail("signature", "signature.bad", ("key", signature.KeyId));
            }
        return good.Count > 0 ? Hold("signature", ("keys", string.Join(", ", good.Distinct(StringComparer.Ordinal)))) : Fail("signature", "signature.missing");
    }

    void Checkpoint(LogFacts facts, bool own, bool known, bool signed)
    {
        if (proof is null || !known)
            Skip("checkpoint");
        else if (!own)
            Skip("checkpoint", "checkpoint.closed", ("origin", proof.Origin));
        else if (facts.Kept is not { } kept)
            Fail("checkpoint", proof.Size > facts.LatestSize ? "checkpoint.ahead" : "checkpoint.unknown", ("size", proof.Size), ("latest", facts.LatestSize));
        else if (kept.StartsWith(proof.Text + "\n", StringComparison.Ordinal))
            Hold("checkpoint", ("size", proof.Size));
        else
            // Two signed roots of one size are what a log must never show
            Fail("checkpoint", signed ? "checkpoint.fork" : "checkpoint.differs", ("size", proof.Size), ("root", Convert.ToBase64String(proof.Root)), ("kept", kept.Split('\n')[2]));
    }

    /// <summary>Checked with the keys that this log's operator set; a witness that is not known here is named, and left to those who have its key.</summary>
    void Witnesses(LogFacts facts)
    {
        var good = new List<string>();
        foreach (var signature in Others())
            if (facts.Witnesses.FirstOrDefault(witness => witness.Name == signature.Name && witness.Id == signature.KeyId) is { } known)
            {
                if (known.Cosigned(proof!.Text, signature.Bytes) is not { } at)
                {
                    Fail("witnesses", "witnesses.bad", ("name", signature.Name));
                    return;
                }
                good.Add(string.Create(CultureInfo.InvariantCulture, $"{signature.Name} ({at:yyyy-MM-dd HH:mm:ss}Z)"));
            }
        var names = Others().Select(signature => signature.Name).Distinct(StringComparer.Ordinal).ToArray();
        if (good.Count > 0)
            Hold("witnesses", ("names", string.Join(", ", good)));
        else
            Skip("witnesses", proof is null ? null : names.Length == 0 ? "witnesses.none" : "witnesses.named", ("names", string.Join(", ", names)));

        IEnumerable<NoteSignature> Others() => proof?.Signatures.Where(signature => signature.Name != proof.Origin) ?? [];
    }

    void Event(LogFacts facts, bool own, bool led)
    {
        if (!led || !own)
            Skip("event");
        else if (facts.Leaf is null)
            Fail("event", "event.absent", ("index", proof!.Index));
        else if (facts.Leaf != leafText)
            Fail("event", "event.changed", ("index", proof!.Index));
        else
            Hold("event", ("id", leaf!.Event.Id));
    }

    bool Hold(string code, params (string, object)[] arguments) => Add(code, Holds.Yes, null, arguments);

    bool Fail(string code, string fault, params (string, object)[] arguments) => Add(code, Holds.No, fault, arguments);

    bool Skip(string code, string? fault = null, params (string, object)[] arguments) => Add(code, Holds.NotChecked, fault, arguments);

    bool Add(string code, string holds, string? fault, params (string Name, object Value)[] arguments)
    {
        steps.Add(new(code, holds, fault, arguments.Length == 0 ? Nothing
            : arguments.ToDictionary(one => one.Name, one => Convert.ToString(one.Value, CultureInfo.InvariantCulture) ?? "", StringComparer.Ordinal)));
        return holds == Holds.Yes;
    }
}
