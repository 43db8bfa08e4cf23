using System.Collections.Concurrent;
using EquityPlatform.EventSourcing.Faults;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// The one writer of a log in a process. While a group is being written, the next one gathers; small appends and chunks of
/// bulk appends take turns, so neither waits for more than one turn of the other. It has a thread of its own and blocks on the
/// database: every hop to a pool thread that is busy with other work would be time under the head's lock.
/// </summary>
internal sealed class GroupWriter(NpgsqlDataSource database, string schema, TimeProvider clock, CommitSignal signal, RecentEvents recent, ILogger logger) : IAsyncDisposable
{
    const int GroupAppends = 500;
    const int GroupEvents = 1000;
    static readonly TimeSpan ChunkTarget = TimeSpan.FromMilliseconds(25);

    /// <summary>Beside small appends, which wait for the chunk.</summary>
    static readonly TimeSpan ChunkTargetBeside = TimeSpan.FromMilliseconds(10);

    /// <summary>Least events of a chunk. A group costs as much as some dozen events before its first one, and where the processors are taken, all that waits is counted as its time.</summary>
    const int ChunkLeast = 500;
    const int ChunkLeastBeside = 100;

    /// <summary>So many chunks after the last small append, bulk appends are alone.</summary>
    const int ChunksUntilAlone = 20;

    /// <summary>So many chunks look for held ids after one was found: what is repeated is usually a whole feed.</summary>
    const int ChunksThatLook = 100;

    static readonly TimeSpan SequenceLag = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentQueue<PreparedAppend> small = new();
    readonly ConcurrentQueue<PreparedChunk> chunks = new();
    readonly SemaphoreSlim wake = new(0);
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock gate = new();
    Thread? thread;
    int idle;
    volatile bool stopping;
    WriterConnection? connection;
    GroupPlan? heldGroup;
    GroupPlan? heldChunk;
    bool sequenceBehind = true;
    int chunksThatLook;
    int chunksAlone = ChunksUntilAlone;
    volatile int chunkEvents = 1000;

    /// <summary>Events that a chunk of a bulk append should have now, so that it holds the head for about 25 ms, or less if small appends wait.</summary>
    public int ChunkEvents => chunkEvents;

    public void Enqueue(PreparedAppend append) => Enqueue(() => small.Enqueue(append));

    public void Enqueue(PreparedChunk chunk) => Enqueue(() => chunks.Enqueue(chunk));

