using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.EventSourcing;

/// <summary>Everything wanted in (<paramref name="After"/>, <paramref name="To"/>], of every tenant, in order.</summary>
internal sealed record EventPage(long After, long To, IReadOnlyList<RecordedEvent> Events);

/// <summary>
/// Reads the log in large pages by COPY, the next while the last is being worked on. Each page is a statement of its own: a snapshot
/// held for minutes would keep the server from tidying up after the writers. Needs a role that sees every tenant.
/// </summary>
internal sealed class EventPages(NpgsqlDataSource reader, string schemaName, EventTypes types, IReadOnlyCollection<string>? wanted, int pageEvents)
{
    const int Ahead = 1;
    const int WidestPage = 64;

    readonly string from = $"{EventLogSchema.Quoted(schemaName)}.mt_events";
    readonly string onlyWanted = wanted is null ? "" : $" and type in ({string.Join(", ", wanted.Select(type => $"'{type.Replace("'", "''", StringComparison.Ordinal)}'"))})";

    public async IAsyncEnumerable<EventPage> ReadAsync(long after, long upTo, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pages = Channel.CreateBounded<EventPage>(Ahead);
        var reading = Task.Run(() => FillAsync(pages.Writer, after, upTo, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(cancellation))
                yield return page;
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its failure came through the channel
        }
    }

    async Task FillAsync(ChannelWriter<EventPage> pages, long after, long upTo, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await reader.OpenConnectionAsync(cancellation);
            var span = (long)pageEvents;
            while (after < upTo)
            {
                // Positions have no holes, so so many positions are at most so many events
                var to = Math.Min(upTo, after + span);
                var events = await ReadAsync(connection, after, to, cancellation);
                await pages.WriteAsync(new(after, to, events), cancellation);
                span = Math.Clamp(events.Count < pageEvents / 4 ? span * 2 : events.Count > pageEvents ? pageEvents : span, pageEvents, (long)pageEvents * WidestPage);
                after = to;
            }
            pages.Complete();
        }
        catch (Exception e) // whoever reads the pages gets it
        {
            pages.TryComplete(e);
        }
    }

    async Task<IReadOnlyList<RecordedEvent>> ReadAsync(NpgsqlConnection connection, long after, long to, CancellationToken cancellation)
    {
        var events = new List<RecordedEvent>();
        await using var rows = await connection.BeginBinaryExportAsync(FormattableString.Invariant(
            $"copy (select {RecordedRows.Columns} from {from} where seq_id > {after} and seq_id <= {to}{onlyWanted} order by seq_id) to stdout (format binary)"), cancellation);
        var (tenants, names) = (new Names(), new Names());
        // Synchronous reads of what has already come: a page is a second's work at most, and this thread is the reader's own
        while (rows.StartRow() != -1)
        {
            var (position, id, tenant, stream, version) = (rows.Read<long>(NpgsqlDbType.Bigint), rows.Read<Guid>(NpgsqlDbType.Uuid), tenants.Same(rows.Read<string>(NpgsqlDbType.Varchar)),
                rows.Read<string>(NpgsqlDbType.Varchar), rows.Read<long>(NpgsqlDbType.Bigint));
            var (type, json, at) = (names.Same(rows.Read<string>(NpgsqlDbType.Varchar)), rows.Read<string>(NpgsqlDbType.Jsonb), rows.Read<DateTime>(NpgsqlDbType.TimestampTz));
            var user = Text(rows, NpgsqlDbType.Varchar);
            var (reason, source) = Headers(Bytes(rows), names);
            events.Add(new(position, id, tenant, stream, version, type, json, new DateTimeOffset(at), user is null ? "" : names.Same(user), reason, source,
                Known(Text(rows, NpgsqlDbType.Varchar), names), Known(Text(rows, NpgsqlDbType.Varchar), names), types));
        }
        return events;
    }

    static string? Text(NpgsqlBinaryExporter rows, NpgsqlDbType type)
    {
        if (!rows.IsNull)
            return rows.Read<string>(type);
        rows.Skip();
        return null;
    }

    static byte[]? Bytes(NpgsqlBinaryExporter rows)
    {
        if (!rows.IsNull)
            return rows.Read<byte[]>(NpgsqlDbType.Jsonb);
        rows.Skip();
        return null;
    }

    static string? Known(string? text, Names names) => text is null ? null : names.Same(text);

    /// <summary>Reason and source out of <see cref="EventHeaders"/>, without making the objects between: there is one for every row.</summary>
    static (string? Reason, EventSource? Source) Headers(byte[]? json, Names names)
    {
        if (json is null)
            return default;
        var (reason, source) = ((string?)null, (EventSource?)null);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isReason, isSource) = (reader.ValueTextEquals("reason"u8), reader.ValueTextEquals("source"u8));
            reader.Read();
            if (isReason)
                reason = reader.GetString();
            else if (isSource && reader.TokenType == JsonTokenType.StartObject)
                source = Source(ref reader, names);
            else
                reader.Skip();
        }
        return (reason, source);
    }

    static EventSource Source(ref Utf8JsonReader reader, Names names)
    {
        var (feed, file, row) = (Guid.Empty, "", 0);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isFeed, isFile, isRow) = (reader.ValueTextEquals("feed"u8), reader.ValueTextEquals("file"u8), reader.ValueTextEquals("row"u8));
            reader.Read();
            if (isFeed)
                feed = reader.GetGuid();
            else if (isFile)
                file = names.Same(reader.GetString() ?? "");
            else if (isRow)
                row = reader.GetInt32();
            else
                reader.Skip();
        }
        return new(feed, file, row);
    }

    /// <summary>The same few names over and over: one object each.</summary>
    sealed class Names
    {
        readonly Dictionary<string, string> known = new(StringComparer.Ordinal);

        public string Same(string name) => known.TryGetValue(name, out var same) ? same : known[name] = name;
    }
}
