using System.Text.Json;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Tests;

public sealed class NoteTests
{
    readonly JsonElement vectors = Vector.File("notes.json");

    [Fact]
    public void Notes_open_or_are_refused_as_in_the_reference()
    {
        var notes = vectors.GetProperty("open").EnumerateArray().ToArray();
        notes.Length.ShouldBe(16);
        foreach (var one in notes)
        {
            var keys = Texts(one, "vkeys").Select(VerifierKey.Parse).ToArray();
            if (one.TryGetProperty("error", out _))
            {
                Should.Throw<MalformedException>(() => SignedNote.Open(one.Text("note"), keys), one.Text("desc"));
                continue;
            }
            var note = SignedNote.Open(one.Text("note"), keys);
            note.Text.ShouldBe(one.Text("text"), one.Text("desc"));
            note.Verified.Select(Name).ShouldBe(Texts(one, "verified"), one.Text("desc"));
            note.Unknown.Select(Name).ShouldBe(Texts(one, "unverified"), one.Text("desc"));
        }
    }

    [Fact]
    public void Keys_that_are_not_whole_are_refused()
    {
        foreach (var one in vectors.GetProperty("bad_vkeys").EnumerateArray())
            Should.Throw<MalformedException>(() => VerifierKey.Parse(one.Text("vkey")), one.Text("vkey"));
    }

    [Fact]
    public void Checkpoints_and_cosignatures_of_the_reference_verify()
    {
        var log = VerifierKey.Parse(vectors.GetProperty("log_key").Text("vkey"));
        var witness = VerifierKey.Parse(vectors.GetProperty("witness_key").Text("vkey_type4"));
        foreach (var one in vectors.GetProperty("checkpoints_of_merkle_roots_tree").EnumerateArray())
        {
            var note = SignedNote.Open(one.Text("signed_and_cosigned"), [log, witness]);
            note.Verified.Count.ShouldBe(2);
            note.Verified[1].Time.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1767225600));
            var checkpoint = Checkpoint.Parse(note.Text);
            (checkpoint.Size, Convert.ToBase64String(checkpoint.Root)).ShouldBe((one.GetProperty("size").GetInt64(), one.Text("root")));
            checkpoint.Origin.ShouldBe(log.Name);
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_a_checkpoint_is_seen()
    {
        var log = VerifierKey.Parse(vectors.GetProperty("log_key").Text("vkey"));
        var signed = vectors.GetProperty("checkpoints_of_merkle_roots_tree")[3].Text("signed");
        for (var i = 0; i < signed.Length; i++)
        {
            var changed = string.Concat(signed.AsSpan(0, i), [(char)(signed[i] ^ 1)], signed.AsSpan(i + 1));
            Should.Throw<MalformedException>(() => SignedNote.Open(changed, [log]), $"at {i}");
        }
    }

    [Fact]
    public void Texts_that_are_no_checkpoint_are_refused()
    {
        foreach (var one in vectors.GetProperty("malformed_checkpoint_texts").EnumerateArray())
            Should.Throw<MalformedException>(() => Checkpoint.Parse(one.Text("text")), one.Text("desc"));
    }

    [Fact]
    public void The_proof_file_of_the_reference_leads_from_leaf_to_signed_root()
    {
        var proof = TlogProof.Parse(vectors.Text("tlog_proof_index5_size70"));
        proof.Index.ShouldBe(5);
        var checkpoint = Checkpoint.Parse(SignedNote.Open(proof.Checkpoint, [VerifierKey.Parse(vectors.GetProperty("log_key").Text("vkey"))]).Text);
        InclusionProof.Fault(proof.Index, checkpoint.Size, TreeHash.Leaf("""{"n":5}"""u8), proof.Path, checkpoint.Root).ShouldBeNull();
        InclusionProof.Fault(proof.Index, checkpoint.Size, TreeHash.Leaf("""{"n":6}"""u8), proof.Path, checkpoint.Root).ShouldNotBeNull();
    }

    static string Name(NoteSignature signature) => $"{signature.Name}+{signature.KeyId:x8}";

    static string[] Texts(JsonElement one, string member) =>
        one.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : [];
}
