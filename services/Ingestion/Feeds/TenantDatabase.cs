using EquityPlatform.EventSourcing;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>Opens transactions that see one district's rows only (<c>eq.tenant</c>, row-level security).</summary>
internal sealed class TenantDatabase(NpgsqlDataSource source)
{
    public NpgsqlDataSource Source { get; } = source;

    public async Task<TenantSession> OpenAsync(string tenant, CancellationToken cancellation) =>
        new(await TenantTransaction.BeginAsync(Source, tenant, cancellation));
}

/// <summary>One transaction of one district. Rolled back unless committed.</summary>
internal sealed class TenantSession(TenantTransaction transaction) : IAsyncDisposable
{
    public string Tenant => transaction.Tenant;

    /// <summary>A command with positional parameters; <c>null</c> is passed as SQL null, a <see cref="NpgsqlParameter"/> as it is.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> arguments)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection);
        foreach (var argument in arguments)
            command.Parameters.Add(argument as NpgsqlParameter ?? new NpgsqlParameter { Value = argument ?? DBNull.Value });
        return command;
    }

    public static NpgsqlParameter Json(string? json) => new() { Value = (object?)json ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb };

    public static NpgsqlParameter Typed(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    public async Task<int> ExecuteAsync(string sql, object?[] arguments, CancellationToken cancellation)
    {
        await using var command = Command(sql, arguments);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    public Task CommitAsync(CancellationToken cancellation) => transaction.CommitAsync(cancellation);

    public ValueTask DisposeAsync() => transaction.DisposeAsync();
}
