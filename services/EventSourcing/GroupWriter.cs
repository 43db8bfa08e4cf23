using System.Collections.Concurrent;
using System.Threading.Channels;
using EquityPlatform.EventSourcing.Faults;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// The one writer of a log in a process. While a group is being written, the next one gathers; small appends and chunks of
/// bulk appends take turns, so neither waits for more than one turn of the other.
/// </summary>
internal sealed class GroupWriter(NpgsqlDataSource database, string schema, TimeProvider clock, CommitSignal signal, ILogger logger) : IAsyncDisposable
{
    const int GroupAppends = 500;
    const int GroupEvents = 1000;
    static readonly TimeSpan ChunkTarget = TimeSpan.FromMilliseconds(25);

    /// <summary>So many chunks look for held ids after one was found: what is repeated is usually a whole feed.</summary>
    const int ChunksThatLook = 100;

    static readonly TimeSpan SequenceLag = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentQueue<PreparedAppend> small = new();
    readonly ConcurrentQueue<PreparedChunk> chunks = new();
    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Lock gate = new();
    Task? loop;
    volatile bool stopping;
    WriterConnection? connection;
    bool sequenceBehind = true;
    int chunksThatLook;
    volatile int chunkEvents = 1000;

    /// <summary>Events that a chunk of a bulk append should have now, so that it holds the head for about 25 ms.</summary>
    public int ChunkEvents => chunkEvents;

    public void Enqueue(PreparedAppend append) => Enqueue(() => small.Enqueue(append));

    public void Enqueue(PreparedChunk chunk) => Enqueue(() => chunks.Enqueue(chunk));

