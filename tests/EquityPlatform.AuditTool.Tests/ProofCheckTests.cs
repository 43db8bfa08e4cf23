using System.Text.Json;
using EquityPlatform.EventSourcing.AuditLog;
using TreeHash = EquityPlatform.AuditTool.Merkle.TreeHash;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>The site's check of a proof, on the reference's leaves, roots, keys and notes, and on everything that can be wrong with them.</summary>
public sealed class ProofCheckTests
{
    static readonly JsonElement Notes = Vector.File("notes.json");
    static readonly JsonElement[] Cases = [.. Vector.File("audit_leaves.json").GetProperty("cases").EnumerateArray()];
    static readonly string[] Leaves = [.. Cases.Select(one => one.Text("leaf"))];
    static readonly string Origin = Notes.GetProperty("log_key").Text("origin");
    static readonly string Key = Notes.GetProperty("log_key").Text("vkey");
    static readonly byte[] Root = Cases[2].Bytes("root");

    /// <summary>Three leaves: the tree is node(node(0, 1), 2).</summary>
    static string[] Path(int index) => [.. (index switch
    {
        0 => new[] { Hash(1), Hash(2) },
        1 => [Hash(0), Hash(2)],
        _ => [TreeHash.Node(Hash(0), Hash(1))],
    }).Select(Convert.ToBase64String)];

    static byte[] Hash(int index) => Cases[index].Bytes("leaf_hash");

    static string Note(long size, byte[] root, string? origin = null)
    {
        using var seed = new Ed25519Key(Notes.GetProperty("log_key").Hex("seed_hex"));
        return new NoteKey(origin ?? Origin, seed).Sign(NoteKey.CheckpointText(origin ?? Origin, size, root));
    }

    static string Proof(int index) => $"c2sp.org/tlog-proof@v1\nindex {index}\n{string.Join('\n', Path(index))}\n\n{Note(3, Root)}";

    static LogFacts Facts(int index) => new(Origin, [], [Key], 3, Note(3, Root), Leaves[index], []);

    static ProofVerdict Check(string proof, string leaf, LogFacts? facts = null) => ProofCheck.Read(proof, leaf).Judge(facts ?? Facts(1));

    static ProofStep Step(ProofVerdict verdict, string code) => verdict.Steps.Single(step => step.Code == code);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void Leaves_of_the_reference_are_proved(int index)
    {
        var verdict = Check(Proof(index), Leaves[index], Facts(index));
        verdict.Holds.ShouldBe(Holds.Yes, JsonSerializer.Serialize(verdict.Steps));
        verdict.Steps.Select(step => step.Code).ShouldBe(["proof", "leaf", "place", "path", "signature", "checkpoint", "witnesses", "event"]);
        Step(verdict, "leaf").Arguments["hash"].ShouldBe(Cases[index].Text("leaf_hash"));
        verdict.Event!.Id.ToString("D").ShouldBe(JsonElement.Parse(Leaves[index]).GetProperty("event").Text("id"));
    }

    [Fact]
    public void The_proof_file_of_the_reference_is_read_signed_and_its_witness_named()
    {
        var verdict = Check(Notes.Text("tlog_proof_index5_size70"), Leaves[0], new(Origin, [], [Key], 70, null, null, []));
        Step(verdict, "proof").Arguments.ShouldBe(new Dictionary<string, string> { ["index"] = "5", ["size"] = "70", ["hashes"] = "7", ["origin"] = Origin });
        Step(verdict, "signature").Holds.ShouldBe(Holds.Yes);
        Step(verdict, "witnesses").Arguments["names"].ShouldBe("witness.example.org/state-accountability");
        Step(verdict, "place").Fault.ShouldBe("place.index");
        Step(verdict, "checkpoint").Fault.ShouldBe("checkpoint.unknown");
    }

