using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Ingestion.Feeds;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>
/// One reading of one source: what changed since the last feed that was stored, as a feed of its own that goes through the same pipeline as any upload. How far each resource was
/// read moves only in the transaction after the feed was stored; a reading that is cut off goes on where it was.
/// </summary>
internal sealed class ReadSource(EdFiSources sources, TenantDatabase database, UploadVault vault, FeedRows feeds, FeedSignal signal, EdFiSettings settings, TimeProvider clock, ILogger<ReadSource> logger) : IDisposable
{
    /// <summary>Who a feed comes from that nobody asked for by hand.</summary>
    const string Schedule = "ed-fi-schedule";

    const int InARow = 3;
    static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    readonly HttpClient http = SafeAddress.Client(settings.AllowPrivateAddresses);

    public void Dispose() => http.Dispose();

    public async Task RunAsync(string tenant, string source, bool complete, string? askedBy, CancellationToken cancellation)
    {
        if (await sources.FindAsync(tenant, source, cancellation) is not { } configured)
            return;
        var started = clock.GetUtcNow();
        var next = configured.EveryMinutes is { } minutes ? started.AddMinutes(minutes) : (DateTimeOffset?)null;
        try
        {
            var (run, again) = await ReadAsync(tenant, configured, complete, askedBy ?? Schedule, started, next, cancellation);
            if (run is not null)
                await sources.NoteAsync(tenant, source, run, again, cancellation);
            signal.Wake();
        }
        catch (ApiFaultException fault)
        {
            logger.LogWarning("Source {Source} of {Tenant} cannot be read: {Code}", source, tenant, fault.Code);
            await sources.NoteAsync(tenant, source, new(started, clock.GetUtcNow(), fault.Code, complete, null, null, 0), next, cancellation);
        }
        catch (ReadingGoneException)
        {
            // Due still: it starts over at the next look
            logger.LogInformation("The reading of source {Source} of {Tenant} was taken away and starts over", source, tenant);
        }
    }

    /// <summary>A run to be written down, unless the transaction that ended the reading did so.</summary>
    async Task<(EdFiRun? Run, DateTimeOffset? Again)> ReadAsync(string tenant, EdFiSource source, bool complete, string by, DateTimeOffset started, DateTimeOffset? next, CancellationToken cancellation)
    {
        if (settings.SecretOf(tenant, source.Source) is not { } secret)
            throw new ApiFaultException("edfi.no-secret");
        if (SafeAddress.Parse(source.BaseAddress, settings.AllowPrivateAddresses) is not { } address)
            throw new ApiFaultException("edfi.address-private");
        var before = await sources.LastFeedAsync(tenant, source.Source, cancellation) is { } last ? await feeds.FindAsync(tenant, last, cancellation) : null;
        // What follows builds on it: a feed that is held would otherwise be overtaken and its changes lost
        if (before is not null && before.State is not (FeedState.Applied or FeedState.Rejected))
            return (new(started, clock.GetUtcNow(), "waiting", complete, null, before.FeedId, 0), started + Again);
        complete |= before is { State: FeedState.Rejected };
        var api = new EdFiApi(http, address, source.KeyId, secret, settings, clock, logger);
        await api.OpenAsync(cancellation);
        var cycle = await CycleAsync(tenant, source.Source, complete, by, api, cancellation);
        var spool = new Spool(database, vault, tenant, source.Source, cycle);
        await spool.RecallAsync(cancellation);
        var read = await GroupsAsync(api, spool, source, cancellation);
        if (read is null)
        {
            await EndAsync(tenant, spool, cancellation);
            return (new(started, clock.GetUtcNow(), "edfi.snapshot-gone", complete, cycle.Newest, null, 0), started + Again);
        }
        await StoreAsync(tenant, source, spool, read, started, next, cancellation);
        return (null, null);
    }

