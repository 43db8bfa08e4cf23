using System.Collections.Concurrent;
using System.Text.Json;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Reporting.Files;
using Npgsql;

namespace EquityPlatform.Reporting.Releases;

/// <summary>A stored file with its hash.</summary>
internal sealed record StoredFile(string MediaType, string Sha256, byte[] Content);

/// <summary>Reads published releases; everything that is shown of one comes from its frozen files.</summary>
internal sealed class FrozenReleases(NpgsqlDataSource database, ReleaseTable table)
{
    /// <summary>Parsed releases kept in memory; they never change.</summary>
    const int Kept = 16;
    readonly ConcurrentDictionary<Guid, ReleaseData> parsed = new();

    /// <summary>The release if it is public (and of that district, where one is named).</summary>
    public async Task<ReleaseSummary?> PublishedAsync(Guid releaseId, string? tenant, CancellationToken cancellation) =>
        await table.FindAsync(releaseId, cancellation) is { State: ReleaseState.Published } release && (tenant is null || tenant == release.Tenant) ? release : null;

    public async Task<StoredFile?> FileAsync(Guid releaseId, string name, CancellationToken cancellation)
    {
        await using var batch = PublicId.Batch(database, releaseId.ToString("D"), new NpgsqlBatchCommand("""
            select media_type, sha256, content from release_file join release using (tenant_id, release_id)
            where release_id = $1 and name = $2 and state = 'published'
            """) { Parameters = { new() { Value = releaseId }, new() { Value = name } } });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        return await reader.ReadAsync(cancellation) ? new(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)) : null;
    }

    public async Task<ReleaseData?> DataAsync(Guid releaseId, CancellationToken cancellation)
    {
        if (parsed.TryGetValue(releaseId, out var known))
            return known;
        if (await FileAsync(releaseId, ReleaseFiles.Json, cancellation) is not { } file)
            return null;
        var data = JsonSerializer.Deserialize<ReleaseData>(file.Content, ReleaseFiles.JsonOptions) ?? throw new JsonException("The stored release is empty.");
        if (parsed.Count >= Kept)
            parsed.Clear();
        return parsed[releaseId] = data;
    }
}
