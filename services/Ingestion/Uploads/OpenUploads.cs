using System.Security.Cryptography;
using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Ingestion.Feeds;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Uploads;

/// <summary>An upload that is not complete.</summary>
/// <param name="Writer">Number of the request that may write.</param>
internal sealed record UnfinishedUpload(Guid Id, string Source, Guid? FeedId, string Name, long Bytes, string Sha256, long Mappings, byte[] WrappedKey, long Received, int Writer, IReadOnlyList<Segment> Segments)
{
    public StoredPart Part => new(Name, Bytes, (int)((Bytes + UploadVault.ChunkBytes - 1) / UploadVault.ChunkBytes), Sha256, Mappings, Segments);
}

/// <summary>
/// Rows of the table <c>open_upload</c>. Whole chunks are stored as they come, each in a transaction with how far the upload is: whatever is cut off or dies, the next request goes
/// on behind the last whole chunk. Of two requests that write, the later one counts.
/// </summary>
internal sealed class OpenUploads(TenantDatabase database, UploadVault vault, TimeProvider clock)
{
    const string Columns = "upload_id, source, feed_id, name, bytes, encode(sha256, 'hex'), mappings, wrapped_key, received, writer, segments";

    /// <summary>The upload that was begun for the same file, or a new one; null if too many are open.</summary>
    public async Task<UnfinishedUpload?> BeginAsync(string tenant, string source, Guid? feedId, string name, long bytes, string sha256, long mappings, string by, int atMost, CancellationToken cancellation)
    {
        await using (var session = await database.OpenAsync(tenant, cancellation))
        {
            await using (var command = session.Command($"select {Columns} from open_upload where tenant_id = $1 and source = $2 and name = $3 and bytes = $4 and sha256 = decode($5, 'hex') and feed_id is not distinct from $6 and mappings = $7",
                tenant, source, name, bytes, sha256, TenantSession.Typed(feedId, NpgsqlDbType.Uuid), mappings))
                if (await ReadAsync(command, cancellation) is { } open)
                    return open;
            await using var count = session.Command("select count(*) from open_upload where tenant_id = $1", tenant);
            if ((long)(await count.ExecuteScalarAsync(cancellation))! >= atMost)
                return null;
        }
        var (upload, key) = await vault.BeginAsync(tenant, cancellation);
        await using var adding = await database.OpenAsync(tenant, cancellation);
        await adding.ExecuteAsync("""
            insert into open_upload (tenant_id, upload_id, source, feed_id, name, bytes, sha256, mappings, wrapped_key, begun_at, begun_by) values ($1, $2, $3, $4, $5, $6, decode($7, 'hex'), $8, $9, $10, $11)
            """, [tenant, upload, source, TenantSession.Typed(feedId, NpgsqlDbType.Uuid), name, bytes, sha256, mappings, vault.Wrap(key, upload), clock.GetUtcNow(), by], cancellation);
        await adding.CommitAsync(cancellation);
        return await FindAsync(tenant, upload, cancellation);
    }

    public async Task<UnfinishedUpload?> FindAsync(string tenant, Guid upload, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command($"select {Columns} from open_upload where tenant_id = $1 and upload_id = $2", tenant, upload);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>Makes this request the one that writes. Null if the upload does not stand at <paramref name="offset"/>.</summary>
    public async Task<UnfinishedUpload?> TakeAsync(string tenant, Guid upload, long offset, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        UnfinishedUpload? taken;
        await using (var command = session.Command($"update open_upload set writer = writer + 1 where tenant_id = $1 and upload_id = $2 and received = $3 returning {Columns}", tenant, upload, offset))
            taken = await ReadAsync(command, cancellation);
        // Its time begins anew: only what nobody continues is swept away
        await session.ExecuteAsync("update feed_upload set stored_at = $3 where tenant_id = $1 and upload_id = $2", [tenant, upload, clock.GetUtcNow()], cancellation);
        await session.CommitAsync(cancellation);
        return taken;
    }

    /// <summary>Stores the whole chunks that come; returns how far the upload is then. What follows the last whole chunk is stored only if it is the file's end.</summary>
    /// <exception cref="UploadTooLargeException">More came than the file was said to have.</exception>
    /// <exception cref="UploadTakenOverException">Another request writes now.</exception>
    public async Task<long> WriteAsync(string tenant, UnfinishedUpload upload, Stream source, CancellationToken cancellation)
    {
        using var aes = new AesGcm(vault.Unwrap(upload.WrappedKey, upload.Id), UploadVault.TagLength);
        var (buffer, received) = (new byte[UploadVault.ChunkBytes], upload.Received);
        var segments = JsonSerializer.Serialize<IReadOnlyList<Segment>>([.. upload.Segments, new(upload.Writer, (int)(received / UploadVault.ChunkBytes))], EventTypes.Json);
        int read;
        while ((read = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation)) > 0)
        {
            if (received + read > upload.Bytes)
                throw new UploadTooLargeException();
            if (read < buffer.Length && received + read < upload.Bytes)
                break;
            var n = (int)(received / UploadVault.ChunkBytes);
            await using var session = await database.OpenAsync(tenant, cancellation);
            if (await session.ExecuteAsync("update open_upload set received = received + $4, segments = $5 where tenant_id = $1 and upload_id = $2 and writer = $3",
                [tenant, upload.Id, upload.Writer, (long)read, TenantSession.Json(segments)], cancellation) == 0)
                throw new UploadTakenOverException();
            await session.ExecuteAsync("insert into feed_chunk (tenant_id, upload_id, part, n, data) values ($1, $2, $3, $4, $5)",
                [tenant, upload.Id, upload.Writer, n, UploadVault.Seal(aes, upload.Id, upload.Writer, n, buffer.AsSpan(0, read))], cancellation);
            await session.CommitAsync(cancellation);
            received += read;
            FaultPoint.Reached("upload.piece");
        }
        return received;
    }

    /// <summary>Whether the stored bytes are those that were announced.</summary>
    public async Task<bool> IsWholeAsync(string tenant, UnfinishedUpload upload, CancellationToken cancellation)
    {
        await using var stored = vault.OpenPart(tenant, upload.Id, upload.WrappedKey, 0, upload.Part);
        return Convert.ToHexStringLower(await Task.Run(() => SHA256.HashData(stored), cancellation)) == upload.Sha256;
    }

    static async Task<UnfinishedUpload?> ReadAsync(Npgsql.NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new(reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetGuid(2), reader.GetString(3), reader.GetInt64(4), reader.GetString(5), reader.GetInt64(6), reader.GetFieldValue<byte[]>(7),
                reader.GetInt64(8), reader.GetInt32(9), JsonSerializer.Deserialize<List<Segment>>(reader.GetString(10), EventTypes.Json) ?? [])
            : null;
    }
}

/// <summary>Another request writes the upload now.</summary>
internal sealed class UploadTakenOverException() : Exception("Another request writes this upload now.");