    void Enqueue(Action add)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            add();
            loop ??= Task.Run(RunAsync);
        }
        wake.Writer.TryWrite(true);
    }

    async Task RunAsync()
    {
        var woken = wake.Reader.WaitToReadAsync().AsTask();
        while (true)
        {
            var last = stopping; // read first: nothing is queued after it is set
            var group = NextGroup();
            if (group.Count > 0)
                await WriteAsync(group);
            if (chunks.TryDequeue(out var chunk))
                await WriteChunkAsync(chunk);
            if (group.Count > 0 || chunk is not null)
                continue;
            if (last)
                return;
            if (sequenceBehind && connection is not null && await Task.WhenAny(woken, Task.Delay(SequenceLag, clock)) != woken)
                await AdvanceSequenceAsync();
            await woken;
            wake.Reader.TryRead(out _);
            woken = wake.Reader.WaitToReadAsync().AsTask();
        }
    }

    List<PreparedAppend> NextGroup()
    {
        var group = new List<PreparedAppend>();
        for (var events = 0; group.Count < GroupAppends && events < GroupEvents && small.TryDequeue(out var one);)
        {
            if (one.Cancellation.IsCancellationRequested)
            {
                one.Cancel();
                continue;
            }
            group.Add(one);
            events += one.Events.Length;
        }
        return group;
    }

    /// <summary>
    /// A chunk whose events are probably all new does not look for their ids first, which would cost a tenth of its time: the
    /// unique index finds a held one. Then, or if anything else is not simply appended, the chunk is done over with the look,
    /// and so are the next ones.
    /// </summary>
    async Task WriteChunkAsync(PreparedChunk chunk)
    {
        using (chunk)
        {
            var started = clock.GetTimestamp();
            if (!await WriteAsync(chunk.Appends, lookForIds: chunksThatLook-- > 0))
            {
                chunksThatLook = ChunksThatLook;
                await WriteAsync(chunk.Appends);
            }
            if (chunksThatLook < 0)
                chunksThatLook = 0;
            Adapt(chunk.Events, clock.GetElapsedTime(started));
        }
    }

    /// <summary>False if an event may be held, and nobody looked: nothing is written then, and nobody has an answer.</summary>
    async Task<bool> WriteAsync(IReadOnlyList<PreparedAppend> group, bool lookForIds = true)
    {
        try
        {
            FaultPoint.Reached("writer.opening");
            var facts = await OpenAsync(group, lookForIds);
            FaultPoint.Reached("writer.facts");
            var plan = new GroupPlan(group, facts, clock.GetUtcNow());
            if (!lookForIds && plan.Events.Count < group.Sum(one => one.Events.Length)) // a repeat looks like a conflict to those who did not look
            {
                await RollbackAsync();
                return false;
            }
            if (Mutation.Is("ack-before-commit"))
                Reply(plan);
            if (plan.Events.Count == 0)
                await connection!.RollbackAsync();
            else
                await connection!.WriteAsync(plan);
            FaultPoint.Reached("writer.committed");
            if (facts.Events.Count > 0 && chunksThatLook > 0)
                chunksThatLook = ChunksThatLook;
            sequenceBehind |= plan.Events.Count > 0;
            Reply(plan);
            signal.Publish(plan.LastPosition);
        }
        catch (PostgresException e) when (!lookForIds && WriterConnection.IsHeldId(e))
        {
            await RollbackAsync();
            return false;
        }
        catch (PostgresException e) when (RefusesRows(e))
        {
            await RefuseAsync(group, e);
        }
        catch (Exception e) // every caller must get an answer, and the writer must live on: whatever failed, start with a new connection
        {
            logger.LogWarning(e, "A group of {Appends} appends to {Schema} has no known outcome; its callers may repeat it by id", group.Count, schema);
            await DropConnectionAsync();
            foreach (var one in group)
                one.Fail(e);
        }
        return true;
    }

    static void Reply(GroupPlan plan)
    {
        for (var i = 0; i < plan.Group.Count; i++)
            plan.Group[i].Reply(plan.Results[i]);
    }

    /// <summary>Until the group is opened nothing can have been written, so a connection that died while idle is replaced once.</summary>
    async Task<GroupFacts> OpenAsync(IReadOnlyList<PreparedAppend> group, bool lookForIds)
    {
        if (connection is not null)
        {
            try
            {
                return await connection.OpenGroupAsync(group, lookForIds);
            }
            catch (NpgsqlException e) when (e is not PostgresException refused || !RefusesRows(refused))
            {
                logger.LogInformation(e, "The writer of {Schema} connects anew", schema);
                await DropConnectionAsync();
            }
        }
        connection = await WriterConnection.ConnectAsync(database, schema);
        return await connection.OpenGroupAsync(group, lookForIds);
    }

    /// <summary>The database refused the rows of somebody in the group: halve it until that one is alone.</summary>
    async Task RefuseAsync(IReadOnlyList<PreparedAppend> group, PostgresException e)
    {
        await RollbackAsync();
        if (group.Count == 1)
        {
            logger.LogWarning(e, "The database refused an append to {Schema}", schema);
            group[0].Reply(new AppendResult.AppendRefused("append.refused-by-database", $"{e.SqlState}: {e.MessageText}"));
            return;
        }
        await WriteAsync([.. group.Take(group.Count / 2)]);
        await WriteAsync([.. group.Skip(group.Count / 2)]);
    }

    async Task RollbackAsync()
    {
        try
        {
            await connection!.RollbackAsync();
        }
        catch (NpgsqlException lost)
        {
            logger.LogInformation(lost, "The writer of {Schema} connects anew", schema);
            await DropConnectionAsync();
        }
    }

    /// <summary>Data (22), constraints (23), index rows and other limits (54): another try gives the same answer.</summary>
    static bool RefusesRows(PostgresException e) => e.SqlState is ['2', '2' or '3', ..] or ['5', '4', ..];

    void Adapt(int events, TimeSpan held)
    {
        if (events >= chunkEvents / 2)
            chunkEvents = (int)Math.Clamp(chunkEvents * Math.Clamp(ChunkTarget / held, 0.5, 1.5), 250, 20_000);
    }

    async Task AdvanceSequenceAsync()
    {
        try
        {
            if (!Mutation.Is("naive-sequence"))
                await connection!.AdvanceSequenceAsync();
            sequenceBehind = false;
        }
        catch (NpgsqlException e)
        {
            logger.LogInformation(e, "The sequence of {Schema} lags until the next commit", schema);
            await DropConnectionAsync();
        }
    }

    async Task DropConnectionAsync()
    {
        if (connection is null)
            return;
        await connection.DisposeAsync();
        connection = null;
    }

    /// <summary>Writes what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
            stopping = true;
        wake.Writer.TryWrite(true);
        if (loop is not null)
            await loop;
        if (sequenceBehind && connection is not null)
            await AdvanceSequenceAsync();
        await DropConnectionAsync();
    }
}
