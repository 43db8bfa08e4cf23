using EquityPlatform.AuditTool.Merkle;

namespace EquityPlatform.AuditTool.Log;

/// <summary>What a source holds of a log.</summary>
/// <param name="Origin">Name of the log, <c>host/audit/service/tenant</c>.</param>
/// <param name="From">First event that is there.</param>
/// <param name="To">The event after the last that is there.</param>
/// <param name="Size">Size of the last checkpoint, under which everything is proven.</param>
/// <param name="Sealed">False if the sealed bytes were left out.</param>
internal sealed record LogSpan(string Origin, long From, long To, long Size, bool Sealed)
{
    /// <summary>Indexes of events behind the span that are there too: erasures, which explain what cannot be opened in it.</summary>
    public IReadOnlyList<long> Erasures { get; init; } = [];

    /// <summary>Leaves are there in whole bundles.</summary>
    public long FirstLeaf => From - From % TileId.Width;

    public long EndOfLeaves => From == To ? FirstLeaf : Math.Min(Size, (To + TileId.Width - 1) / TileId.Width * TileId.Width);
}

/// <summary>A signed note with the size that its place says it has.</summary>
internal sealed record SignedSize(long Size, string Note);

/// <summary>Where a log is read from: a file, a service, a database. Nothing that it says is believed.</summary>
internal interface ILogSource : IAsyncDisposable
{
    ValueTask<LogSpan> OpenAsync(CancellationToken cancellation);

    /// <summary>Verification keys as the source names them, a line each.</summary>
    ValueTask<string> KeysAsync(CancellationToken cancellation);

    /// <summary>The checkpoint under which all is proven.</summary>
    ValueTask<SignedSize> LastCheckpointAsync(CancellationToken cancellation);

    /// <summary>Checkpoints in rising order; the last is the one under which all is proven.</summary>
    IAsyncEnumerable<SignedSize> CheckpointsAsync(CancellationToken cancellation);

    /// <summary>Hashes of a tile; null if it is missing.</summary>
    ValueTask<byte[]?> TileAsync(TileId id, int width, CancellationToken cancellation);

    /// <summary>Leaves of a bundle, each with its length before it; null if missing. </summary>
    ValueTask<byte[]?> LeavesAsync(long n, int width, CancellationToken cancellation);

    /// <summary>True if the source keeps leaves, so that one that is missing is a fault.</summary>
    bool KeepsLeaves => true;

    /// <summary>Lines of events in order, without their line feeds. Each stands until the next is asked for.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> EventsAsync(CancellationToken cancellation);

    /// <summary>Lines of <see cref="LogSpan.Erasures"/>, in their order.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ErasuresAsync(CancellationToken cancellation) => AsyncEnumerable.Empty<ReadOnlyMemory<byte>>();

    /// <summary>True if each line must be in canonical form, byte by byte.</summary>
    bool IsCanonical => false;
}

/// <summary>A source cannot be read: no such file, no answer, a form that is not known. This says nothing about the log.</summary>
internal sealed class SourceException(string message, Exception? inner = null) : Exception(message, inner);
