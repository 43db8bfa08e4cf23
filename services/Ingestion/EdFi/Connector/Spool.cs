using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Ingestion.Feeds;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>A reading that is under way.</summary>
/// <param name="Newest">Last change version of the window; null where change queries are off.</param>
internal sealed record Cycle(Guid Id, bool Complete, long? Newest, Guid Upload, byte[] Key, byte[] Wrapped, DateTimeOffset StartedAt, string AskedBy);

/// <summary>A page in storage, and where to go on; the last one of a name has an outcome.</summary>
internal sealed record SpooledPage(int Part, string Name, StoredPart? Stored, int Items, string? Next, string? Outcome);

/// <summary>Pages that were read, encrypted like uploads, so that a reading goes on after a restart where it was. All of it goes when the feed is stored.</summary>
internal sealed class Spool(TenantDatabase database, UploadVault vault, string tenant, string source, Cycle cycle)
{
    readonly List<SpooledPage> pages = [];

    public Cycle Cycle { get; } = cycle;

    public async Task RecallAsync(CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("select part, name, stored, items, next, outcome from edfi_page where tenant_id = $1 and cycle_id = $2 order by part", tenant, Cycle.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            pages.Add(new(reader.GetInt32(0), reader.GetString(1), reader.IsDBNull(2) ? null : JsonSerializer.Deserialize<StoredPart>(reader.GetString(2), EventTypes.Json), reader.GetInt32(3), Text(4), Text(5)));

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    public SpooledPage? Last(string name) => pages.FindLast(p => p.Name == name && (p.Stored is not null || p.Outcome is not null));

    public string? Outcome(string name) => Last(name)?.Outcome;

    public int Items(string name) => pages.Where(p => p.Name == name).Sum(p => p.Items);

    public IEnumerable<string> Names => pages.Select(p => p.Name).Distinct();

    /// <summary>Stores a page. Its number is taken before anything is written under it, so that a page cut off by a crash never shares its number (and nonce) with another.</summary>
    public async Task AddAsync(string name, ReadOnlyMemory<byte> lines, int items, string? next, string? outcome, CancellationToken cancellation)
    {
        var part = pages.Count == 0 ? 0 : pages[^1].Part + 1;
        await RunAsync("insert into edfi_page (tenant_id, cycle_id, part, name) values ($1, $2, $3, $4)", [tenant, Cycle.Id, part, name], cancellation);
        StoredPart? stored = null;
        if (!lines.IsEmpty)
        {
            using var content = new MemoryStream(lines.ToArray(), writable: false);
            stored = await vault.WriteAsync(tenant, Cycle.Upload, Cycle.Key, part, name, content, long.MaxValue, cancellation);
        }
        await RunAsync("update edfi_page set stored = $4, items = $5, next = $6, outcome = $7 where tenant_id = $1 and cycle_id = $2 and part = $3",
            [tenant, Cycle.Id, part, TenantSession.Json(stored is null ? null : JsonSerializer.Serialize(stored, EventTypes.Json)), items, TenantSession.Typed(next, NpgsqlDbType.Text), TenantSession.Typed(outcome, NpgsqlDbType.Text)], cancellation);
        pages.Add(new(part, name, stored, items, next, outcome));
        FaultPoint.Reached("edfi.page", name);
    }

    /// <summary>The lines of a name, page after page.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string name, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var page in pages)
            if (page.Name == name && page.Stored is { } stored)
            {
                await using var stream = vault.OpenPart(tenant, Cycle.Upload, Cycle.Wrapped, page.Part, stored);
                var lines = new byte[stored.Bytes];
                await stream.ReadExactlyAsync(lines, cancellation);
                yield return lines;
            }
    }

    /// <summary>Items of a name, each valid until the next.</summary>
    public async IAsyncEnumerable<EdFiItem> ItemsAsync(string name, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var lines in ReadAsync(name, cancellation))
        {
            using var stream = new MemoryStream(lines.ToArray(), writable: false);
            foreach (var line in EdFiLines.Read(stream))
                if (line.Document is { } document)
                    yield return new(document.RootElement);
        }
    }

    /// <summary>Forgets the reading; <paramref name="session"/> is the transaction that ends it.</summary>
    public async Task EndAsync(TenantSession session, CancellationToken cancellation)
    {
        await session.ExecuteAsync("delete from edfi_page where tenant_id = $1 and cycle_id = $2", [tenant, Cycle.Id], cancellation);
        await session.ExecuteAsync("delete from edfi_cycle where tenant_id = $1 and source = $2 and cycle_id = $3", [tenant, source, Cycle.Id], cancellation);
        await session.ExecuteAsync("delete from feed_chunk where tenant_id = $1 and upload_id = $2", [tenant, Cycle.Upload], cancellation);
        await session.ExecuteAsync("delete from feed_upload where tenant_id = $1 and upload_id = $2", [tenant, Cycle.Upload], cancellation);
    }

    async Task RunAsync(string sql, object?[] arguments, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        if (await session.ExecuteAsync(sql, arguments, cancellation) == 0)
            throw new ReadingGoneException();
        await session.CommitAsync(cancellation);
    }
}

/// <summary>The reading was taken away (an erasure deletes all unfinished ones): it starts over.</summary>
internal sealed class ReadingGoneException() : IOException("The unfinished reading is gone.");
