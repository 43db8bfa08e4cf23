using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>A rebuild as operators see it.</summary>
/// <param name="State"><c>building</c>, <c>switched</c> or <c>aborted</c>.</param>
/// <param name="Percent">Of the source's events, 0 to 100.</param>
/// <param name="UpdatedAt">A rebuild that is <c>building</c> and has not been heard of for long was killed; the same verb resumes it.</param>
public sealed record RebuildState(string Name, string State, int Percent, long Events, int EventsPerSecond, DateTimeOffset StartedAt, DateTimeOffset UpdatedAt);

/// <summary>Rows of <c>eq_rebuild</c>: no tenant's content, so without row-level security.</summary>
public static class RebuildStatus
{
    public const string Building = "building";
    public const string Switched = "switched";
    public const string Aborted = "aborted";

    /// <summary>Every rebuild that was ever begun, newest first.</summary>
    public static async Task<IReadOnlyList<RebuildState>> ListAsync(NpgsqlDataSource database, string schema, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select name, state, percent, events, rate, started_at, updated_at from {EventLogSchema.Quoted(schema)}.eq_rebuild order by started_at desc");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var states = new List<RebuildState>();
        while (await reader.ReadAsync(cancellation))
            states.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetInt32(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset>(6)));
        return states;
    }

    /// <summary>Begins, or goes on with what an earlier process began.</summary>
    internal static NpgsqlBatchCommand Begin(string schema, string name) => new($"""
        insert into {EventLogSchema.Quoted(schema)}.eq_rebuild as r (name, state, percent, events, rate, started_at, updated_at) values ($1, '{Building}', 0, 0, 0, clock_timestamp(), clock_timestamp())
        on conflict (name) do update set state = '{Building}', updated_at = excluded.updated_at,
          started_at = case r.state when '{Building}' then r.started_at else excluded.started_at end,
          percent = case r.state when '{Building}' then r.percent else 0 end, events = case r.state when '{Building}' then r.events else 0 end, rate = 0
        """) { Parameters = { new() { Value = name } } };

    internal static NpgsqlBatchCommand Move(string schema, string name, int percent, int events, int rate) => new($"""
        update {EventLogSchema.Quoted(schema)}.eq_rebuild set percent = $2, events = events + $3, rate = $4, updated_at = clock_timestamp() where name = $1
        """) { Parameters = { new() { Value = name }, new() { Value = percent }, new() { Value = events }, new() { Value = rate } } };

    internal static NpgsqlBatchCommand End(string schema, string name, string state) => new($"""
        update {EventLogSchema.Quoted(schema)}.eq_rebuild set state = $2, percent = case $2 when '{Switched}' then 100 else percent end, updated_at = clock_timestamp() where name = $1
        """) { Parameters = { new() { Value = name }, new() { Value = state } } };
}
