using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.EventSourcing;

/// <summary>Ids of events. A subscriber or a command that appends derives them, so that a repeat adds nothing.</summary>
public static class EventIds
{
    /// <summary>A new id that rises with time.</summary>
    public static Guid New(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>The id that <paramref name="purpose"/> makes of a cause (a source event's id or a command id): always the same for the same two.</summary>
    public static Guid Derive(Guid cause, string purpose, int index = 0)
    {
        var text = Encoding.UTF8.GetBytes(purpose);
        var bytes = new byte[20 + text.Length];
        cause.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), index);
        text.CopyTo(bytes, 20);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // version 8: made by a rule of our own
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
