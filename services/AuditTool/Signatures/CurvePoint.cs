using System.Globalization;
using System.Numerics;

namespace EquityPlatform.AuditTool.Signatures;

/// <summary>A point of edwards25519 in extended coordinates (RFC 8032 section 5.1.4).</summary>
internal readonly struct CurvePoint(FieldElement x, FieldElement y, FieldElement z, FieldElement t)
{
    readonly FieldElement x = x, y = y, z = z, t = t;

    static readonly FieldElement D = Number("37095705934669439343138083508754565189542113879843219016388785533085940283555");
    static readonly FieldElement TwiceD = D + D;
    static readonly FieldElement RootOfMinusOne = Number("19681161376707505956807079304988542015446066515923890162744021073123829784752");

    public static readonly CurvePoint Neutral = new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>The base point: y = 4/5, x even.</summary>
    public static readonly CurvePoint Base = TryRead([0x58, .. Enumerable.Repeat((byte)0x66, 31)], out var point) ? point : throw new InvalidOperationException("The base point lies on the curve.");

    /// <summary>Reads a point from its 32 bytes; false if there is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CurvePoint point)
    {
        // x² = (y² - 1) / (dy² + 1); the root of u/v is u v³ (u v⁷)^((p-5)/8), perhaps times the root of -1
        var y = FieldElement.Read(bytes);
        var square = y * y;
        var u = square - FieldElement.One;
        var v = square * D + FieldElement.One;
        var v3 = v * v * v;
        var x = u * v3 * (u * v3 * v3 * v).PowerForRoot();
        var check = v * x * x;
        if (!check.Equals(u))
        {
            x *= RootOfMinusOne;
            if (!check.Equals(-u))
            {
                point = default;
                return false;
            }
        }
        if (x.IsOdd != ((bytes[31] & 0x80) != 0))
            x = -x;
        point = new(x, y, FieldElement.One, x * y);
        return true;
    }

    public void Write(Span<byte> bytes)
    {
        var inverse = z.Inverted();
        (y * inverse).Write(bytes);
        bytes[31] |= (byte)((x * inverse).IsOdd ? 0x80 : 0);
    }

    public static CurvePoint operator +(CurvePoint p, CurvePoint q)
    {
        var a = (p.y - p.x) * (q.y - q.x);
        var b = (p.y + p.x) * (q.y + q.x);
        var c = p.t * TwiceD * q.t;
        var d = p.z * (q.z + q.z);
        return FromSums(b - a, d - c, d + c, b + a);
    }

    public static CurvePoint operator -(CurvePoint p) => new(-p.x, p.y, p.z, -p.t);

    CurvePoint Doubled()
    {
        var a = x * x;
        var b = y * y;
        var zz = z * z;
        var sum = x + y;
        var g = b - a;
        return FromSums(sum * sum - a - b, g - zz - zz, g, -(a + b));
    }

    static CurvePoint FromSums(FieldElement e, FieldElement f, FieldElement g, FieldElement h) => new(e * f, g * h, f * g, e * h);

    /// <summary><paramref name="m"/> times p plus <paramref name="n"/> times q; both factors are 32 bytes, little end first.</summary>
    public static CurvePoint Sum(ReadOnlySpan<byte> m, CurvePoint p, ReadOnlySpan<byte> n, CurvePoint q)
    {
        var both = p + q;
        var result = Neutral;
        for (var i = 255; i >= 0; i--)
        {
            result = result.Doubled();
            var bits = (m[i / 8] >> (i % 8) & 1) | (n[i / 8] >> (i % 8) & 1) << 1;
            if (bits != 0)
                result += bits == 1 ? p : bits == 2 ? q : both;
        }
        return result;
    }

    static FieldElement Number(string text)
    {
        Span<byte> bytes = stackalloc byte[32];
        BigInteger.Parse(text, CultureInfo.InvariantCulture).TryWriteBytes(bytes, out _, isUnsigned: true);
        return FieldElement.Read(bytes);
    }
}
