using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// Makes a consumer's tables anew beside the ones in use, while they go on being written, and puts them in their place in one
/// transaction. Where the events come from is the derived class's. A build that was killed goes on where its last page committed.
/// </summary>
public abstract class TableRebuild(NpgsqlDataSource owner, string schemaName, string consumer, IReadOnlyList<string> tables, TimeProvider clock, ILogger logger)
{
    /// <summary>Longest time that others wait for the locks of one try to switch; below PostgreSQL's own wait before it looks for deadlocks.</summary>
    const int LockMilliseconds = 400;
    const int SwitchTries = 200;
    static readonly TimeSpan Report = TimeSpan.FromSeconds(2);

    readonly ShadowTables shadow = new(schemaName, tables);
    readonly string schema = EventLogSchema.Quoted(schemaName);
    long counted;
    long reported;
    int rate;

    /// <summary>Name of the build's own checkpoints in <c>eq_progress</c>.</summary>
    protected string Checkpoint { get; } = $"rebuild {consumer}";

    protected string Schema => schema;
    protected string SchemaName => schemaName;

    /// <summary>Leave nothing for the switch: something in the last events could not be applied, and must be found.</summary>
    protected bool Thorough { get; private set; }
    protected TimeProvider Clock => clock;
    protected ILogger Logger => logger;

