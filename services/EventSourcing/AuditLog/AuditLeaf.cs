using System.Text;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>A leaf of the audit log: an event at its place in the tenant's tree.</summary>
/// <param name="Origin">Name of the log.</param>
public sealed record AuditLeaf(string Origin, long Index, AuditedEvent Event)
{
    /// <summary>What is hashed into the tree: the canonical JSON of hashes of the event, never of its contents.</summary>
    public byte[] ToUtf8() => LeafWriter.Own.Leaf(this).ToArray();

    /// <summary>The event with everything that the leaf hashes, as a line of JSON: whoever has it can make the leaf again.</summary>
    public string ToLine() => Encoding.UTF8.GetString(LeafWriter.Own.Line(this));

    /// <summary>Writes the line.</summary>
    public void WriteLine(System.Buffers.IBufferWriter<byte> to) => System.Buffers.BuffersExtensions.Write(to, LeafWriter.Own.Line(this));

    /// <summary>Writes the hash of the leaf, 32 bytes.</summary>
    internal void Hash(Span<byte> hash) => TreeHash.Leaf(LeafWriter.Own.Leaf(this), hash);
}