    void Enqueue(Action add)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            add();
            if (thread is null)
            {
                thread = new(Run) { IsBackground = true, Name = $"log writer {schema}" };
                thread.Start();
            }
        }
        Wake();
    }

    void Wake()
    {
        if (Interlocked.Exchange(ref idle, 0) == 1)
            wake.Release();
    }

    void Run()
    {
        try
        {
            while (RunTurn())
            {
            }
        }
        finally
        {
            ended.SetResult();
        }
    }

    /// <summary>A group and a chunk, or else a rest until there is one. False at the end.</summary>
    bool RunTurn()
    {
        var last = stopping; // read first: nothing is queued after it is set
        var group = NextGroup();
        if (group.Count > 0)
        {
            Write(group);
            chunksAlone = 0;
        }
        if (chunks.TryDequeue(out var chunk))
        {
            Give(ref heldGroup);
            WriteChunk(chunk);
        }
        if (group.Count > 0 || chunk is not null)
            return true;
        Give(ref heldGroup);
        Give(ref heldChunk);
        if (last)
            return false;
        Interlocked.Exchange(ref idle, 1);
        if (!small.IsEmpty || !chunks.IsEmpty || stopping) // came between the look and the word; a permit too many only means another look
            return true;
        if (!sequenceBehind || connection is null)
            wake.Wait();
        else if (!wake.Wait(SequenceLag))
            AdvanceSequence();
        return true;
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
    void WriteChunk(PreparedChunk chunk)
    {
        using (chunk)
        {
            var started = clock.GetTimestamp();
            if (!Write(chunk.Appends, isChunk: true, lookForIds: chunksThatLook-- > 0))
            {
                chunksThatLook = ChunksThatLook;
                Write(chunk.Appends, isChunk: true);
            }
            if (chunksThatLook < 0)
                chunksThatLook = 0;
            Adapt(chunk.Events, clock.GetElapsedTime(started));
        }
    }

    /// <summary>False if an event may be held, and nobody looked: nothing is written then, and nobody has an answer.</summary>
    bool Write(IReadOnlyList<PreparedAppend> group, bool isChunk = false, bool lookForIds = true)
    {
        try
        {
            FaultPoint.Reached("writer.opening");
            var facts = Open(group, lookForIds);
            FaultPoint.Reached("writer.facts");
            var plan = new GroupPlan(group, facts, clock.GetUtcNow());
            if (!lookForIds && plan.Events.Count < group.Sum(one => one.Events.Length)) // a repeat looks like a conflict to those who did not look
            {
                Rollback();
                return false;
            }
            if (Mutation.Is("ack-before-commit"))
                Reply(plan);
            if (plan.Events.Count == 0)
                connection!.Rollback();
            else
                connection!.Write(plan, isChunk ? GiveHeldChunk : GiveHeldGroup);
            FaultPoint.Reached("writer.committed");
            if (facts.Events.Count > 0 && chunksThatLook > 0)
                chunksThatLook = ChunksThatLook;
            sequenceBehind |= plan.Events.Count > 0;
            Hold(plan, isChunk);
            recent.Add(plan.Events);
            signal.Publish(plan.LastPosition);
        }
        catch (PostgresException e) when (!lookForIds && WriterConnection.IsHeldId(e))
        {
            Rollback();
            return false;
        }
        catch (PostgresException e) when (RefusesRows(e))
        {
            Refuse(group, e);
        }
        catch (Exception e) // every caller must get an answer, and the writer must live on: whatever failed, start with a new connection
        {
            logger.LogWarning(e, "A group of {Appends} appends to {Schema} has no known outcome; its callers may repeat it by id", group.Count, schema);
            DropConnection();
            // A connection that breaks in mid-message comes out of Npgsql as anything, a NullReferenceException too; to callers it is what it is: no answer
            var lost = e is NpgsqlException ? e : new TimeoutException("The database broke off before it answered: whether the events were written is not known.", e);
            foreach (var one in group)
                one.Fail(lost);
        }
        return true;
    }

    /// <summary>
    /// Who gets an answer has work to do, and so the processors would be taken in the very moments in which the next group holds the head and
    /// waits for this thread. If there is a next one, the answers are given when the server is busy with its rows.
    /// </summary>
    void Hold(GroupPlan plan, bool isChunk)
    {
        Give(ref isChunk ? ref heldChunk : ref heldGroup);
        if (isChunk && !chunks.IsEmpty)
            heldChunk = plan;
        else if (!isChunk && !small.IsEmpty)
            heldGroup = plan;
        else
            Reply(plan);
    }

    void GiveHeldGroup() => Give(ref heldGroup);

    void GiveHeldChunk() => Give(ref heldChunk);

    static void Give(ref GroupPlan? held)
    {
        if (held is not null)
            Reply(held);
        held = null;
    }

    static void Reply(GroupPlan plan)
    {
        for (var i = 0; i < plan.Group.Count; i++)
            plan.Group[i].Reply(plan.Results[i]);
    }

    /// <summary>Until the group is opened nothing can have been written, so a connection that died while idle is replaced once.</summary>
    GroupFacts Open(IReadOnlyList<PreparedAppend> group, bool lookForIds)
    {
        if (connection is not null)
        {
            try
            {
                return connection.OpenGroup(group, lookForIds);
            }
            catch (NpgsqlException e) when (e is not PostgresException refused || !RefusesRows(refused))
            {
                logger.LogInformation(e, "The writer of {Schema} connects anew", schema);
                DropConnection();
            }
        }
        connection = WriterConnection.Connect(database, schema);
        return connection.OpenGroup(group, lookForIds);
    }

    /// <summary>The database refused the rows of somebody in the group: halve it until that one is alone.</summary>
    void Refuse(IReadOnlyList<PreparedAppend> group, PostgresException e)
    {
        Rollback();
        if (group.Count == 1)
        {
            logger.LogWarning(e, "The database refused an append to {Schema}", schema);
            group[0].Reply(new AppendResult.AppendRefused("append.refused-by-database", $"{e.SqlState}: {e.MessageText}"));
            return;
        }
        Write([.. group.Take(group.Count / 2)]);
        Write([.. group.Skip(group.Count / 2)]);
    }

    void Rollback()
    {
        try
        {
            connection!.Rollback();
        }
        catch (NpgsqlException lost)
        {
            logger.LogInformation(lost, "The writer of {Schema} connects anew", schema);
            DropConnection();
        }
    }

    /// <summary>Data (22), constraints (23), index rows and other limits (54): another try gives the same answer.</summary>
    static bool RefusesRows(PostgresException e) => e.SqlState is ['2', '2' or '3', ..] or ['5', '4', ..];

    void Adapt(int events, TimeSpan held)
    {
        var beside = chunksAlone < ChunksUntilAlone;
        chunksAlone += beside ? 1 : 0;
        if (events >= chunkEvents / 2)
            chunkEvents = (int)Math.Clamp(chunkEvents * Math.Clamp((beside ? ChunkTargetBeside : ChunkTarget) / held, 0.5, 1.5), beside ? ChunkLeastBeside : ChunkLeast, 20_000);
    }

    void AdvanceSequence()
    {
        try
        {
            if (!Mutation.Is("naive-sequence"))
                connection!.AdvanceSequence();
            sequenceBehind = false;
        }
        catch (NpgsqlException e)
        {
            logger.LogInformation(e, "The sequence of {Schema} lags until the next commit", schema);
            DropConnection();
        }
    }

    void DropConnection()
    {
        if (connection is null)
            return;
        connection.Dispose();
        connection = null;
        recent.Clear(); // whether what was under way was written is not known
    }

    /// <summary>Writes what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
            stopping = true;
        Wake();
        if (thread is not null)
            await ended.Task;
        if (sequenceBehind && connection is not null)
            AdvanceSequence();
        DropConnection();
    }
}
