using System.Runtime.CompilerServices;

namespace EquityPlatform.AuditTool.Log;

/// <summary>Reads lines of bytes from a stream, through one buffer.</summary>
internal static class LineReader
{
    const int MostBytes = 64 << 20;

    /// <summary>Lines without their line feeds. Each stands until the next is asked for.</summary>
    /// <exception cref="InvalidDataException">The text ends within a line, or a line is too long.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = new byte[256 * 1024];
        var (start, end) = (0, 0);
        while (true)
        {
            for (int length; (length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) >= 0; start += length + 1)
                yield return buffer.AsMemory(start, length);
            if (start > 0)
                buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
            {
                if (buffer.Length >= MostBytes)
                    throw new InvalidDataException("a line is longer than any event can be.");
                Array.Resize(ref buffer, buffer.Length * 2);
            }
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
            if (read == 0)
                break;
            end += read;
        }
        if (end > 0)
            throw new InvalidDataException("it ends within a line.");
    }
}
