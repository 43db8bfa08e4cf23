using System.Text;
using EquityPlatform.Contracts.Bus;
using Npgsql;

namespace EquityPlatform.Indicators.Facts;

/// <summary>
/// Writes a batch of records of one kind with one statement, however many they are: arrays go to the server, the newest of each key stays.
/// A record that arrives again changes nothing.
/// </summary>
/// <param name="key">Names of the key columns, after <c>tenant_id</c>.</param>
internal sealed class FactTable<T>(string name, params string[] key)
{
    readonly List<Column> columns = [];
    string? sql;

    public FactTable<T> Text(string column, Func<T, string?> value) => Add(column, "text", value);

    public FactTable<T> Json(string column, Func<T, string?> value) => Add(column, "jsonb", value);

    public FactTable<T> Int(string column, Func<T, int?> value) => Add(column, "int", value);

    public FactTable<T> Date(string column, Func<T, DateOnly?> value) => Add(column, "date", value, record => value(record)?.DayNumber);

    public FactTable<T> Bool(string column, Func<T, bool?> value) => Add(column, "boolean", value);

    public async Task WriteAsync(NpgsqlConnection connection, string tenant, IReadOnlyList<(T Record, PublishedEvent Event)> facts, CancellationToken cancellation)
    {
        if (facts.Count == 0)
            return;
        var newest = NewestOfEachKey(facts);
        await using var command = new NpgsqlCommand(sql ??= Sql(), connection);
        command.Parameters.AddWithValue(tenant);
        foreach (var column in columns)
            command.Parameters.AddWithValue(column.Array(newest));
        command.Parameters.AddWithValue(newest.ConvertAll(fact => fact.Event.Seq).ToArray());
        command.Parameters.AddWithValue(newest.ConvertAll(fact => fact.Event.Origin?.Feed).ToArray());
        command.Parameters.AddWithValue(newest.ConvertAll(fact => fact.Event.Origin?.File).ToArray());
        command.Parameters.AddWithValue(newest.ConvertAll(fact => fact.Event.Origin?.Row).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    FactTable<T> Add<TValue>(string column, string type, Func<T, TValue> value, Func<T, object?>? key = null)
    {
        columns.Add(new(column, type, key ?? (record => value(record)), facts => facts.ConvertAll(fact => value(fact.Record)).ToArray()));
        return this;
    }

    List<(T Record, PublishedEvent Event)> NewestOfEachKey(IReadOnlyList<(T Record, PublishedEvent Event)> facts)
    {
        var keys = key.Select(name => columns.Single(column => column.Name == name).Key).ToArray();
        var newest = new Dictionary<string, (T, PublishedEvent)>(facts.Count, StringComparer.Ordinal);
        foreach (var fact in facts)
            newest[string.Join('\u001f', keys.Select(value => value(fact.Record)))] = fact;
        return [.. newest.Values];
    }

    string Sql()
    {
        string[] all = [.. columns.Select(column => column.Name), "seq", "feed", "file", "row"];
        string[] types = [.. columns.Select(column => column.Type), "bigint", "uuid", "text", "int"];
        // Texts travel as text and become jsonb on the server
        var arrays = string.Join(", ", types.Select((type, i) => $"${i + 2}::{(type == "jsonb" ? "text" : type)}[]"));
        var values = string.Join(", ", all.Select((column, i) => types[i] == "jsonb" ? $"f.{column}::jsonb" : $"f.{column}"));
        return new StringBuilder($"insert into {name} as t (tenant_id, {string.Join(", ", all)}) select $1, {values} from unnest({arrays}) as f ({string.Join(", ", all)}) ")
            .Append("on conflict (tenant_id, ").AppendJoin(", ", key).Append(") do update set ")
            .AppendJoin(", ", all.Except(key).Select(column => $"{column} = excluded.{column}"))
            .Append(" where excluded.seq > t.seq").ToString();
    }

    sealed record Column(string Name, string Type, Func<T, object?> Key, Func<List<(T Record, PublishedEvent Event)>, object> Array);
}
