using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Students;
using Npgsql;

namespace EquityPlatform.Ingestion.Records;

/// <summary>Latest state of records: read kind by kind before a feed is decided, replaced batch by batch after the events.</summary>
internal sealed class RecordStore(TenantDatabase database)
{
    /// <summary>Kinds whose content later rows refer to; of the others the hash is enough.</summary>
    static readonly HashSet<RecordKind> Remembered = [RecordKind.Organization, RecordKind.Session, RecordKind.Class, RecordKind.Coverage, RecordKind.LineItem];

    const string Columns = "hash, owner, feed_id, file, row_no, memory, record_id, school, year, day, ends, program, stream, modified, removed, mark";

    /// <summary>What is known before a feed. Its kinds are loaded when they are first asked for, by the thread that asks.</summary>
    public async Task<KnownRecords> LoadAsync(Keyed keyed, Guid feed, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        var persons = new KnownKind(await CountAsync(session, "select count(*) from person where tenant_id = $1 and source = $2", [keyed.Tenant, keyed.Source], cancellation), hashes: true);
        await using (var command = session.Command("select blind, person_key, role, stands_for from person where tenant_id = $1 and source = $2", keyed.Tenant, keyed.Source))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                if (reader.IsDBNull(3))
                    persons.Add(new(reader.GetGuid(0), reader.GetGuid(1), false, false, reader.GetString(2), null, null, null, null, null));
                else
                    keyed.Link(reader.GetGuid(0), reader.GetGuid(3));
        var statistics = new Dictionary<string, int>();
        await using (var command = session.Command("select statistics from feed where tenant_id = $1 and source = $2 and state = 'applied' and statistics is not null order by seq desc limit 1", keyed.Tenant, keyed.Source))
            if (await command.ExecuteScalarAsync(cancellation) is string json)
                statistics = JsonSerializer.Deserialize<Dictionary<string, int>>(json, EventTypes.Json) ?? [];
        return new KnownRecords(keyed, kind => Load(keyed, feed, kind), persons, statistics)
        {
            Numbers = new(() => PersonNumbers.Load(database, keyed.Tenant)),
            Periods = stream => RecordedPeriods.Load(database, keyed.Tenant, stream),
        };
    }

    static async Task<int> CountAsync(TenantSession session, string sql, object?[] arguments, CancellationToken cancellation)
    {
        await using var command = session.Command(sql, arguments);
        return checked((int)(long)(await command.ExecuteScalarAsync(cancellation))!);
    }

    /// <summary>Synchronous: rows are read by a thread of its own, which waits for what it needs.</summary>
    KnownKind Load(Keyed keyed, Guid feed, RecordKind kind)
    {
        using var connection = database.Source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using (var setting = new NpgsqlCommand("select set_config('eq.tenant', $1, true)", connection) { Parameters = { new() { Value = keyed.Tenant } } })
            setting.ExecuteNonQuery();
        using var count = new NpgsqlCommand("select count(*) from record where tenant_id = $1 and source = $2 and kind = $3", connection);
        Add(count);
        var records = new KnownKind(checked((int)(long)count.ExecuteScalar()!), owners: kind is RecordKind.Demographics or RecordKind.BirthDate);
        using var command = new NpgsqlCommand("""
            select key, removed, feed_id = $4, case when file = any($8) then file end, year, coalesce(ends, day), modified, case when $5 then owner end, case when $6 then memory end, mark, case when $7 then day end
            from record where tenant_id = $1 and source = $2 and kind = $3
            """, connection);
        Add(command);
        command.Parameters.Add(new() { Value = feed });
        command.Parameters.Add(new() { Value = kind is RecordKind.Demographics or RecordKind.BirthDate });
        command.Parameters.Add(new() { Value = Remembered.Contains(kind) });
        command.Parameters.Add(new() { Value = kind == RecordKind.SchoolEnrollment });
        command.Parameters.Add(new() { Value = KnownKind.ToldApart });
        using var reader = command.ExecuteReader();
        while (reader.Read())
            records.Add(new(reader.GetGuid(0), default, reader.GetBoolean(1), reader.GetBoolean(2), Text(reader, 3),
                reader.IsDBNull(4) ? null : reader.GetInt16(4), Date(reader, 5), Time(reader, 6), reader.IsDBNull(7) ? null : reader.GetGuid(7), Text(reader, 8), reader.GetInt64(9), Date(reader, 10)));
        return records;

        void Add(NpgsqlCommand to)
        {
            to.Parameters.Add(new() { Value = keyed.Tenant });
            to.Parameters.Add(new() { Value = keyed.Source });
            to.Parameters.Add(new() { Value = (short)kind });
        }
    }

