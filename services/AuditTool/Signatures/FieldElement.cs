namespace EquityPlatform.AuditTool.Signatures;

/// <summary>
/// A number modulo 2^255 - 19 as five limbs of 51 bits (the usual form for 64-bit machines). Used for public values only, so it need not
/// run in constant time.
/// </summary>
internal readonly struct FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) : IEquatable<FieldElement>
{
    const ulong Mask = (1UL << 51) - 1;

    readonly ulong l0 = l0, l1 = l1, l2 = l2, l3 = l3, l4 = l4;

    public static FieldElement Zero => default;
    public static FieldElement One => new(1, 0, 0, 0, 0);

    /// <summary>Reads 32 bytes, little end first; the top bit is ignored.</summary>
    public static FieldElement Read(ReadOnlySpan<byte> bytes)
    {
        var a = BitConverter.ToUInt64(bytes);
        var b = BitConverter.ToUInt64(bytes[8..]);
        var c = BitConverter.ToUInt64(bytes[16..]);
        var d = BitConverter.ToUInt64(bytes[24..]);
        return new(a & Mask, (a >> 51 | b << 13) & Mask, (b >> 38 | c << 26) & Mask, (c >> 25 | d << 39) & Mask, d >> 12 & Mask);
    }

    /// <summary>Writes the reduced value as 32 bytes, little end first.</summary>
    public void Write(Span<byte> bytes)
    {
        var x = Carried(l0, l1, l2, l3, l4);
        // q = 1 if the value is at least 2^255 - 19
        var q = (x.l0 + 19) >> 51;
        q = (x.l1 + q) >> 51;
        q = (x.l2 + q) >> 51;
        q = (x.l3 + q) >> 51;
        q = (x.l4 + q) >> 51;
        var a = x.l0 + 19 * q;
        var b = x.l1 + (a >> 51);
        var c = x.l2 + (b >> 51);
        var d = x.l3 + (c >> 51);
        var e = x.l4 + (d >> 51);
        (a, b, c, d, e) = (a & Mask, b & Mask, c & Mask, d & Mask, e & Mask);
        BitConverter.TryWriteBytes(bytes, a | b << 51);
        BitConverter.TryWriteBytes(bytes[8..], b >> 13 | c << 38);
        BitConverter.TryWriteBytes(bytes[16..], c >> 26 | d << 25);
        BitConverter.TryWriteBytes(bytes[24..], d >> 39 | e << 12);
    }

    public static FieldElement operator +(FieldElement x, FieldElement y) => Carried(x.l0 + y.l0, x.l1 + y.l1, x.l2 + y.l2, x.l3 + y.l3, x.l4 + y.l4);

    /// <summary>Adds twice the modulus first, so that no limb falls below zero.</summary>
    public static FieldElement operator -(FieldElement x, FieldElement y) => Carried(
        x.l0 + 0xFFFFFFFFFFFDA - y.l0, x.l1 + 0xFFFFFFFFFFFFE - y.l1, x.l2 + 0xFFFFFFFFFFFFE - y.l2, x.l3 + 0xFFFFFFFFFFFFE - y.l3, x.l4 + 0xFFFFFFFFFFFFE - y.l4);

    public static FieldElement operator -(FieldElement x) => Zero - x;

    public static FieldElement operator *(FieldElement x, FieldElement y)
    {
        // 2^255 = 19: what rises over the fifth limb comes back nineteenfold
        ulong y1 = y.l1 * 19, y2 = y.l2 * 19, y3 = y.l3 * 19, y4 = y.l4 * 19;
        var r0 = Product(x.l0, y.l0) + Product(x.l1, y4) + Product(x.l2, y3) + Product(x.l3, y2) + Product(x.l4, y1);
        var r1 = Product(x.l0, y.l1) + Product(x.l1, y.l0) + Product(x.l2, y4) + Product(x.l3, y3) + Product(x.l4, y2);
        var r2 = Product(x.l0, y.l2) + Product(x.l1, y.l1) + Product(x.l2, y.l0) + Product(x.l3, y4) + Product(x.l4, y3);
        var r3 = Product(x.l0, y.l3) + Product(x.l1, y.l2) + Product(x.l2, y.l1) + Product(x.l3, y.l0) + Product(x.l4, y4);
        var r4 = Product(x.l0, y.l4) + Product(x.l1, y.l3) + Product(x.l2, y.l2) + Product(x.l3, y.l1) + Product(x.l4, y.l0);
        r1 += (ulong)(r0 >> 51);
        r2 += (ulong)(r1 >> 51);
        r3 += (ulong)(r2 >> 51);
        r4 += (ulong)(r3 >> 51);
        return Carried(((ulong)r0 & Mask) + 19 * (ulong)(r4 >> 51), (ulong)r1 & Mask, (ulong)r2 & Mask, (ulong)r3 & Mask, (ulong)r4 & Mask);
    }

    static UInt128 Product(ulong x, ulong y) => new(Math.BigMul(x, y, out var low), low);

    static FieldElement Carried(ulong a, ulong b, ulong c, ulong d, ulong e)
    {
        b += a >> 51;
        c += b >> 51;
        d += c >> 51;
        e += d >> 51;
        a = (a & Mask) + 19 * (e >> 51);
        return new(a & Mask, (b & Mask) + (a >> 51), c & Mask, d & Mask, e & Mask);
    }

    /// <summary>Square and multiply, highest bit of the exponent first.</summary>
    FieldElement Power(ReadOnlySpan<byte> littleEndian)
    {
        var result = One;
        for (var i = 255; i >= 0; i--)
        {
            result *= result;
            if ((littleEndian[i / 8] >> (i % 8) & 1) != 0)
                result *= this;
        }
        return result;
    }

    /// <summary>To the power p - 2: the inverse (0 for 0).</summary>
    public FieldElement Inverted() => Power([0xEB, .. Full, 0x7F]);

    /// <summary>To the power (p - 5) / 8, from which square roots are made.</summary>
    public FieldElement PowerForRoot() => Power([0xFD, .. Full, 0x0F]);

    static ReadOnlySpan<byte> Full =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    ];

    /// <summary>Lowest bit of the reduced value: the "sign" of a coordinate.</summary>
    public bool IsOdd
    {
        get
        {
            Span<byte> bytes = stackalloc byte[32];
            Write(bytes);
            return (bytes[0] & 1) != 0;
        }
    }

    public bool Equals(FieldElement other)
    {
        Span<byte> mine = stackalloc byte[32];
        Span<byte> others = stackalloc byte[32];
        Write(mine);
        other.Write(others);
        return mine.SequenceEqual(others);
    }

    public override bool Equals(object? obj) => obj is FieldElement other && Equals(other);

    public override int GetHashCode()
    {
        Span<byte> bytes = stackalloc byte[32];
        Write(bytes);
        return BitConverter.ToInt32(bytes);
    }
}
