using System.Text;
using System.Text.Unicode;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Packages;

/// <summary>Bytes of a file to UTF-8 without a byte order mark: strict UTF-8 first, else UTF-16 by its mark, else Windows-1252 for the whole file. Never a replacement character.</summary>
internal static class TextDecoding
{
    static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)
        ?? throw new InvalidOperationException("The runtime has no Windows-1252 encoding.");

    public static ReadOnlyMemory<byte> ToUtf8(string file, byte[] bytes, IssueLog issues)
    {
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
            bytes = bytes[3..];
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            issues.Warn(file, null, null, "encoding.utf16");
            var utf16 = bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
            return Encoding.UTF8.GetBytes(utf16.GetString(bytes.AsSpan(2)));
        }
        if (Utf8.IsValid(bytes))
            return bytes;
        issues.Warn(file, null, null, "encoding.not-utf8");
        return Encoding.UTF8.GetBytes(Windows1252.GetString(bytes));
    }

    /// <summary>The same for a file that is read as a stream, as often as needed.</summary>
    public static Func<Stream> ToUtf8(string name, PackageFile file, IssueLog issues)
    {
        var head = new byte[3];
        using (var source = file.Open())
            head = head[..source.ReadAtLeast(head, 3, throwOnEndOfStream: false)];
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            issues.Warn(name, null, null, "encoding.utf16");
            var utf16 = head[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
            return () => Encoding.CreateTranscodingStream(Skip(file.Open(), 2), utf16, Encoding.UTF8);
        }
        var mark = head is [0xEF, 0xBB, 0xBF] ? 3 : 0;
        if (file.IsUtf8)
            return () => Skip(file.Open(), mark);
        issues.Warn(name, null, null, "encoding.not-utf8");
        return () => Encoding.CreateTranscodingStream(Skip(file.Open(), mark), Windows1252, Encoding.UTF8);
    }

    static Stream Skip(Stream stream, int bytes)
    {
        Span<byte> mark = stackalloc byte[3];
        stream.ReadExactly(mark[..bytes]);
        return stream;
    }
}
