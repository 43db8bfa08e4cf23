using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using EquityPlatform.AuditTool.Merkle;

namespace EquityPlatform.AuditTool.Tests;

public sealed class MerkleTests
{
    readonly JsonElement vectors = Vector.File("merkle_roots.json");

    [Fact]
    public void Hashes_are_those_of_RFC_6962()
    {
        var known = vectors.GetProperty("hasher");
        TreeHash.Empty.ShouldBe(known.Hex("empty_root_hex"));
        TreeHash.Leaf([]).ShouldBe(known.Hex("leaf_of_empty_hex"));
        TreeHash.Leaf("L123456"u8).ShouldBe(known.Hex("leaf_L123456_hex"));
        var range = new TreeRange();
        foreach (var one in vectors.GetProperty("rfc6962_reference").EnumerateArray())
        {
            range.Append(TreeHash.Leaf(one.Hex("leaf_hex")));
            range.Size.ShouldBe(one.GetProperty("size").GetInt64());
            range.Root().ShouldBe(one.Hex("root_hex"));
        }
    }

    [Fact]
    public void Every_size_up_to_70_has_its_root()
    {
        var range = new TreeRange();
        var roots = vectors.GetProperty("roots_by_size_0_to_70").EnumerateArray().Select(root => root.GetString()).ToArray();
        for (var i = 0; i <= 70; i++)
        {
            Convert.ToBase64String(range.Root()).ShouldBe(roots[i]);
            range.Append(TreeHash.Leaf(Encoding.UTF8.GetBytes($$"""{"n":{{i}}}""")));
        }
    }

    [Fact]
    public void Large_trees_have_their_roots_and_peaks()
    {
        var range = new TreeRange();
        var leaf = new byte[8];
        foreach (var one in vectors.GetProperty("large").EnumerateArray().OrderBy(one => one.GetProperty("size").GetInt64()))
        {
            for (; range.Size < one.GetProperty("size").GetInt64();)
            {
                BinaryPrimitives.WriteInt64BigEndian(leaf, range.Size);
                range.Append(TreeHash.Leaf(leaf));
            }
            range.Root().ShouldBe(one.Bytes("root"));
            range.Peaks.Select(Convert.ToBase64String).ShouldBe(one.GetProperty("compact_range_left_to_right").EnumerateArray().Select(peak => peak.GetString()));
        }
    }

    [Fact]
    public void Proofs_of_the_reference_hold_and_broken_ones_do_not()
    {
        var proofs = vectors.GetProperty("large_proofs").EnumerateArray().ToArray();
        proofs.Select(one => one.Text("kind")).Distinct().Order(StringComparer.Ordinal).ShouldBe(["consistency", "inclusion"]);
        foreach (var one in proofs)
        {
            var hashes = one.GetProperty("proof").EnumerateArray().Select(hash => Convert.FromBase64String(hash.GetString()!)).ToArray();
            var check = one.Text("kind") == "inclusion" ? Inclusion(one) : Consistency(one);
            check(hashes).ShouldBeNull();
            foreach (var broken in Broken(hashes))
                check(broken).ShouldNotBeNull();
        }
    }

    [Fact]
    public void Places_and_sizes_that_cannot_be_are_refused()
    {
        var hash = TreeHash.Empty;
        InclusionProof.Fault(1, 1, hash, [], hash).ShouldNotBeNull();
        InclusionProof.Fault(-1, 1, hash, [], hash).ShouldNotBeNull();
        InclusionProof.Fault(0, 1, hash, [], hash).ShouldBeNull();
        InclusionProof.Fault(0, 1, hash.AsSpan(1), [], hash.AsSpan(1)).ShouldNotBeNull();
        ConsistencyProof.Fault(2, 1, hash, hash, []).ShouldNotBeNull();
        ConsistencyProof.Fault(-1, 1, hash, hash, []).ShouldNotBeNull();
        ConsistencyProof.Fault(0, 1, hash, hash, []).ShouldBeNull();
        ConsistencyProof.Fault(0, 1, hash, hash, [hash]).ShouldNotBeNull();
        ConsistencyProof.Fault(1, 1, hash, TreeHash.Leaf([]), []).ShouldNotBeNull();
        ConsistencyProof.Fault(1, 1, hash, hash, []).ShouldBeNull();
        ConsistencyProof.Fault(3, 4, hash, hash, []).ShouldNotBeNull();
    }

    static Func<IReadOnlyList<byte[]>, string?> Inclusion(JsonElement one) => hashes =>
        InclusionProof.Fault(one.GetProperty("index").GetInt64(), one.GetProperty("size").GetInt64(), one.Bytes("leaf_hash"), hashes, one.Bytes("root"));

    static Func<IReadOnlyList<byte[]>, string?> Consistency(JsonElement one) => hashes =>
        ConsistencyProof.Fault(one.GetProperty("size1").GetInt64(), one.GetProperty("size2").GetInt64(), one.Bytes("root1"), one.Bytes("root2"), hashes);

    static IEnumerable<byte[][]> Broken(byte[][] hashes)
    {
        yield return [.. hashes, TreeHash.Empty];
        for (var i = 0; i < hashes.Length; i++)
        {
            yield return [.. hashes[..i], .. hashes[(i + 1)..]];
            yield return [.. hashes[..i], hashes[i][1..], .. hashes[(i + 1)..]];
            var flipped = (byte[])hashes[i].Clone();
            flipped[i % 32] ^= 0x10;
            yield return [.. hashes[..i], flipped, .. hashes[(i + 1)..]];
        }
    }
}