    /// <summary>The reading that is under way, or a new one, whose window is fixed now.</summary>
    async Task<Cycle> CycleAsync(string tenant, string source, bool complete, string by, EdFiApi api, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        Cycle? open = null;
        await using (var command = session.Command("select cycle_id, complete, newest, upload_id, wrapped_key, started_at, asked_by from edfi_cycle where tenant_id = $1 and source = $2", tenant, source))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            if (await reader.ReadAsync(cancellation))
                open = new(reader.GetGuid(0), reader.GetBoolean(1), reader.IsDBNull(2) ? null : reader.GetInt64(2), reader.GetGuid(3), vault.Unwrap(reader.GetFieldValue<byte[]>(4), reader.GetGuid(3)), reader.GetFieldValue<byte[]>(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetString(6));
        if (open is not null && clock.GetUtcNow() - open.StartedAt < settings.Stale && (open.Complete || !complete))
            return open;
        if (open is not null)
            await new Spool(database, vault, tenant, source, open).EndAsync(session, cancellation);
        var newest = await api.NewestAsync(cancellation);
        var (upload, key) = await vault.BeginAsync(tenant, cancellation);
        var cycle = new Cycle(Guid.CreateVersion7(clock.GetUtcNow()), complete, newest, upload, key, vault.Wrap(key, upload), clock.GetUtcNow(), by);
        await session.ExecuteAsync("insert into edfi_cycle (tenant_id, source, cycle_id, complete, newest, upload_id, wrapped_key, started_at, asked_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [tenant, source, cycle.Id, complete, TenantSession.Typed(newest, NpgsqlDbType.Bigint), upload, cycle.Wrapped, cycle.StartedAt, by], cancellation);
        await session.CommitAsync(cancellation);
        return cycle;
    }

    /// <summary>Every group, whatever became of the others; null if the snapshot is gone, which spoils all of them.</summary>
    static async Task<List<GroupRead>?> GroupsAsync(EdFiApi api, Spool spool, EdFiSource source, CancellationToken cancellation)
    {
        var pages = new ReadPages(api, spool, source.UseSnapshot);
        var states = source.Resources.ToDictionary(r => r.Resource, r => (r.Version, r.Outcome), StringComparer.Ordinal);
        var groups = new ReadGroups(api, pages, spool, states);
        var read = new List<GroupRead>();
        foreach (var group in Group.All)
        {
            var one = await groups.ReadAsync(group, cancellation);
            if (one is { Mode: not null, Holds: true } && !await groups.BesideAsync(group, cancellation))
                one = new(group, null, one.Files, group.Names.ToDictionary(name => name, _ => Outcomes.Failed));
            if (pages.SnapshotIsGone)
                return null;
            read.Add(one);
            // One resource that fails stops no other; an API that is gone is tried again later, from here on
            if (read.Count >= InARow && read.TakeLast(InARow).All(r => !r.Holds))
                throw new ApiFaultException("edfi.unreachable");
        }
        return read;
    }

    /// <summary>The feed first, then, in one transaction, how far it reaches and the end of the reading.</summary>
    async Task StoreAsync(string tenant, EdFiSource source, Spool spool, List<GroupRead> read, DateTimeOffset started, DateTimeOffset? next, CancellationToken cancellation)
    {
        var cycle = spool.Cycle;
        var changed = read.Where(r => r is { Holds: true, Mode: not null }).ToList();
        var failed = read.Exists(r => !r.Holds);
        Guid? feed = null;
        if (changed.Count > 0)
        {
            feed = EventIds.Derive(cycle.Id, "feed");
            if (await feeds.FindAsync(tenant, feed.Value, cancellation) is null)
                await FeedAsync(tenant, source, spool, changed, feed.Value, cancellation);
        }
        var run = new EdFiRun(cycle.StartedAt, clock.GetUtcNow(), failed ? "partly" : feed is null ? "unchanged" : "stored", cycle.Complete, cycle.Newest, feed, changed.SelectMany(r => r.Files).SelectMany(f => f.Value).Distinct().Sum(spool.Items));
        await using var session = await database.OpenAsync(tenant, cancellation);
        foreach (var group in read)
            foreach (var (resource, outcome) in group.Outcomes.Where(o => !o.Key.Contains('.', StringComparison.Ordinal)))
                await session.ExecuteAsync("""
                    insert into edfi_resource (tenant_id, source, resource, version, outcome, items, read_at) values ($1, $2, $3, $4, $5, $6, $7)
                    on conflict (tenant_id, source, resource) do update set version = coalesce($4, edfi_resource.version), outcome = $5, items = $6, read_at = $7
                    """, [tenant, source.Source, resource, TenantSession.Typed(group.Holds && outcome == Outcomes.Read ? cycle.Newest ?? 0 : null, NpgsqlDbType.Bigint), outcome, (long)ItemsOf(spool, group, resource), clock.GetUtcNow()], cancellation);
        if (feed is not null)
            await session.ExecuteAsync("update edfi_source set last_feed = $3 where tenant_id = $1 and source = $2", [tenant, source.Source, feed], cancellation);
        await session.ExecuteAsync("update edfi_due set complete = false, asked_by = null where tenant_id = $1 and source = $2", [tenant, source.Source], cancellation);
        await EdFiSources.NoteAsync(session, source.Source, run, next, cancellation);
        await spool.EndAsync(session, cancellation);
        await session.CommitAsync(cancellation);
        logger.LogInformation("Source {Source} of {Tenant}: {Outcome}, {Items} items up to change version {Newest}", source.Source, tenant, run.Outcome, run.Items, cycle.Newest);
    }

    static int ItemsOf(Spool spool, GroupRead group, string resource) => group.Files.TryGetValue(resource, out var names) ? names.Sum(spool.Items) : 0;

    async Task FeedAsync(string tenant, EdFiSource source, Spool spool, List<GroupRead> changed, Guid feed, CancellationToken cancellation)
    {
        var files = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var modes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var beside in changed.SelectMany(r => r.Group.Beside).Where(r => spool.Outcome(r) == Outcomes.Read))
            (files[beside], modes[beside]) = ([beside], EdFiManifest.Reference);
        foreach (var group in changed)
        {
            foreach (var (file, names) in group.Files)
                files[file] = names;
            foreach (var (resource, outcome) in group.Outcomes.Where(o => group.Group.Names.Contains(o.Key)))
                if (outcome == Outcomes.Absent)
                    modes[resource] = EdFiManifest.Absent;
                else if (outcome == Outcomes.Read)
                    modes[resource] = group.Mode!;
        }
        var manifest = new EdFiManifest(EdFiManifest.EdFi, modes, source.Descriptors, source.Resources.Select(r => r.Version).Min(), spool.Cycle.Newest);
        var pack = new PackFeed(vault);
        var (upload, part, wrapped) = await pack.RunAsync(tenant, spool, manifest, files, cancellation);
        FaultPoint.Reached("edfi.packed", source.Source);
        await feeds.RegisterAsync(tenant, new(feed, source.Source, upload, part.Sha256, part.Bytes, [part], wrapped, spool.Cycle.AskedBy, System.Diagnostics.Activity.Current?.TraceId.ToString()), cancellation);
        FaultPoint.Reached("edfi.registered", source.Source);
    }

    async Task EndAsync(string tenant, Spool spool, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await spool.EndAsync(session, cancellation);
        await session.CommitAsync(cancellation);
    }
}
