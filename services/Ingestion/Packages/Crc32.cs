namespace EquityPlatform.Ingestion.Packages;

/// <summary>CRC-32 of zip entries. <c>ZipArchive</c> does not compare it, so a flipped bit in a stored entry would pass unseen. Eight bytes at a step.</summary>
internal sealed class Crc32
{
    static readonly uint[] Tables = Make();

    uint crc = 0xFFFFFFFFu;

    public uint Value => ~crc;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var (c, t) = (crc, Tables);
        while (bytes.Length >= 8)
        {
            var low = c ^ BitConverter.ToUInt32(bytes);
            var high = BitConverter.ToUInt32(bytes[4..]);
            c = t[(7 << 8) | (byte)low] ^ t[(6 << 8) | (byte)(low >> 8)] ^ t[(5 << 8) | (byte)(low >> 16)] ^ t[(4 << 8) | (int)(low >> 24)]
                ^ t[(3 << 8) | (byte)high] ^ t[(2 << 8) | (byte)(high >> 8)] ^ t[(1 << 8) | (byte)(high >> 16)] ^ t[(int)(high >> 24)];
            bytes = bytes[8..];
        }
        foreach (var b in bytes)
            c = t[(byte)(c ^ b)] ^ (c >> 8);
        crc = c;
    }

    static uint[] Make()
    {
        var tables = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var c = i;
            for (var bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
            tables[i] = c;
        }
        for (var i = 256; i < tables.Length; i++)
            tables[i] = (tables[i - 256] >> 8) ^ tables[(byte)tables[i - 256]];
        return tables;
    }
}
