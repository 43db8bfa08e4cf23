using System.Globalization;
using System.Text;
using EquityPlatform.Ingestion.Feeds;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Records;

/// <summary>
/// The statement that writes the state of many records at once. What differs from record to record goes to the server as arrays; what all of them have alike, which is half of the columns of a
/// batch, as one value: the server pays for every array by the row.
/// </summary>
internal static class RecordRows
{
    static readonly Column[] Columns =
    [
        // Never the same in all
        new("key", news => TenantSession.Typed(Array.ConvertAll(news, n => n.Key), NpgsqlDbType.Array | NpgsqlDbType.Uuid), _ => null),
        Of("kind", NpgsqlDbType.Smallint, n => (short)n.Kind),
        Of("hash", NpgsqlDbType.Uuid, n => n.State.Hash),
        Of("owner", NpgsqlDbType.Uuid, n => n.State.Owner),
        Of("feed_id", NpgsqlDbType.Uuid, n => n.State.Feed),
        Of("file", NpgsqlDbType.Text, n => n.State.File),
        Of("row_no", NpgsqlDbType.Integer, n => n.State.Row),
        Of("memory", NpgsqlDbType.Jsonb, n => n.State.Memory),
        Of("record_id", NpgsqlDbType.Text, n => n.State.Facts.RecordId),
        Of("school", NpgsqlDbType.Text, n => n.State.Facts.School),
        Of("year", NpgsqlDbType.Smallint, n => (short?)n.State.Facts.Year),
        Of("day", NpgsqlDbType.Date, n => n.State.Facts.Day),
        Of("ends", NpgsqlDbType.Date, n => n.State.Facts.Ends),
        Of("program", NpgsqlDbType.Text, n => n.State.Facts.Program),
        Of("stream", NpgsqlDbType.Text, n => n.State.Stream),
        Of("modified", NpgsqlDbType.TimestampTz, n => n.State.Modified?.UtcDateTime),
        Of("removed", NpgsqlDbType.Boolean, n => n.State.Removed),
        Of("mark", NpgsqlDbType.Bigint, n => n.State.Mark),
    ];

    static readonly string Update = string.Join(", ", Columns.Where(c => c.Name is not ("key" or "kind")).Select(c => $"{c.Name} = excluded.{c.Name}"));

    /// <param name="All">Its values as an array.</param>
    /// <param name="Same">Its value, if it is the same in all; null if not.</param>
    sealed record Column(string Name, Func<News[], NpgsqlParameter> All, Func<News[], NpgsqlParameter?> Same);

    static Column Of<T>(string name, NpgsqlDbType type, Func<News, T> value) => new(name,
        news => TenantSession.Typed(Array.ConvertAll(news, n => value(n)), NpgsqlDbType.Array | type),
        news => value(news[0]) is var first && Array.TrueForAll(news, n => EqualityComparer<T>.Default.Equals(value(n), first)) ? TenantSession.Typed(first, type) : null);

    /// <summary>Inserts the records.</summary>
    /// <param name="replace">Those that are there are replaced; otherwise one that is there refuses all.</param>
    public static Task WriteAsync(TenantSession session, Keyed keyed, News[] news, bool replace, CancellationToken cancellation)
    {
        List<object?> arguments = [keyed.Tenant, keyed.Source];
        var (values, arrays, differing) = (new StringBuilder(), new List<string>(), new List<string>());
        foreach (var column in Columns)
        {
            var same = column.Same(news);
            arguments.Add(same ?? column.All(news));
            var number = string.Create(CultureInfo.InvariantCulture, $"${arguments.Count}");
            values.Append(", ").Append(same is null ? $"x.{column.Name}" : number);
            if (same is not null)
                continue;
            arrays.Add(number);
            differing.Add(column.Name);
        }
        return session.ExecuteAsync($"""
            insert into record (tenant_id, source, {string.Join(", ", Columns.Select(c => c.Name))})
            select $1, $2{values} from unnest({string.Join(", ", arrays)}) as x({string.Join(", ", differing)})
            {(replace ? $"on conflict (tenant_id, source, kind, key) do update set {Update}" : "")}
            """, [.. arguments], cancellation);
    }
}
