using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Ingestion.Packages;
using Npgsql;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A part as it lies in storage.</summary>
/// <param name="Mappings">Revision of the source's mappings under which it was received.</param>
/// <param name="Segments">Of an upload that came in pieces: which request wrote which chunks.</param>
internal sealed record StoredPart(string Name, long Bytes, int Chunks, string Sha256, long Mappings = 0, IReadOnlyList<Segment>? Segments = null);

/// <summary>Chunks from <paramref name="First"/> on were written under this part's number.</summary>
internal readonly record struct Segment(int Part, int First);

/// <summary>
/// Uploaded bytes in durable storage while and shortly after they are needed: in chunks, each sealed with AES-256-GCM under a
/// random key of the upload's own, which the master key wraps. Chunk numbers are nonces and the upload is bound to each
/// chunk, so chunks cannot be swapped, repeated or left out.
/// </summary>
internal sealed class UploadVault(TenantDatabase database, MasterKeys masters, TimeProvider clock)
{
    internal const int ChunkBytes = 1 << 20;
    internal const int TagLength = 16;

    public async Task<(Guid Upload, byte[] Key)> BeginAsync(string tenant, CancellationToken cancellation)
    {
        var upload = Guid.CreateVersion7(clock.GetUtcNow());
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync("insert into feed_upload (tenant_id, upload_id, stored_at) values ($1, $2, $3)", [tenant, upload, clock.GetUtcNow()], cancellation);
        await session.CommitAsync(cancellation);
        return (upload, RandomNumberGenerator.GetBytes(32));
    }

    /// <summary>The upload's key, wrapped, behind the id of the master key that opens it.</summary>
    public byte[] Wrap(byte[] key, Guid upload) => [.. Encoding.ASCII.GetBytes(masters.Current), .. masters.Wrap(key, Context(upload))];

    internal byte[] Unwrap(byte[] wrapped, Guid upload)
    {
        var idLength = masters.Current.Length;
        return masters.Unwrap(Encoding.ASCII.GetString(wrapped, 0, idLength), wrapped.AsSpan(idLength), Context(upload));
    }

    static string Context(Guid upload) => $"equity/upload-key/v1\n{upload:N}";

    /// <summary>Streams a part into storage; never holds more than a chunk of it.</summary>
    /// <exception cref="UploadTooLargeException">More than <paramref name="atMost"/> bytes came.</exception>
    public async Task<StoredPart> WriteAsync(string tenant, Guid upload, byte[] key, int part, string name, Stream source, long atMost, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var aes = new AesGcm(key, TagLength);
        var buffer = new byte[ChunkBytes];
        long bytes = 0;
        var n = 0;
        int read;
        while ((read = await source.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, cancellation)) > 0)
        {
            bytes += read;
            if (bytes > atMost)
                throw new UploadTooLargeException();
            hash.AppendData(buffer, 0, read);
            await using var session = await database.OpenAsync(tenant, cancellation);
            await session.ExecuteAsync("insert into feed_chunk (tenant_id, upload_id, part, n, data) values ($1, $2, $3, $4, $5)", [tenant, upload, part, n, Seal(aes, upload, part, n, buffer.AsSpan(0, read))], cancellation);
            await session.CommitAsync(cancellation);
            FaultPoint.Reached("upload.chunk", name);
            n++;
        }
        return new(name, bytes, n, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>A chunk as it is stored: cipher text and tag.</summary>
    internal static byte[] Seal(AesGcm aes, Guid upload, int part, int n, ReadOnlySpan<byte> plain)
    {
        var sealedChunk = new byte[plain.Length + TagLength];
        aes.Encrypt(Nonce(part, n), plain, sealedChunk.AsSpan(0, plain.Length), sealedChunk.AsSpan(plain.Length), upload.ToByteArray());
        return sealedChunk;
    }

    /// <summary>The parts of an upload, to be read where they lie.</summary>
    /// <exception cref="InvalidDataException">A chunk is missing.</exception>
    public async Task<IReadOnlyList<UploadPart>> ReadAsync(string tenant, Guid upload, byte[] wrappedKey, IReadOnlyList<StoredPart> parts, CancellationToken cancellation)
    {
        await using (var session = await database.OpenAsync(tenant, cancellation))
        await using (var command = session.Command("select count(*) from feed_chunk where tenant_id = $1 and upload_id = $2", tenant, upload))
            if ((long)(await command.ExecuteScalarAsync(cancellation))! != parts.Sum(p => (long)p.Chunks))
                throw new InvalidDataException("The stored upload is not complete.");
        return [.. parts.Select((part, n) => new UploadPart(part.Name, () => OpenPart(tenant, upload, wrappedKey, n, part)))];
    }

    /// <summary>One part by its number, as a seekable stream that decrypts chunk by chunk.</summary>
    public Stream OpenPart(string tenant, Guid upload, byte[] wrappedKey, int number, StoredPart part) => new VaultStream(database.Source, tenant, upload, Unwrap(wrappedKey, upload), part.Segments ?? [new(number, 0)], part.Bytes);

    public async Task DeleteAsync(string tenant, Guid upload, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync("delete from feed_chunk where tenant_id = $1 and upload_id = $2", [tenant, upload], cancellation);
        await session.ExecuteAsync("update feed set wrapped_key = null where tenant_id = $1 and upload_id = $2", [tenant, upload], cancellation);
        await session.ExecuteAsync("delete from feed_upload where tenant_id = $1 and upload_id = $2", [tenant, upload], cancellation);
        await session.ExecuteAsync("delete from open_upload where tenant_id = $1 and upload_id = $2", [tenant, upload], cancellation);
        await session.CommitAsync(cancellation);
    }

    /// <summary>Deletes bytes and keys of uploads that are older than the retention and that no waiting feed needs, also those that were cut off.</summary>
    public async Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var old = new List<(string Tenant, Guid Upload)>();
        await using (var command = database.Source.CreateCommand("select tenant_id, upload_id from feed_upload where stored_at < $1 order by stored_at limit 100"))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = before });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                old.Add((reader.GetString(0), reader.GetGuid(1)));
        }
        var swept = 0;
        foreach (var (tenant, upload) in old)
        {
            await using (var session = await database.OpenAsync(tenant, cancellation))
            await using (var needed = session.Command("select exists (select from feed where tenant_id = $1 and upload_id = $2 and state not in ('applied', 'rejected'))", tenant, upload))
                if (await needed.ExecuteScalarAsync(cancellation) is true)
                    continue;
            await DeleteAsync(tenant, upload, cancellation);
            swept++;
        }
        return swept;
    }

    internal static byte[] Nonce(int part, int n)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(nonce, part);
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(4), n);
        return nonce;
    }
}

/// <summary>The upload is larger than the service takes.</summary>
internal sealed class UploadTooLargeException() : Exception("The upload is too large.");
