using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace EquityPlatform.Faults.Checking;

/// <summary>A tenant's audit log as its routes give it: leaves in order, the hashes of the tiles, every checkpoint.</summary>
sealed record AuditTree(string Tenant, IReadOnlyList<byte[]> Leaves, IReadOnlyList<byte[]> Hashes, IReadOnlyList<SeenCheckpoint> Checkpoints);

/// <summary>Size and root of a checkpoint that a client was given.</summary>
sealed record SeenCheckpoint(string Tenant, long Size, string Root)
{
    public static SeenCheckpoint Parse(string tenant, string note) =>
        note.Split('\n') is [_, var size, var root, ..] ? new(tenant, long.Parse(size, CultureInfo.InvariantCulture), root) : throw new InvalidDataException(note);
}

/// <summary>I6: whatever was signed and served is of one history, and that history is the log's.</summary>
static class AuditTrees
{
    /// <param name="seen">Every checkpoint that was served while the fault struck.</param>
    /// <param name="settled">Nothing is under way any more: every event has its leaf, and the last checkpoint covers all.</param>
    public static IEnumerable<Violation> Check(World world, IReadOnlyList<SeenCheckpoint> seen, bool settled)
    {
        foreach (var tree in world.Trees)
        {
            var events = world.Events.Where(e => e.Tenant == tree.Tenant).OrderBy(e => e.Seq).ToArray();
            if (tree.Leaves.Count > events.Length || settled && tree.Leaves.Count != events.Length)
                yield return new("I6", $"the audit log of {tree.Tenant} has {tree.Leaves.Count} leaves for {events.Length} events");
            for (var i = 0; i < Math.Min(tree.Leaves.Count, events.Length); i++)
            {
                if (!SHA256.HashData([0, .. tree.Leaves[i]]).AsSpan().SequenceEqual(tree.Hashes[i]))
                    yield return new("I6", $"leaf {i} of {tree.Tenant} has not the hash that stands in its tile");
                using var leaf = JsonDocument.Parse(tree.Leaves[i]);
                if (leaf.RootElement.GetProperty("index").GetString() != i.ToString(CultureInfo.InvariantCulture) || leaf.RootElement.GetProperty("event").GetProperty("id").GetGuid() != events[i].Id)
                    yield return new("I6", $"leaf {i} of {tree.Tenant} is not about event {events[i].Seq}");
            }
            foreach (var checkpoint in tree.Checkpoints.Concat(seen.Where(one => one.Tenant == tree.Tenant)).Distinct())
                if (checkpoint.Size > tree.Hashes.Count || Convert.ToBase64String(Root(tree.Hashes, 0, (int)checkpoint.Size)) != checkpoint.Root)
                    yield return new("I6", $"the checkpoint of {checkpoint.Size} leaves of {tree.Tenant} is of another history");
            if (seen.Where(one => one.Tenant == tree.Tenant).Except(tree.Checkpoints).FirstOrDefault() is { } unstored)
                yield return new("I6", $"the checkpoint of {unstored.Size} leaves of {tree.Tenant} was served and is not stored");
            if (settled && tree.Leaves.Count > 0 && tree.Checkpoints.Max(checkpoint => checkpoint.Size) != tree.Leaves.Count)
                yield return new("I6", $"the last checkpoint of {tree.Tenant} covers {tree.Checkpoints.Max(checkpoint => checkpoint.Size)} of {tree.Leaves.Count} leaves");
        }
    }

    /// <summary>RFC 6962 section 2.1.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> hashes, int from, int to)
    {
        if (to - from == 1)
            return hashes[from];
        var split = 1;
        while (split * 2 < to - from)
            split *= 2;
        return SHA256.HashData([1, .. Root(hashes, from, from + split), .. Root(hashes, from + split, to)]);
    }
}
