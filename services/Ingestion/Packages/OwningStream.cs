namespace EquityPlatform.Ingestion.Packages;

/// <summary>A stream that closes what it was opened from.</summary>
internal sealed class OwningStream(Stream inner, IDisposable owned) : ForwardStream
{
    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            owned.Dispose();
        }
        base.Dispose(disposing);
    }
}
