using System.Buffers.Binary;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.EventSourcing.AuditLog;
using TileId = EquityPlatform.EventSourcing.AuditLog.TileId;
using TreeHash = EquityPlatform.AuditTool.Merkle.TreeHash;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>What the services' log proves, checked by the tool's own code and by the reference's answers.</summary>
public sealed class ServerProofTests
{
    static byte[] Leaf(long i)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, i);
        return TreeHash.Leaf(bytes);
    }

    static Tiles Grown(long size)
    {
        var tiles = new Tiles(0);
        tiles.Append(Enumerable.Range(0, (int)size).SelectMany(i => Leaf(i)).ToArray());
        return tiles;
    }

    [Fact]
    public void Roots_are_those_of_the_reference()
    {
        foreach (var one in Vector.File("merkle_roots.json").GetProperty("large").EnumerateArray())
            if (one.GetProperty("size").GetInt64() is var size && size <= 100_000)
                Grown(size).Root(0, size).ShouldBe(one.Bytes("root"), $"size {size}");
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(255), InlineData(256), InlineData(257), InlineData(300), InlineData(511), InlineData(770), InlineData(66_000)]
    public void Every_proof_holds_for_the_tool(long size)
    {
        var tiles = Grown(size);
        var root = tiles.Root(0, size);
        for (var i = 0L; i < size; i += 1 + size / 97)
        {
            var path = TreeShape.InclusionPath(i, size).Select(range => tiles.Root(range.From, range.To)).ToArray();
            InclusionProof.Fault(i, size, Leaf(i), path, root).ShouldBeNull($"leaf {i} of {size}");
            InclusionProof.Fault(i, size, Leaf(i + 1), path, root).ShouldNotBeNull();
        }
        for (var earlier = 0L; earlier <= size; earlier += 1 + size / 97)
        {
            var path = TreeShape.ConsistencyPath(earlier, size).Select(range => tiles.Root(range.From, range.To)).ToArray();
            ConsistencyProof.Fault(earlier, size, tiles.Root(0, earlier), root, path).ShouldBeNull($"{earlier} before {size}");
        }
    }

    [Fact]
    public void Proofs_are_those_of_the_reference_hash_by_hash()
    {
        var sizes = new Dictionary<long, Tiles>();
        var seen = 0;
        foreach (var one in Vector.File("merkle_roots.json").GetProperty("large_proofs").EnumerateArray())
        {
            var inclusion = one.Text("kind") == "inclusion";
            var size = one.GetProperty(inclusion ? "size" : "size2").GetInt64();
            if (size > 100_000)
                continue;
            var tiles = sizes.TryGetValue(size, out var grown) ? grown : sizes[size] = Grown(size);
            var ranges = inclusion ? TreeShape.InclusionPath(one.GetProperty("index").GetInt64(), size) : TreeShape.ConsistencyPath(one.GetProperty("size1").GetInt64(), size);
            ranges.Select(range => Convert.ToBase64String(tiles.Root(range.From, range.To))).ShouldBe(one.GetProperty("proof").EnumerateArray().Select(hash => hash.GetString()));
            seen++;
        }
        seen.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Any_split_of_appends_gives_the_same_tiles()
    {
        const int size = 70_000;
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var whole = Grown(size);
        var stored = new Dictionary<TileId, byte[]>();
        for (var at = 0L; at < size;)
        {
            // As the follower does it: only the unfinished tiles are loaded, only what changed is kept
            var tiles = new Tiles(at);
            foreach (var id in Tiles.Needed(at))
                tiles.Load(id, stored[id]);
            var take = (int)Math.Min(size - at, random.Next(4) == 0 ? random.Next(1, 5000) : random.Next(1, 300));
            tiles.Append(Enumerable.Range((int)at, take).SelectMany(i => Leaf(i)).ToArray());
            foreach (var (id, hashes) in tiles.Changed)
                stored[id] = hashes;
            at += take;
            tiles.Root(0, at).ShouldBe(whole.Root(0, at), $"seed {seed}, size {at}");
        }
        var all = whole.Changed.ToDictionary(tile => tile.Id, tile => tile.Hashes);
        stored.Count.ShouldBe(all.Count);
        foreach (var (id, hashes) in stored)
            hashes.ShouldBe(all[id], $"seed {seed}, {id}");
    }

    [Fact]
    public void Checkpoints_are_signed_as_by_the_reference()
    {
        var notes = Vector.File("notes.json");
        using var ed25519 = new Ed25519Key(notes.GetProperty("log_key").Hex("seed_hex"));
        var key = new NoteKey(notes.GetProperty("log_key").Text("origin"), ed25519);
        key.VerifierKey.ShouldBe(notes.GetProperty("log_key").Text("vkey"));
        foreach (var one in notes.GetProperty("checkpoints_of_merkle_roots_tree").EnumerateArray())
            key.Sign(NoteKey.CheckpointText(key.Name, one.GetProperty("size").GetInt64(), one.Bytes("root"))).ShouldBe(one.Text("signed"));
    }

    [Fact]
    public void What_OpenSSL_signs_the_tool_verifies()
    {
        var random = new Random(7);
        for (var i = 0; i < 100; i++)
        {
            var seed = new byte[32];
            random.NextBytes(seed);
            using var ed25519 = new Ed25519Key(seed);
            var text = $"{i} {Convert.ToBase64String(seed)}\n";
            var key = new NoteKey("example.org/log", ed25519);
            SignedNote.Open(key.Sign(text), [VerifierKey.Parse(key.VerifierKey)]).Text.ShouldBe(text);
            var changed = key.Sign(text).Replace($"{i} ", $"{i + 1} ", StringComparison.Ordinal);
            Should.Throw<MalformedException>(() => SignedNote.Open(changed, [VerifierKey.Parse(key.VerifierKey)]));
        }
    }
}
