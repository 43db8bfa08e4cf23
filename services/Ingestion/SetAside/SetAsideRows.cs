using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.SetAside;

/// <summary>Rows of the table <c>set_aside</c>: values are sealed with AES-256-GCM under a key of the feed that brought them, bound to their place.</summary>
internal sealed class SetAsideRows(TenantDatabase database, UploadVault vault, TimeProvider clock)
{
    /// <summary>A file that is bad from end to end is mended at its source, not row by row.</summary>
    const int Most = 20_000;
    const int NonceLength = 12;

    /// <summary>Keeps what a feed set aside, in the transaction that ends it: nobody corrects a row that a repeat would set aside anew.</summary>
    public async Task KeepAsync(TenantSession session, FeedRow feed, ValidatedFeed validated, CancellationToken cancellation)
    {
        var codes = Codes(validated);
        if (codes.Count == 0)
            return;
        var key = RandomNumberGenerator.GetBytes(32);
        await session.ExecuteAsync("insert into set_aside_key (tenant_id, feed_id, stored_at, wrapped_key) values ($1, $2, $3, $4)", [session.Tenant, feed.FeedId, clock.GetUtcNow(), vault.Wrap(key, feed.FeedId)], cancellation);
        foreach (var chunk in Found(validated, codes).Take(Most).Chunk(1000))
            await session.ExecuteAsync("""
                insert into set_aside (tenant_id, feed_id, source, spec, file, row_no, state, code, column_name, changes, target_kind, target, data, identifier)
                select $1, $2, $3, * from unnest($4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::boolean[], $11::smallint[], $12::uuid[], $13::bytea[], $14::text[]) on conflict do nothing
                """, [session.Tenant, feed.FeedId, feed.Source, chunk.Select(c => c.Spec).ToArray(), chunk.Select(c => c.Issue.File).ToArray(), chunk.Select(c => c.Issue.Row!.Value).ToArray(),
                    chunk.Select(c => c.Target is null ? "open" : "waiting").ToArray(), chunk.Select(c => c.Issue.Code).ToArray(),
                    TenantSession.Typed(chunk.Select(c => c.Issue.Column).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text), chunk.Select(c => c.Changes).ToArray(),
                    TenantSession.Typed(chunk.Select(c => (short?)c.Target?.Kind).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Smallint), TenantSession.Typed(chunk.Select(c => c.Target?.Key).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid),
                    chunk.Select(c => Seal(key, feed.FeedId, c.Issue.File, c.Issue.Row!.Value, c.Values)).ToArray(),
                    TenantSession.Typed(chunk.Select(c => c.Identifier).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)], cancellation);
    }

    internal static Dictionary<(string, int), RowIssue> Codes(ValidatedFeed validated) => validated.Issues
        .Where(i => i.Row is not null && i.Severity is Severity.Quarantined or Severity.Parked).GroupBy(i => (i.File, i.Row!.Value)).ToDictionary(g => g.Key, g => g.First());

    internal static IEnumerable<(string Spec, RowIssue Issue, bool Changes, (RecordKind Kind, Guid Key)? Target, Dictionary<string, string> Values, string? Identifier)> Found(ValidatedFeed validated, Dictionary<(string, int), RowIssue> codes)
    {
        foreach (var (_, table) in validated.Files)
        {
            if (table is null or SetAsideTable || table.Fates.Of(RowFate.Quarantined) + table.Fates.Of(RowFate.Parked) == 0)
                continue;
            foreach (var row in table.Rows)
                if (row.Fate is RowFate.Quarantined or RowFate.Parked && codes.TryGetValue((table.File, row.Line), out var issue))
                    yield return (table.Spec.Name, issue, table.Completeness == Completeness.Changes, row.Fate == RowFate.Parked ? table.Fates.TargetOf(row.N) : null, ValuesOf(validated, table.Spec, row), validated.IdentifierOf(table));
        }
    }

    /// <summary>What was read of the row, and what another file says that it needs; never anything that looks like a Social Security number.</summary>
    static Dictionary<string, string> ValuesOf(ValidatedFeed validated, FileSpec spec, Row row)
    {
        var values = new Dictionary<string, string>();
        foreach (var (column, value) in validated.BesideRow(spec, row[0]))
            values[column] = value;
        for (var i = 0; i < spec.Columns.Count; i++)
            if (row[i] is { } value && !Field.LooksLikeSsn(value))
                values[spec.Columns[i].Name] = value;
        return values;
    }

