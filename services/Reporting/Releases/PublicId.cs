using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.Reporting.Releases;

/// <summary>Reads for a visitor who names no district, but an id that the public may use: of a release, or a receipt's code.</summary>
internal static class PublicId
{
    /// <summary>A statement under the tenant to whom the id belongs, or under none; read it by <see cref="TenantTransaction.ReadAsync"/>.</summary>
    public static NpgsqlBatch Batch(NpgsqlDataSource database, string id, NpgsqlBatchCommand command)
    {
        var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("select set_config('eq.tenant', coalesce((select tenant_id from public_id where id = $1), ''), true)") { Parameters = { new() { Value = id } } });
        batch.BatchCommands.Add(command);
        return batch;
    }
}
