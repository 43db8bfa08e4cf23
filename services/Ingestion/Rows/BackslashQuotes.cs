using EquityPlatform.Ingestion.Packages;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>
/// Text of a source that says it writes quotation marks with a backslash: inside quoted fields <c>\"</c> becomes a doubled mark and <c>\\</c> one backslash, whatever lines the field runs
/// over; a backslash before anything else, and outside quoted fields, is text. Nothing is guessed, so nothing is told of.
/// </summary>
internal sealed class BackslashQuotes(Stream inner, byte separator) : ForwardStream
{
    const byte Quote = (byte)'"', Escape = (byte)'\\', Return = (byte)'\r', Line = (byte)'\n';

    enum At : byte
    {
        FieldStart,
        Plain,
        Quoted,

        /// <summary>Behind a mark in a quoted field: another one goes on with it.</summary>
        Closed,
    }

    readonly byte[] source = new byte[1 << 16];
    int from, to;
    bool ended, owed;
    At at;

    public override int Read(Span<byte> buffer)
    {
        var n = 0;
        while (n < buffer.Length && (owed || from < to || Fill()))
        {
            if (owed)
            {
                (buffer[n++], owed) = (Quote, false);
                continue;
            }
            var rest = source.AsSpan(from, to - from);
            var run = at switch
            {
                At.Quoted => rest.IndexOfAny(Quote, Escape),
                At.Plain => rest.IndexOfAny(separator, Return, Line),
                _ => 0,
            };
            if (run != 0)
            {
                run = Math.Min(run < 0 ? rest.Length : run, buffer.Length - n);
                rest[..run].CopyTo(buffer[n..]);
                (from, n) = (from + run, n + run);
                continue;
            }
            if (at == At.Quoted && rest[0] == Escape && (rest.Length > 1 || Fill()) && source[from + 1] is (Quote or Escape))
            {
                (buffer[n++], owed) = (source[from + 1], source[from + 1] == Quote);
                from += 2;
                continue;
            }
            var b = source[from++];
            (buffer[n++], at) = (b, After(b));
        }
        return n;
    }

    At After(byte b) => at switch
    {
        At.Quoted => b == Quote ? At.Closed : At.Quoted,
        At.Closed when b == Quote => At.Quoted,
        At.FieldStart when b == Quote => At.Quoted,
        _ => b == separator || b is Return or Line ? At.FieldStart : At.Plain,
    };

    /// <summary>Reads on behind what is left; false at the end.</summary>
    bool Fill()
    {
        if (ended)
            return false;
        source.AsSpan(from, to - from).CopyTo(source);
        (from, to) = (0, to - from);
        var read = inner.Read(source, to, source.Length - to);
        to += read;
        ended = read == 0;
        return !ended;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