    /// <summary>Rows of a source that are read again: corrected ones, and those whose target has come.</summary>
    public async Task<IReadOnlyList<SetAsideRow>> DueAsync(string tenant, string source, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command($"""
            select s.feed_id, spec, file, row_no, changes, target_kind, target, data, wrapped_key, identifier from set_aside s join set_aside_key k using (tenant_id, feed_id)
            where tenant_id = $1 and source = $2 and {Due} order by (select seq from feed f where f.tenant_id = s.tenant_id and f.feed_id = s.feed_id), spec, file, row_no limit {Most}
            """, tenant, source);
        var rows = new List<SetAsideRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (feed, file, row, data) = (reader.GetGuid(0), reader.GetString(2), reader.GetInt32(3), reader.GetFieldValue<byte[]>(7));
            rows.Add(new(feed, reader.GetString(1), file, row, reader.GetBoolean(4), reader.IsDBNull(5) ? null : ((RecordKind)reader.GetInt16(5), reader.GetGuid(6)),
                Open(vault.Unwrap(reader.GetFieldValue<byte[]>(8), feed), feed, file, row, data), data, reader.IsDBNull(9) ? null : reader.GetString(9)));
        }
        return rows;
    }

    const string Due = """
        (state = 'corrected' or (code = 'user.no-role' and exists (select from set_aside o where o.tenant_id = $1 and o.source = $2 and o.spec = 'roles.csv' and o.state = 'corrected')) or (state = 'waiting' and (
          exists (select from record r where r.tenant_id = $1 and r.source = $2 and r.kind = target_kind and r.key = target and not r.removed)
          or (target_kind = 5 and exists (select from person p where p.tenant_id = $1 and p.source = $2 and p.blind = target)))))
        """;

    public static async Task<bool> AnyDueAsync(TenantSession session, string source, CancellationToken cancellation)
    {
        await using var command = session.Command($"select exists (select from set_aside where tenant_id = $1 and source = $2 and {Due})", session.Tenant, source);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>What became of rows that were read again. One that was corrected once more in the meantime is read once more.</summary>
    public static async Task SettleAsync(TenantSession session, ValidatedFeed validated, CancellationToken cancellation)
    {
        var codes = Codes(validated);
        foreach (var table in validated.Files.Select(f => f.Table).OfType<SetAsideTable>())
            foreach (var row in table.Rows)
            {
                var origin = table.Origins[row.N];
                if (row.Fate is not (RowFate.Quarantined or RowFate.Parked))
                {
                    await session.ExecuteAsync("delete from set_aside where tenant_id = $1 and feed_id = $2 and spec = $3 and file = $4 and row_no = $5 and data = $6", [session.Tenant, origin.Feed, origin.Spec, origin.File, origin.Row, origin.Data], cancellation);
                    continue;
                }
                var target = table.Fates.TargetOf(row.N);
                // The target is there and the row still cannot be read: waiting longer would not help
                var state = row.Fate == RowFate.Quarantined ? "open" : target == origin.Target && origin.Target is not null ? "stuck" : "waiting";
                var issue = codes.GetValueOrDefault((table.File, row.Line));
                await session.ExecuteAsync("""
                    update set_aside set state = $6, code = coalesce($7, code), column_name = $8, target_kind = $9, target = $10
                    where tenant_id = $1 and feed_id = $2 and spec = $3 and file = $4 and row_no = $5 and data = $11
                    """, [session.Tenant, origin.Feed, origin.Spec, origin.File, origin.Row, state, TenantSession.Typed(issue?.Code, NpgsqlDbType.Text), TenantSession.Typed(issue?.Column, NpgsqlDbType.Text),
                        TenantSession.Typed((short?)target?.Kind, NpgsqlDbType.Smallint), TenantSession.Typed(target?.Key, NpgsqlDbType.Uuid), origin.Data], cancellation);
            }
    }

    /// <summary>Rows of files that a complete file states anew.</summary>
    public static Task SupersedeAsync(TenantSession session, FeedRow feed, string[] specs, CancellationToken cancellation) => session.ExecuteAsync("""
        delete from set_aside s using feed f where s.tenant_id = $1 and s.source = $2 and s.spec = any($3) and f.tenant_id = s.tenant_id and f.feed_id = s.feed_id
          and f.seq < (select seq from feed where tenant_id = $1 and feed_id = $4)
        """, [session.Tenant, feed.Source, specs, feed.FeedId], cancellation);

    public async Task<IReadOnlyList<Contracts.Ingestion.SetAsideRow>> ListAsync(string tenant, Guid feed, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("select file, row_no, state, code, column_name from set_aside where tenant_id = $1 and feed_id = $2 order by file, row_no limit 1000", tenant, feed);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<Contracts.Ingestion.SetAsideRow>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(new(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4)));
        return rows;
    }

    /// <summary>Replaces columns of a row. Null if there is no such row, else the columns that its file does not have.</summary>
    public async Task<IReadOnlyList<string>?> CorrectAsync(TenantSession session, Guid feed, string file, int row, IReadOnlyDictionary<string, string?> values, CancellationToken cancellation)
    {
        string spec;
        byte[] data, key;
        await using (var command = session.Command("select spec, data, wrapped_key from set_aside join set_aside_key using (tenant_id, feed_id) where tenant_id = $1 and feed_id = $2 and file = $3 and row_no = $4 for update of set_aside", session.Tenant, feed, file, row))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation))
                return null;
            (spec, data, key) = (reader.GetString(0), reader.GetFieldValue<byte[]>(1), vault.Unwrap(reader.GetFieldValue<byte[]>(2), feed));
        }
        var columns = ReadTables.Specs.First(s => s.Name == spec);
        if (values.Keys.Where(c => columns.Find(c) is not { } known || !columns.Columns[known].Kept).ToList() is { Count: > 0 } unknown)
            return unknown;
        var corrected = new Dictionary<string, string>(Open(key, feed, file, row, data));
        foreach (var (column, value) in values)
        {
            var name = columns.Columns[columns.Find(column)!.Value].Name;
            if (Field.Clean(value ?? "") is { } text)
                corrected[name] = text;
            else
                corrected.Remove(name);
        }
        await session.ExecuteAsync("update set_aside set state = 'corrected', data = $5 where tenant_id = $1 and feed_id = $2 and file = $3 and row_no = $4",
            [session.Tenant, feed, file, row, Seal(key, feed, file, row, corrected)], cancellation);
        return [];
    }

    /// <summary>Deletes what is older than the retention, with its keys.</summary>
    public async Task SweepAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var old = new List<(string Tenant, Guid Feed)>();
        await using (var command = database.Source.CreateCommand("select tenant_id, feed_id from set_aside_key where stored_at < $1 limit 100"))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = before });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                old.Add((reader.GetString(0), reader.GetGuid(1)));
        }
        foreach (var (tenant, feed) in old)
        {
            await using var session = await database.OpenAsync(tenant, cancellation);
            await session.ExecuteAsync("delete from set_aside where tenant_id = $1 and feed_id = $2", [tenant, feed], cancellation);
            await session.ExecuteAsync("delete from set_aside_key where tenant_id = $1 and feed_id = $2", [tenant, feed], cancellation);
            await session.CommitAsync(cancellation);
        }
    }

    /// <summary>For an erasure: any of them may be about the student.</summary>
    public static async Task DropAsync(TenantSession session, CancellationToken cancellation)
    {
        await session.ExecuteAsync("delete from set_aside where tenant_id = $1", [session.Tenant], cancellation);
        await session.ExecuteAsync("delete from set_aside_key where tenant_id = $1", [session.Tenant], cancellation);
    }

    static byte[] Seal(byte[] key, Guid feed, string file, int row, IReadOnlyDictionary<string, string> values)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(values, EventTypes.Json);
        var data = new byte[NonceLength + plain.Length + UploadVault.TagLength];
        RandomNumberGenerator.Fill(data.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, UploadVault.TagLength);
        aes.Encrypt(data.AsSpan(0, NonceLength), plain, data.AsSpan(NonceLength, plain.Length), data.AsSpan(NonceLength + plain.Length), Bound(feed, file, row));
        return data;
    }

    static Dictionary<string, string> Open(byte[] key, Guid feed, string file, int row, byte[] data)
    {
        var plain = new byte[data.Length - NonceLength - UploadVault.TagLength];
        using var aes = new AesGcm(key, UploadVault.TagLength);
        aes.Decrypt(data.AsSpan(0, NonceLength), data.AsSpan(NonceLength, plain.Length), data.AsSpan(NonceLength + plain.Length), plain, Bound(feed, file, row));
        return JsonSerializer.Deserialize<Dictionary<string, string>>(plain, EventTypes.Json) ?? [];
    }

    static byte[] Bound(Guid feed, string file, int row) => Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"equity/set-aside/v1\n{feed:N}\n{file}\n{row}"));
}