    /// <summary>Records of one kind by their keys, whole.</summary>
    public async Task<Dictionary<Guid, Known>> FindAsync(Keyed keyed, RecordKind kind, Guid[] keys, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        await using var command = session.Command($"select {Columns}, key from record where tenant_id = $1 and source = $2 and kind = $3 and key = any($4)", keyed.Tenant, keyed.Source, (short)kind, keys);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<Guid, Known>(keys.Length);
        while (await reader.ReadAsync(cancellation))
            found.Add(reader.GetGuid(16), Read(reader));
        return found;
    }

    /// <summary>Hashes of what records of one kind say, of those that are there.</summary>
    public async Task<Dictionary<Guid, Guid>> HashesAsync(Keyed keyed, RecordKind kind, Guid[] keys, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        await using var command = session.Command("select key, hash from record where tenant_id = $1 and source = $2 and kind = $3 and key = any($4) and not removed", keyed.Tenant, keyed.Source, (short)kind, keys);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var hashes = new Dictionary<Guid, Guid>(keys.Length);
        while (await reader.ReadAsync(cancellation))
            hashes.Add(reader.GetGuid(0), reader.GetGuid(1));
        return hashes;
    }

    /// <summary>Records that a later feed recorded than the one that a row came with.</summary>
    public async Task<HashSet<(RecordKind Kind, Guid Key)>> OvertakenAsync(Keyed keyed, IReadOnlyCollection<(RecordKind Kind, Guid Key, Guid Feed)> rows, CancellationToken cancellation)
    {
        var overtaken = new HashSet<(RecordKind, Guid)>();
        if (rows.Count == 0)
            return overtaken;
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        await using var command = session.Command("""
            select x.kind, x.key from unnest($3::smallint[], $4::uuid[], $5::uuid[]) as x(kind, key, feed)
            join record r on r.tenant_id = $1 and r.source = $2 and r.kind = x.kind and r.key = x.key
            join feed now on now.tenant_id = $1 and now.feed_id = r.feed_id join feed came on came.tenant_id = $1 and came.feed_id = x.feed
            where now.seq > came.seq
            """, keyed.Tenant, keyed.Source, rows.Select(r => (short)r.Kind).ToArray(), rows.Select(r => r.Key).ToArray(), rows.Select(r => r.Feed).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            overtaken.Add(((RecordKind)reader.GetInt16(0), reader.GetGuid(1)));
        return overtaken;
    }

    /// <summary>What school enrolments follow from, of some students: the person, section enrolments, derived enrolments.</summary>
    public async Task<Dictionary<(RecordKind Kind, Guid Key), Known>> OfOwnersAsync(Keyed keyed, Guid[] owners, CancellationToken cancellation)
    {
        var found = new Dictionary<(RecordKind, Guid), Known>();
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        // Owner by owner: a plan made before the table's first statistics would read all of it for every question
        await using var command = session.Command($"""
            select r.* from unnest($2) o(id) cross join lateral
              (select {Columns}, kind, key from record where tenant_id = $1 and owner = o.id and kind = any($3) and source = $4 offset 0) r
            """,
            keyed.Tenant, owners, StudentsNowKinds, keyed.Source);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(((RecordKind)reader.GetInt16(16), reader.GetGuid(17)), Read(reader));
        return found;
    }

    static readonly short[] StudentsNowKinds = [(short)RecordKind.Person, (short)RecordKind.SectionEnrollment, (short)RecordKind.SourceEnrollment, (short)RecordKind.SchoolEnrollment];

    /// <summary>Students whose school enrolments may have changed, after an interruption: those of whom this feed left a person or a section enrolment.</summary>
    public async Task<HashSet<Guid>> TouchedAsync(Keyed keyed, Guid feed, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        await using var command = session.Command("""
            select owner from record where tenant_id = $1 and source = $2 and kind = any($3) and feed_id = $4 and stream = 'student-*' and owner is not null
            union select owner from feed_touched where tenant_id = $1 and feed_id = $4
            """,
            keyed.Tenant, keyed.Source, StudentsNowKinds[..3], feed);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var touched = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellation))
            touched.Add(reader.GetGuid(0));
        return touched;
    }

    /// <summary>Replaces the state of what is news, once its events are in the log.</summary>
    /// <param name="lost">Students who lost a section enrolment to somebody else.</param>
    public async Task ReplaceAsync(Keyed keyed, Guid feed, IReadOnlyList<News> news, Guid[] lost, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        if (lost.Length > 0)
            await session.ExecuteAsync("insert into feed_touched (tenant_id, feed_id, owner) select $1, $2, unnest($3) on conflict do nothing", [keyed.Tenant, feed, lost], cancellation);
        // Tables of one package may state a record twice: the later one holds
        foreach (var chunk in news.Reverse().DistinctBy(n => (n.Kind, n.Key)).Chunk(5000))
            if (!chunk.All(n => n.IsNew) || !await InsertAsync(session, keyed, chunk, cancellation))
                await RecordRows.WriteAsync(session, keyed, chunk, replace: true, cancellation);
        await PersonNumbers.ReplaceAsync(session, keyed.Source, news, cancellation);
        await session.CommitAsync(cancellation);
    }

    /// <summary>Without a look for rows that are there, which takes a third of the time; false if there is one after all (what was removed leaves one, and a batch that was interrupted).</summary>
    static async Task<bool> InsertAsync(TenantSession session, Keyed keyed, News[] chunk, CancellationToken cancellation)
    {
        await session.ExecuteAsync("savepoint records", [], cancellation);
        try
        {
            await RecordRows.WriteAsync(session, keyed, chunk, replace: false, cancellation);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await session.ExecuteAsync("rollback to records", [], cancellation);
            return false;
        }
    }

    /// <summary>Notes when the source says that records changed which say what they said before.</summary>
    public async Task DateAsync(Keyed keyed, IReadOnlyList<(RecordKind Kind, Guid Key, DateTimeOffset At)> dated, CancellationToken cancellation)
    {
        if (dated.Count == 0)
            return;
        await using var session = await database.OpenAsync(keyed.Tenant, cancellation);
        foreach (var chunk in dated.Chunk(5000))
            await session.ExecuteAsync("""
                update record r set modified = x.at from unnest($3::smallint[], $4::uuid[], $5::timestamptz[]) as x(kind, key, at)
                where r.tenant_id = $1 and r.source = $2 and r.kind = x.kind and r.key = x.key
                """, [keyed.Tenant, keyed.Source, chunk.Select(d => (short)d.Kind).ToArray(), chunk.Select(d => d.Key).ToArray(), chunk.Select(d => d.At.UtcDateTime).ToArray()], cancellation);
        await session.CommitAsync(cancellation);
    }

    static Known Read(NpgsqlDataReader reader) => new(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetGuid(2), string.Intern(reader.GetString(3)), reader.GetInt32(4), Text(reader, 5),
        new(Text(reader, 6), Text(reader, 7), reader.IsDBNull(8) ? null : reader.GetInt16(8), Date(reader, 9), Date(reader, 10), Text(reader, 11)), Text(reader, 12), Time(reader, 13), reader.GetBoolean(14), reader.GetInt64(15));

    static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    static DateOnly? Date(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);

    static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