    /// <summary>Builds, catches up and switches.</summary>
    /// <exception cref="RebuildRefusedException">It cannot be done, or an event cannot be applied; the tables in use are as they were.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var right = await HoldAsync(cancellation);
        var connection = right.Connection;
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await shadow.PrepareAsync(connection, cancellation);
            await ExecuteAsync(connection, cancellation, RebuildStatus.Begin(schemaName, consumer));
            await transaction.CommitAsync(cancellation);
        }
        await ExecuteAsync(connection, cancellation, new($"set search_path to {shadow.SearchPath}"), new("set synchronous_commit = off"));
        reported = clock.GetTimestamp();
        await BuildAsync(connection, cancellation);
        for (var tries = 1; !await TrySwitchAsync(connection, tries, cancellation); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20 + Random.Shared.Next(80)), clock, cancellation);
            await BuildAsync(connection, cancellation);
        }
        logger.LogInformation("{Consumer} of {Schema} is rebuilt and in use; the tables before it are kept in {Schema}_old", consumer, schemaName, schemaName);
    }

    /// <summary>Throws away what a build has made so far.</summary>
    public async Task AbortAsync(CancellationToken cancellation)
    {
        await using var right = await HoldAsync(cancellation);
        var connection = right.Connection;
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await shadow.DropBuildAsync(connection, cancellation);
        await ForgetAsync(connection, cancellation);
        await ExecuteAsync(connection, cancellation, RebuildStatus.End(schemaName, consumer, RebuildStatus.Aborted));
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Drops the tables that a rebuild replaced; false if none were kept.</summary>
    public async Task<bool> DropOldAsync(CancellationToken cancellation)
    {
        await using var right = await HoldAsync(cancellation);
        var connection = right.Connection;
        return await shadow.DropOldAsync(connection, cancellation);
    }

    /// <summary>Applies pages until little is left.</summary>
    protected abstract Task BuildAsync(NpgsqlConnection connection, CancellationToken cancellation);

    /// <summary>Within the switch, nobody else moving a checkpoint: applies what is left, and gives the consumer the position reached for every tenant.</summary>
    protected abstract Task FinishAsync(NpgsqlConnection connection, CancellationToken cancellation);

    /// <summary>Deletes the build's own checkpoints. Within the caller's transaction.</summary>
    protected abstract Task ForgetAsync(NpgsqlConnection connection, CancellationToken cancellation);

    /// <summary>Counts applied events for the status row; written in the page's own transaction.</summary>
    protected NpgsqlBatchCommand Moved(int events, double part)
    {
        counted += events;
        var percent = (int)Math.Clamp(part * 100, 0, 99);
        if (clock.GetElapsedTime(reported) is var since && since >= Report)
        {
            rate = (int)(counted / since.TotalSeconds);
            logger.LogInformation("{Consumer}: {Percent} % built, {Rate} events/s", consumer, percent, rate);
            (counted, reported) = (0, clock.GetTimestamp());
        }
        return RebuildStatus.Move(schemaName, consumer, percent, events, rate);
    }

    /// <summary>Commits a page; if an event in it cannot be applied, halves it until that one is alone, and asks whether it may be passed.</summary>
    /// <param name="commit">Applies events and moves the build's checkpoint, in a transaction of its own.</param>
    /// <param name="pass">Moves the checkpoint over one event, or throws.</param>
    protected static async Task ApplyPageAsync<T>(IReadOnlyList<T> events, long to, Func<T, long> positionOf, Func<IReadOnlyList<T>, long, Task> commit, Func<T, Exception, Task> pass)
    {
        try
        {
            await commit(events, to);
        }
        catch (Exception e) when (events.Count > 0 && IsTheEvents(e))
        {
            if (events is [var alone])
            {
                await pass(alone, e);
                if (to > positionOf(alone))
                    await commit([], to);
                return;
            }
            var half = events.Count / 2;
            await ApplyPageAsync([.. events.Take(half)], positionOf(events[half - 1]), positionOf, commit, pass);
            await ApplyPageAsync([.. events.Skip(half)], to, positionOf, commit, pass);
        }
    }

    static bool IsTheEvents(Exception e) => e is not (OperationCanceledException or RebuildRefusedException) && !SubscriptionRunner.IsOutage(e);

    /// <summary>The end of a rebuild at an event that no operator decided to pass.</summary>
    protected RebuildRefusedException Cannot(string tenant, long position, string type, Exception error) => new(
        $"{consumer} cannot apply event {position} ({type}) of tenant {tenant}: {error.GetType().Name}. The tables in use are as they were; mend it and run the rebuild again.", error);

    /// <summary>True if the new tables are in use. False if somebody held them too long: everything is as it was.</summary>
    async Task<bool> TrySwitchAsync(NpgsqlConnection connection, int tries, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await ExecuteAsync(connection, cancellation,
                new("set local synchronous_commit = on"),
                new(FormattableString.Invariant($"set local lock_timeout = {LockMilliseconds}")),
                // Whoever applies events holds a row of this table: they have ended, and new ones wait
                new($"lock table {schema}.eq_progress in exclusive mode"));
            await shadow.CheckAsync(connection, cancellation);
            await FinishAsync(connection, cancellation);
            await ForgetAsync(connection, cancellation);
            await shadow.SwapAsync(connection, cancellation);
            await ExecuteAsync(connection, cancellation, RebuildStatus.End(schemaName, consumer, RebuildStatus.Switched));
            Faults.FaultPoint.Reached("rebuild.switching");
            await transaction.CommitAsync(cancellation);
            Faults.FaultPoint.Reached("rebuild.switched");
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected && tries < SwitchTries)
        {
            logger.LogInformation("{Consumer}: somebody holds its tables, the switch is tried again", consumer);
            return false;
        }
        catch (Exception e) when (!Thorough && IsTheEvents(e))
        {
            Thorough = true;
            return false;
        }
    }

    async Task<Right> HoldAsync(CancellationToken cancellation)
    {
        var connection = await owner.OpenConnectionAsync(cancellation);
        Right? held = null;
        try
        {
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('equity-rebuild:' || $1 || ':' || $2, 0))", connection)
            {
                Parameters = { new() { Value = schemaName }, new() { Value = consumer } },
            };
            return await command.ExecuteScalarAsync(cancellation) is true ? held = new(connection) : throw new RebuildRefusedException($"Another process is rebuilding {consumer} of {schemaName} right now.");
        }
        finally
        {
            if (held is null)
                await connection.DisposeAsync();
        }
    }

    /// <summary>The right to rebuild this consumer, with the connection that holds it. It ends with the connection, or before that connection goes back to the pool.</summary>
    sealed record Right(NpgsqlConnection Connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await using var unlock = new NpgsqlCommand("select pg_advisory_unlock_all(); reset search_path; reset synchronous_commit", Connection);
                await unlock.ExecuteNonQueryAsync(CancellationToken.None);
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
            {
                // The connection is dead, and the right with it
            }
            await Connection.DisposeAsync();
        }
    }

    protected static async Task ExecuteAsync(NpgsqlConnection connection, CancellationToken cancellation, params IEnumerable<NpgsqlBatchCommand> commands)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    protected static NpgsqlBatchCommand Tenant(string tenant) => new("select set_config('eq.tenant', $1, true)") { Parameters = { new() { Value = tenant } } };

    /// <summary>Sets a checkpoint of a tenant; the transaction has named it.</summary>
    protected NpgsqlBatchCommand Set(string name, string source, string tenant, long position) => new($"""
        insert into {schema}.eq_progress (consumer, source, tenant_id, seq) values ($1, $2, $3, $4)
        on conflict (consumer, source, tenant_id) do update set seq = excluded.seq
        """) { Parameters = { new() { Value = name }, new() { Value = source }, new() { Value = tenant }, new() { Value = position } } };
}