    [Fact]
    public void A_witness_whose_key_is_known_is_checked_and_counts_when_it_is_wrong()
    {
        var (proof, witness) = (Notes.Text("tlog_proof_index5_size70"), CosignatureKey.TryParse(Notes.GetProperty("witness_key").Text("vkey_type4")).ShouldNotBeNull());
        var facts = new LogFacts(Origin, [], [Key], 70, null, null, [witness]);
        var step = Step(Check(proof, Leaves[0], facts), "witnesses");
        (step.Holds, step.Arguments["names"]).ShouldBe((Holds.Yes, $"{witness.Name} (2026-01-01 00:00:00Z)"));

        var line = proof.Split('\n').Single(line => line.StartsWith($"\u2014 {witness.Name} ", StringComparison.Ordinal));
        var bytes = Convert.FromBase64String(line.Split(' ')[2]);
        foreach (var at in new[] { 4, 11, 12, bytes.Length - 1 }) // the time, and the signature
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= 1;
            var verdict = Check(proof.Replace(line.Split(' ')[2], Convert.ToBase64String(changed), StringComparison.Ordinal), Leaves[0], facts);
            Step(verdict, "witnesses").Fault.ShouldBe("witnesses.bad", $"byte {at}");
            verdict.Holds.ShouldBe(Holds.No);
        }
        CosignatureKey.TryParse(Key).ShouldBeNull("a log's key is none of a witness");
        CosignatureKey.TryParse(Notes.GetProperty("witness_key").Text("vkey_type4").Replace(witness.Id, "00000000", StringComparison.Ordinal)).ShouldBeNull();
    }

    /// <summary>Lines of the proof of leaf 1: 1 form, 2 index, 3 and 4 hashes, 5 blank, 6 origin, 7 size, 8 root, 9 blank, 10 signature.</summary>
    [Theory]
    [InlineData("", "", "proof.empty", null)]
    [InlineData("tlog-proof@v1", "tlog-proof@v2", "proof.first-line", "1")]
    [InlineData("index 1\n", "index 01\n", "proof.index", "2")]
    [InlineData("index 1\n", "index +1\n", "proof.index", "2")]
    [InlineData("index 1\n", "index -1\n", "proof.index", "2")]
    [InlineData("index 1\n", "index 9223372036854775808\n", "proof.index", "2")]
    [InlineData("index 1\n", "", "proof.index", "2")]
    [InlineData("index 1\n", "extra ?\nindex 1\n", "proof.extra", "2")]
    [InlineData("index 1\n", "index 1\nqrvM\n", "proof.hash", "3")]
    [InlineData("index 1\n", "index 1\nvrOgX7P9FBPdkGh5K1FFzQ8kFvJ1Jx5QvYyJHGpGmkN=\n", "proof.hash", "3")]
    [InlineData("\nindex 1\n", "\r\nindex 1\r\n", "proof.line-end", "1")]
    [InlineData("index 1\n", "index 1\u0007\n", "proof.characters", "2")]
    [InlineData("c2sp", "\uFEFFc2sp", "proof.characters", "1")]
    [InlineData("\n3\n", "\n03\n", "note.size", "7")]
    [InlineData("\n3\n", "\n", "note.size", "7")]
    [InlineData("\n\naudit.example.org", "\n\n\naudit.example.org", "note.origin", "6")]
    [InlineData("\n\n\u2014", "\n\u2014", "note.blank-line", "9")]
    [InlineData("\n\n\u2014 ", "\n\n- ", "note.signature", "10")]
    [InlineData("\n\n\u2014 audit", "\n\n\u2014 an audit", "note.signature", "10")]
    public void A_proof_that_is_not_in_its_form_is_refused_with_its_line(string old, string @new, string fault, string? line)
    {
        var verdict = Check(old.Length == 0 ? "" : Changed(Proof(1), old, @new), Leaves[1]);
        verdict.Holds.ShouldBe(Holds.No);
        var step = Step(verdict, "proof");
        (step.Fault, step.Arguments.GetValueOrDefault("line")).ShouldBe((fault, line));
        verdict.Steps.Where(one => one.Code is not ("proof" or "leaf")).ShouldAllBe(one => one.Holds == Holds.NotChecked);
    }

    [Fact]
    public void What_is_cut_off_or_too_long_is_refused()
    {
        var proof = Proof(1);
        Step(Check(proof[..^1], Leaves[1]), "proof").Fault.ShouldBe("proof.last-line-end");
        Step(Check(proof[..(proof.IndexOf("index", StringComparison.Ordinal))], Leaves[1]), "proof").Fault.ShouldBe("proof.ends");
        Step(Check(proof[..(proof.LastIndexOf("\n\n", StringComparison.Ordinal) + 2)], Leaves[1]), "proof").Fault.ShouldBe("note.unsigned");
        Step(Check(proof + new string('x', 70_000), Leaves[1]), "proof").Fault.ShouldBe("proof.too-large");
        Step(Check(Changed(proof, "index 1\n", "index 1\n" + string.Concat(Enumerable.Repeat($"{Path(1)[0]}\n", 62))), Leaves[1]), "proof").Fault.ShouldBe("proof.hashes");
        Step(Check(proof + string.Concat(Enumerable.Repeat(proof[(proof.LastIndexOf("\n\n", StringComparison.Ordinal) + 2)..], 100)), Leaves[1]), "proof").Fault.ShouldBe("note.signatures");
    }

    [Fact]
    public void Proofs_of_wrong_length_index_or_size_are_refused()
    {
        var proof = Proof(1);
        Fault(Changed(proof, $"{Path(1)[1]}\n", ""), "path").ShouldBe("path.too-short");
        Fault(Changed(proof, $"{Path(1)[1]}\n", $"{Path(1)[1]}\n{Path(1)[1]}\n"), "path").ShouldBe("path.too-long");
        Fault(Changed(proof, Path(1)[0], Path(1)[1]), "path").ShouldBe("path.root");
        Fault(Changed(proof, "index 1\n", "index 0\n"), "place").ShouldBe("place.index");
        Fault($"c2sp.org/tlog-proof@v1\nindex 1\n\n{Note(1, Root)}", "place").ShouldBe("place.outside");
        // Another size needs another path, and is not what was signed
        Fault(Changed(proof, "\n3\n", "\n4\n"), "signature").ShouldBe("signature.bad");

        static string? Fault(string proof, string step) => Step(Check(proof, Leaves[1]), step).Fault;
    }

    [Fact]
    public void Known_keys_with_bad_signatures_unknown_keys_and_other_logs_are_refused()
    {
        var proof = Proof(1);
        var line = proof[(proof.LastIndexOf(' ') + 1)..^1];
        var bytes = Convert.FromBase64String(line);
        bytes[^1] ^= 1;
        Step(Check(proof.Replace(line, Convert.ToBase64String(bytes), StringComparison.Ordinal), Leaves[1]), "signature").Fault.ShouldBe("signature.bad");
        bytes[0] ^= 1; // an id of no key of this log: counts for nothing
        Step(Check(proof.Replace(line, Convert.ToBase64String(bytes), StringComparison.Ordinal), Leaves[1]), "signature").Fault.ShouldBe("signature.missing");
        Step(Check(proof + proof[proof.LastIndexOf('\u2014')..].Replace(line, Convert.ToBase64String(bytes), StringComparison.Ordinal), Leaves[1]), "signature").Holds.ShouldBe(Holds.Yes);
        Step(Check(proof.Replace(line, Convert.ToBase64String(bytes[..40]), StringComparison.Ordinal), Leaves[1]), "signature").Holds.ShouldBe(Holds.No);

        var elsewhere = Changed(proof, Note(3, Root), Note(3, Root, "audit.example.org/district/other"));
        Step(Check(elsewhere, Leaves[1]), "signature").Fault.ShouldBe("signature.other-log");
        Step(Check(elsewhere, Leaves[1]), "place").Fault.ShouldBe("place.origin");
        Check(proof, Leaves[1], Facts(1) with { VerifierKeys = [] }).Holds.ShouldBe(Holds.NotChecked);
    }

    [Fact]
    public void A_second_root_of_one_size_is_called_what_it_is()
    {
        var other = Hash(0);
        var verdict = Check(Proof(1), Leaves[1], Facts(1) with { Kept = Note(3, other) });
        (verdict.Holds, Step(verdict, "checkpoint").Fault).ShouldBe((Holds.No, "checkpoint.fork"));
        Step(verdict, "checkpoint").Arguments["kept"].ShouldBe(Convert.ToBase64String(other));
        // Without a signature of the log it is only a text that somebody wrote
        Step(Check(Changed(Proof(1), Convert.ToBase64String(Root), Convert.ToBase64String(other)), Leaves[1]), "checkpoint").Fault.ShouldBe("checkpoint.differs");
        Step(Check(Proof(1), Leaves[1], Facts(1) with { Kept = null, LatestSize = 2 }), "checkpoint").Fault.ShouldBe("checkpoint.ahead");
        Step(Check(Proof(1), Leaves[1], Facts(1) with { Kept = null, LatestSize = 9 }), "checkpoint").Fault.ShouldBe("checkpoint.unknown");
        verdict = Check(Proof(1), Leaves[1], Facts(1) with { Origin = Origin + "/g2", FormerOrigins = [Origin] });
        (verdict.Holds, Step(verdict, "checkpoint").Fault, Step(verdict, "signature").Holds).ShouldBe((Holds.NotChecked, "checkpoint.closed", Holds.Yes));
    }

    [Fact]
    public void An_event_that_was_changed_after_it_was_signed_is_named()
    {
        Step(Check(Proof(1), Leaves[1], Facts(1) with { Leaf = Changed(Leaves[1], "day_marked", "day_mended") }), "event").Fault.ShouldBe("event.changed");
        Step(Check(Proof(1), Leaves[1], Facts(1) with { Leaf = null }), "event").Fault.ShouldBe("event.absent");
    }

    [Theory]
    [InlineData("\"index\":\"1\"", "\"index\":\"2\"", "place", "place.index")]
    [InlineData("day_marked", "day_mended", "path", "path.root")]
    [InlineData("\"v\":1", "\"v\":2", "leaf", "leaf.member")]
    [InlineData("\"v\":1", "\"v\":01", "leaf", "leaf.json")]
    [InlineData("\"v\":1", "\"v\":+1", "leaf", "leaf.json")]
    [InlineData("\"v\":1", "\"v\":.5", "leaf", "leaf.json")]
    [InlineData("\"v\":1", "\"v\":1e999", "leaf", "leaf.number")]
    [InlineData("\"v\":1", "\"v\":1,\"v\":1", "leaf", "leaf.duplicate-member")]
    [InlineData("\"v\":1", "\"v\":1,\"w\":1", "leaf", "leaf.member-unknown")]
    [InlineData("\"priv\":null,", "", "leaf", "leaf.member-missing")]
    [InlineData("\"schema\":1", "\"schema\":1.5", "leaf", "leaf.member")]
    [InlineData("\"version\":\"4\"", "\"version\":\"04\"", "leaf", "leaf.member")]
    [InlineData("attendance-77aa", "\\ud800", "leaf", "leaf.characters")]
    [InlineData("attendance-77aa", "\uFFFD", "leaf", "leaf.characters")]
    [InlineData("018f5e7c", "018F5E7C", "leaf", "leaf.member")]
    [InlineData("08:00:01.000123Z", "08:00:01.000123+00:00", "leaf", "leaf.member")]
    [InlineData("ir4pfksYNN50W", "ir4pfk", "leaf", "leaf.hash")]
    [InlineData("{\"event\"", "{ \"event\"", "leaf", "leaf.canonical")]
    public void A_leaf_that_was_changed_is_refused(string old, string @new, string step, string fault)
    {
        var verdict = Check(Proof(1), Changed(Leaves[1], old, @new));
        (verdict.Holds, Step(verdict, step).Fault).ShouldBe((Holds.No, fault));
    }

    [Fact]
    public void Unknown_algorithms_and_leaves_over_64_KiB_are_refused()
    {
        Step(Check(Proof(0), Changed(Leaves[0], "A256GCM", "A128CBC")), "leaf").Fault.ShouldBe("leaf.algorithm");
        var long1 = Changed(Leaves[1], "attendance-77aa", new string('a', 70_000));
        Step(Check(Proof(1), long1), "leaf").Fault.ShouldBe("leaf.too-large");
        Step(Check(Proof(1), "  "), "leaf").Fault.ShouldBe("leaf.empty");
    }

    [Fact]
    public void No_flipped_bit_in_proof_or_leaf_goes_unseen()
    {
        var (proof, leaf) = (Proof(1), Leaves[1]);
        for (var i = 0; i < proof.Length; i++)
            Check(Flipped(proof, i), leaf).Holds.ShouldNotBe(Holds.Yes, $"proof, character {i}");
        for (var i = 0; i < leaf.Length; i++)
            Check(proof, Flipped(leaf, i)).Holds.ShouldNotBe(Holds.Yes, $"leaf, character {i}");
    }

    static string Flipped(string text, int at) => string.Concat(text.AsSpan(0, at), [(char)(text[at] ^ 1)], text.AsSpan(at + 1));

    /// <summary>The first occurrence changed; it must be there.</summary>
    static string Changed(string text, string old, string @new)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        at.ShouldBeGreaterThanOrEqualTo(0, old);
        return string.Concat(text.AsSpan(0, at), @new, text.AsSpan(at + old.Length));
    }
}
