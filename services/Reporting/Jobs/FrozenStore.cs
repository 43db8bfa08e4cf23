using System.Text.Json;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Reporting.Files;
using Npgsql;

namespace EquityPlatform.Reporting.Jobs;

/// <summary>Keeps what was frozen, byte for byte, in one transaction: all of a release or nothing.</summary>
internal sealed class FrozenStore(NpgsqlDataSource database)
{
    /// <summary>Stores files, receipts and manifest. What an earlier run stored stays; its manifest is answered.</summary>
    public async Task<ReleaseManifest> KeepAsync(string tenant, Guid releaseId, FrozenRelease frozen, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        var connection = transaction.Connection;
        await using (var locking = new NpgsqlCommand("select manifest from release where tenant_id = $1 and release_id = $2 for update", connection) { Parameters = { new() { Value = tenant }, new() { Value = releaseId } } })
            if (await locking.ExecuteScalarAsync(cancellation) is string earlier)
                return JsonSerializer.Deserialize<ReleaseManifest>(earlier, EventTypes.Json) ?? throw new JsonException("The stored manifest is empty.");
        foreach (var file in frozen.Files)
            await KeepFileAsync(connection, tenant, releaseId, file, cancellation);
        await KeepReceiptsAsync(connection, tenant, releaseId, [.. frozen.Data.Cells.Where(c => c.Receipt is not null)], cancellation);
        await using (var manifest = new NpgsqlCommand("update release set manifest = $3, progress = 90 where tenant_id = $1 and release_id = $2", connection))
        {
            manifest.Parameters.Add(new() { Value = tenant });
            manifest.Parameters.Add(new() { Value = releaseId });
            manifest.Parameters.Add(new() { Value = JsonSerializer.Serialize(frozen.Manifest, EventTypes.Json) });
            await manifest.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return frozen.Manifest;
    }

    static async Task KeepFileAsync(NpgsqlConnection connection, string tenant, Guid releaseId, FrozenFile file, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("insert into release_file (tenant_id, release_id, name, media_type, sha256, content) values ($1, $2, $3, $4, $5, $6)", connection);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = releaseId });
        command.Parameters.Add(new() { Value = file.Name });
        command.Parameters.Add(new() { Value = file.MediaType });
        command.Parameters.Add(new() { Value = file.Describe().Sha256 });
        command.Parameters.Add(new() { Value = file.Content });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    static async Task KeepReceiptsAsync(NpgsqlConnection connection, string tenant, Guid releaseId, IReadOnlyList<ReleasedCell> cells, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            with cell as (
              select * from unnest($3::varchar[], $4::varchar[], $5::varchar[], $6::varchar[], $7::varchar[]) as cell(code, indicator, school, dimension, student_group)),
            named as (insert into public_id (id, tenant_id) select code, $1 from cell)
            insert into release_receipt (tenant_id, release_id, code, indicator, school, dimension, student_group)
            select $1, $2, code, indicator, school, dimension, student_group from cell
            """, connection);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = releaseId });
        command.Parameters.Add(new() { Value = cells.Select(c => c.Receipt ?? "").ToArray() });
        command.Parameters.Add(new() { Value = cells.Select(c => c.Indicator).ToArray() });
        command.Parameters.Add(new() { Value = cells.Select(c => c.School).ToArray() });
        command.Parameters.Add(new() { Value = cells.Select(c => c.Dimension).ToArray() });
        command.Parameters.Add(new() { Value = cells.Select(c => c.Group).ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
