namespace EquityPlatform.Ingestion.Packages;

/// <summary>A file of a feed that can be read as often as needed; it lies in the upload, or in memory if it is small.</summary>
/// <param name="open">Opens it at its beginning; whoever opens it closes it.</param>
/// <param name="isUtf8">False if some bytes are not valid UTF-8.</param>
internal sealed class PackageFile(long length, bool isUtf8, Func<Stream> open)
{
    public long Length { get; } = length;
    public bool IsUtf8 { get; } = isUtf8;

    public Stream Open() => open();

    public static PackageFile Of(byte[] content) => new(content.LongLength, System.Text.Unicode.Utf8.IsValid(content), () => new MemoryStream(content, writable: false));

    /// <summary>All of it: for small files only.</summary>
    public byte[] Bytes()
    {
        using var source = Open();
        var bytes = new byte[Length];
        source.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>Tells over any number of blocks whether they are UTF-8; sequences may run over the end of a block.</summary>
internal sealed class Utf8Check
{
    readonly byte[] rest = new byte[4];
    int left;

    public bool IsValid { get; private set; } = true;

    public void Add(ReadOnlySpan<byte> block)
    {
        if (!IsValid)
            return;
        while (left > 0 && block.Length > 0)
        {
            rest[left++] = block[0];
            block = block[1..];
            var need = LengthOf(rest[0]);
            if (left == need)
            {
                IsValid &= System.Text.Unicode.Utf8.IsValid(rest.AsSpan(0, left));
                left = 0;
            }
        }
        if (block.IsEmpty)
            return;
        // A sequence that the block cuts begins in its last three bytes
        var end = block.Length;
        for (var back = 1; back <= Math.Min(3, block.Length); back++)
            if ((block[^back] & 0xC0) == 0xC0)
            {
                if (LengthOf(block[^back]) > back)
                    end = block.Length - back;
                break;
            }
        IsValid &= System.Text.Unicode.Utf8.IsValid(block[..end]);
        block[end..].CopyTo(rest);
        left = block.Length - end;
    }

    /// <summary>Whether everything was, also the end.</summary>
    public bool Finish() => IsValid && left == 0;

    static int LengthOf(byte first) => first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
}
