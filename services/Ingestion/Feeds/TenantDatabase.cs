using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>Opens transactions that see one district's rows only (<c>eq.tenant</c>, row-level security).</summary>
internal sealed class TenantDatabase(NpgsqlDataSource source)
{
    public NpgsqlDataSource Source { get; } = source;

    public async Task<TenantSession> OpenAsync(string tenant, CancellationToken cancellation)
    {
        var connection = await Source.OpenConnectionAsync(cancellation);
        try
        {
            var session = new TenantSession(connection, await connection.BeginTransactionAsync(cancellation), tenant);
            await session.ExecuteAsync("select set_config('eq.tenant', $1, true)", [tenant], cancellation);
            return session;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}

/// <summary>One transaction of one district. Rolled back unless committed.</summary>
internal sealed class TenantSession(NpgsqlConnection connection, NpgsqlTransaction transaction, string tenant) : IAsyncDisposable
{
    public string Tenant { get; } = tenant;

    /// <summary>A command with positional parameters; <c>null</c> is passed as SQL null, a <see cref="NpgsqlParameter"/> as it is.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> arguments)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
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

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
