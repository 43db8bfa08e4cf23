using System.Security.Cryptography;
using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>
/// A stored part, decrypted while it is read; holds one chunk. Synchronous: it is read by the thread that reads rows. Each chunk is a short transaction of its own.
/// </summary>
internal sealed class VaultStream(NpgsqlDataSource database, string tenant, Guid upload, byte[] key, IReadOnlyList<Segment> segments, long length) : Stream
{
    readonly AesGcm aes = new(key, UploadVault.TagLength);
    byte[] chunk = [];
    int loaded = -1;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (Position >= length || buffer.IsEmpty)
            return 0;
        var (n, at) = ((int)(Position / UploadVault.ChunkBytes), (int)(Position % UploadVault.ChunkBytes));
        if (n != loaded)
            Load(n);
        if (at >= chunk.Length)
            throw new InvalidDataException("The stored upload is not complete.");
        var read = Math.Min(buffer.Length, chunk.Length - at);
        chunk.AsSpan(at, read).CopyTo(buffer);
        Position += read;
        return read;
    }

    void Load(int n)
    {
        var part = segments.Last(s => s.First <= n).Part;
        using var batch = TenantTransaction.Batch(database, tenant, new NpgsqlBatchCommand("select data from feed_chunk where tenant_id = $1 and upload_id = $2 and part = $3 and n = $4")
        {
            Parameters = { new() { Value = tenant }, new() { Value = upload }, new() { Value = part }, new() { Value = n } },
        });
        using var reader = batch.ExecuteReader();
        if (!reader.NextResult() || !reader.Read())
            throw new InvalidDataException("The stored upload is not complete.");
        var data = reader.GetFieldValue<byte[]>(0);
        chunk = new byte[data.Length - UploadVault.TagLength];
        aes.Decrypt(UploadVault.Nonce(part, n), data.AsSpan(0, chunk.Length), data.AsSpan(chunk.Length), chunk, upload.ToByteArray());
        loaded = n;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + (origin == SeekOrigin.Begin ? 0 : origin == SeekOrigin.Current ? Position : length);
    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            aes.Dispose();
        base.Dispose(disposing);
    }
}
