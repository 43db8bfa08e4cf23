using EquityPlatform.Ingestion.Packages;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>Text in which quotes escaped by a backslash are doubled instead, and a backslash before a closing quote stands alone.</summary>
internal sealed class RepairedQuotes(Stream inner) : ForwardStream
{
    readonly BufferedStream source = new(inner);
    int next = -2, second;

    public override int Read(Span<byte> buffer)
    {
        if (next == -2)
            (next, second) = (source.ReadByte(), source.ReadByte());
        var n = 0;
        while (n < buffer.Length && next >= 0)
        {
            var b = Take();
            if (b == '\\' && next == '"')
                b = '"';
            else if (b == '\\' && next == '\\' && second == '"')
                Take();
            buffer[n++] = (byte)b;
        }
        return n;
    }

    int Take()
    {
        var taken = next;
        (next, second) = (second, source.ReadByte());
        return taken;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
