using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>Text that is put together in UTF-8, over and over in the same memory.</summary>
internal sealed class Utf8Buffer
{
    byte[] bytes = new byte[2048];

    public int Length { get; private set; }

    /// <summary>What was put in since <see cref="Clear"/>. It stands until more is put in.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Put(ReadOnlySpan<byte> more)
    {
        more.CopyTo(Room(more.Length));
        Length += more.Length;
    }

    public void Put<T>(T value, ReadOnlySpan<char> format = default) where T : IUtf8SpanFormattable
    {
        const int longest = 40;
        value.TryFormat(Room(longest), out var written, format, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>The base64 of what SHA-256 makes of some bytes.</summary>
    public void PutHash(ReadOnlySpan<byte> of)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(of, hash);
        Base64.EncodeToUtf8(hash, Room(Base64.GetMaxEncodedToUtf8Length(hash.Length)), out _, out var written);
        Length += written;
    }

    /// <summary>A text with quotes and the escapes of canonical JSON.</summary>
    /// <param name="text">UTF-8.</param>
    public void PutQuoted(ReadOnlySpan<byte> text)
    {
        Put("\""u8);
        for (int at; (at = text.IndexOfAny(Escapes.Needed)) >= 0; text = text[(at + 1)..])
        {
            Put(text[..at]);
            Put(Escapes.Of(text[at]));
        }
        Put(text);
        Put("\""u8);
    }


    Span<byte> Room(int most)
    {
        if (bytes.Length - Length < most)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + most));
        return bytes.AsSpan(Length);
    }

    static class Escapes
    {
        public static readonly System.Buffers.SearchValues<byte> Needed = System.Buffers.SearchValues.Create([.. Enumerable.Range(0, ' ').Select(control => (byte)control), (byte)'"', (byte)'\\']);

        public static ReadOnlySpan<byte> Of(byte c) => c switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            _ => Encoding.ASCII.GetBytes($"\\u{c:x4}"),
        };
    }
}
