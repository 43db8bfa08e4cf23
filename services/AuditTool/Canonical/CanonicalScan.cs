using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace EquityPlatform.AuditTool.Canonical;

/// <summary>
/// Goes over text that should be canonical JSON already, and says whether it is: order of members, escapes, numbers, no blanks. It makes nothing, so it is
/// quick. Where it says no, the text may still be canonical in a way that is rare (names that are not plain ASCII, very deep); <see cref="CanonicalWriter"/> knows.
/// </summary>
internal ref struct CanonicalScan(ReadOnlySpan<byte> text)
{
    const int Deepest = 64;
    const int ExactDigits = 15;

    static readonly SearchValues<byte> EndOrSpecial = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    static readonly SearchValues<byte> OfNumbers = SearchValues.Create("0123456789+-.eE"u8);

    readonly ReadOnlySpan<byte> text = text;

    /// <summary>How far it has come.</summary>
    public int At { get; private set; }

    public readonly bool IsAtEnd => At == text.Length;

    /// <summary>True only if the whole text is canonical JSON.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> json)
    {
        var scan = new CanonicalScan(json);
        return scan.Value() && scan.IsAtEnd && Utf8.IsValid(json);
    }

    /// <summary>Steps over exactly these bytes.</summary>
    public bool Has(ReadOnlySpan<byte> expected)
    {
        if (!text[At..].StartsWith(expected))
            return false;
        At += expected.Length;
        return true;
    }

    /// <summary>Steps over a value. That it is UTF-8 is for the caller to see, of all at once.</summary>
    public bool Value(int depth = 0)
    {
        if (IsAtEnd || depth > Deepest)
            return false;
        switch (text[At])
        {
            case (byte)'"':
                return String();
            case (byte)'{':
                return Object(depth);
            case (byte)'[':
                return Array(depth);
            case (byte)'t':
                return Has("true"u8);
            case (byte)'f':
                return Has("false"u8);
            case (byte)'n':
                return Has("null"u8);
            default:
                return Number();
        }
    }

    bool Object(int depth)
    {
        At++;
        if (Has("}"u8))
            return true;
        ReadOnlySpan<byte> before = default;
        for (var first = true; ; first = false)
        {
            if (!Has("\""u8) || text[At..].IndexOf((byte)'"') is var length && length < 0)
                return false;
            var name = text.Slice(At, length);
            // Of plain ASCII alone the order of bytes is that of UTF-16
            if (name.ContainsAnyExceptInRange((byte)' ', (byte)'~') || name.Contains((byte)'\\') || !first && before.SequenceCompareTo(name) >= 0)
                return false;
            before = name;
            At += length + 1;
            if (!Has(":"u8) || !Value(depth + 1))
                return false;
            if (!Has(","u8))
                return Has("}"u8);
        }
    }

    bool Array(int depth)
    {
        At++;
        if (Has("]"u8))
            return true;
        while (Value(depth + 1))
            if (!Has(","u8))
                return Has("]"u8);
        return false;
    }

    /// <summary>Steps over a text in quotes.</summary>
    public bool String()
    {
        if (!Has("\""u8))
            return false;
        while (true)
        {
            var length = text[At..].IndexOfAny(EndOrSpecial);
            if (length < 0)
                return false;
            At += length;
            if (text[At] == '"')
            {
                At++;
                return true;
            }
            if (!Escape())
                return false;
        }
    }

    /// <summary>The one escape that each character that needs one has.</summary>
    bool Escape()
    {
        var rest = text[At..];
        if (rest.Length < 2 || rest[0] != '\\')
            return false;
        if ("\"\\bfnrt"u8.Contains(rest[1]))
        {
            At += 2;
            return true;
        }
        if (rest.Length < 6 || !rest.StartsWith("\\u00"u8) || rest[4] is not ((byte)'0' or (byte)'1') || !"0123456789abcdef"u8.Contains(rest[5])
            || rest[4] == '0' && "89acd"u8.Contains(rest[5])) // those have a short form
            return false;
        At += 6;
        return true;
    }

    /// <summary>Steps over a whole number without sign, as most are.</summary>
    public bool Whole()
    {
        var length = text[At..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var end ? end : text.Length - At;
        if (length is 0 or > ExactDigits || length > 1 && text[At] == '0')
            return false;
        At += length;
        return true;
    }

    bool Number()
    {
        var start = At;
        if (Whole() && (IsAtEnd || text[At] is not ((byte)'.' or (byte)'e' or (byte)'E')))
            return true;
        At = start;
        var length = text[At..].IndexOfAnyExcept(OfNumbers) is >= 0 and var end ? end : text.Length - At;
        var token = text.Slice(At, length);
        if (!Utf8Parser.TryParse(token, out double value, out var read) || read != length || !double.IsFinite(value) || !token.SequenceEqual(Encoding.ASCII.GetBytes(CanonicalJson.Number(value))))
            return false;
        At += length;
        return true;
    }
}
