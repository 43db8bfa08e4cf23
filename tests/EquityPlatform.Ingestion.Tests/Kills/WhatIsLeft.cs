using System.Text.Json.Nodes;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests.Kills;

/// <summary>What feeds left in a database, without what is random: two runs of one story leave the same.</summary>
internal static class WhatIsLeft
{
    static readonly string[] Random = ["studentKey", "personKey", "salt", "receivedAt", "sealed", "change", "before", "staffKey", "baseAddress"];

    public static async Task ShouldBeTheSameAsync(string database, string expected)
    {
        Compare(await EventsAsync(database), await EventsAsync(expected));
        Compare(await StateAsync(database), await StateAsync(expected));

        static void Compare(List<string> actual, List<string> wanted)
        {
            wanted.ShouldNotBeEmpty();
            var (more, less) = (actual.ToList(), wanted.ToList());
            more.RemoveAll(less.Remove);
            more.Concat(less.Select(l => $"missing: {l}")).Take(20).ShouldBeEmpty();
        }
    }

    /// <summary>Type, row, reason and data of every event of <see cref="IngestionHost.Tenant"/>, sorted. Feeds are named by their order.</summary>
    public static async Task<List<string>> EventsAsync(string database, string? tenant = null) => await LinesAsync(database, tenant, """
        select concat_ws(' ', type, headers->'source'->>'file', headers->'source'->>'row', headers->>'reason'), data from ingestion.mt_events where tenant_id = $1
        """);

    /// <summary>What the service keeps of feeds, records and rows that were set aside, sorted.</summary>
    public static async Task<List<string>> StateAsync(string database, string? tenant = null) =>
    [
        .. await LinesAsync(database, tenant, "select concat_ws(' ', 'record', source, kind, file, row_no, removed, record_id, school, year, day, ends, program, feed_id), null from ingestion.record where tenant_id = $1"),
        .. await LinesAsync(database, tenant, "select concat_ws(' ', 'feed', feed_id, state, code, decision->>'step', counts), null from ingestion.feed where tenant_id = $1"),
        .. await LinesAsync(database, tenant, "select concat_ws(' ', 'aside', feed_id, file, row_no, state, code, column_name), null from ingestion.set_aside where tenant_id = $1"),
        .. await LinesAsync(database, tenant, "select concat_ws(' ', 'finding', feed_id, n, file, row_no, column_name, code), null from ingestion.feed_issue where tenant_id = $1"),
        .. await LinesAsync(database, tenant, "select concat_ws(' ', 'person', source, role, stands_for is not null), null from ingestion.person where tenant_id = $1"),
        .. await LinesAsync(database, tenant, "select concat_ws(' ', 'waits', feed_id), null from ingestion.feed_queue where tenant_id = $1"),
    ];

    static async Task<List<string>> LinesAsync(string database, string? tenant, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var feeds = new List<string>();
        await using (var command = source.CreateCommand("select feed_id::text from ingestion.feed where tenant_id = $1 order by seq"))
        {
            command.Parameters.Add(new() { Value = tenant ?? IngestionHost.Tenant });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                feeds.Add(reader.GetString(0));
        }
        var lines = new List<string>();
        await using (var command = source.CreateCommand(sql))
        {
            command.Parameters.Add(new() { Value = tenant ?? IngestionHost.Tenant });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                lines.Add($"{reader.GetString(0)} {(reader.IsDBNull(1) ? "" : Plain(reader.GetString(1)))}");
        }
        for (var n = 0; n < feeds.Count; n++)
            for (var i = 0; i < lines.Count; i++)
                lines[i] = lines[i].Replace(feeds[n], $"feed-{n}", StringComparison.Ordinal);
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    static string Plain(string json)
    {
        var data = JsonNode.Parse(json)!.AsObject();
        foreach (var random in Random)
            data.Remove(random);
        return data.ToJsonString();
    }
}
