using System.Buffers.Binary;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>Leaves of a bundle, each with its length before it (C2SP tlog-tiles).</summary>
internal sealed class LeafBundle
{
    readonly ReadOnlyMemory<byte>[] leaves;

    public LeafBundle(byte[]? bytes, int width)
    {
        leaves = new ReadOnlyMemory<byte>[width];
        if (bytes is null)
        {
            Fault = "they are missing.";
            return;
        }
        var rest = bytes.AsMemory();
        for (var i = 0; i < width; i++)
        {
            if (rest.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(rest.Span) is var length && rest.Length < 2 + length)
            {
                Fault = $"only {i} of {width} are whole.";
                return;
            }
            (leaves[i], rest) = (rest.Slice(2, length), rest[(2 + length)..]);
        }
        if (rest.Length > 0)
            Fault = $"{rest.Length} bytes stand behind them.";
    }

    /// <summary>Why not all could be read; null if they could.</summary>
    public string? Fault { get; }

    /// <summary>A leaf; empty if it is not there.</summary>
    public ReadOnlyMemory<byte> this[int i] => leaves[i];
}
