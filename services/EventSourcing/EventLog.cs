using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// The event log of one service: gapless positions in commit order, written by one group-commit writer per process over the
/// <c>eq_head</c> row, in Marten's table format. See <c>services/decisions/</c>.
/// </summary>
public sealed partial class EventLog : IAsyncDisposable
{
    /// <summary>Chunks of one bulk append that wait or are written while the next is prepared.</summary>
    const int ChunksAhead = 2;

    /// <summary>The writer's connection should buffer so much (<c>WriteBufferSize</c>): a group of appends then goes out at once, not in pieces of 8 KiB.</summary>
    public const int WriteBufferBytes = 128 * 1024;

    /// <summary>Large events fill a chunk before their number does.</summary>
    const int ChunkBytes = 4 << 20;

    readonly GroupWriter writer;
    readonly CommitSignal signal;
    readonly RecentEvents recent = new();
    readonly string schema;

    /// <param name="database">Role of the service, under row-level security: every read.</param>
    /// <param name="writer">Role of the writer (<see cref="LogRoles.Writer"/>): appends only.</param>
    public EventLog(NpgsqlDataSource database, NpgsqlDataSource writer, string schema, EventTypes types, TimeProvider clock, ILogger<EventLog>? logger = null)
    {
        types.Check();
        Database = database;
        Schema = schema;
        Types = types;
        Clock = clock;
        this.schema = EventLogSchema.Quoted(schema);
        signal = new(clock);
        this.writer = new(writer, this.schema, clock, signal, recent, logger ?? NullLogger<EventLog>.Instance);
    }

    public string Schema { get; }
    public EventTypes Types { get; }
    public NpgsqlDataSource Database { get; }
    internal TimeProvider Clock { get; }

    /// <summary>
    /// Appends durably; concurrent callers share one transaction, each gets its own answer. If the connection is lost in the
    /// middle, the outcome is unknown and the exception says so: a repeat with the same ids settles it.
    /// </summary>
    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (prepared, refused) = AppendRules.Prepare(append, Types, cancellation);
        if (prepared is null)
            return Task.FromResult<AppendResult>(refused!);
        writer.Enqueue(prepared);
        var answer = prepared.Answer.WaitAsync(cancellation);
        return AppendedPositions.Current is { } positions ? positions.NoteAsync(answer) : answer;
    }

    /// <summary>Appends many streams in chunks by binary COPY; each append has its own answer, in input order.</summary>
    public async IAsyncEnumerable<AppendResult> AppendBulkAsync(IAsyncEnumerable<Append> appends, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var waiting = new Queue<List<Task<AppendResult>>>();
        var answers = new List<Task<AppendResult>>();
        var chunk = new PreparedChunk();
        try
        {
            await foreach (var append in appends.WithCancellation(cancellation))
            {
                var (prepared, refused) = AppendRules.Prepare(append, Types, CancellationToken.None);
                answers.Add(prepared?.Answer ?? Task.FromResult<AppendResult>(refused!));
                if (prepared is null)
                    continue;
                chunk.Add(prepared);
                if (chunk.Events < writer.ChunkEvents && chunk.Bytes < ChunkBytes)
                    continue;
                writer.Enqueue(chunk);
                waiting.Enqueue(answers);
                (chunk, answers) = (new(), []);
                if (waiting.Count > ChunksAhead)
                    foreach (var answer in waiting.Dequeue())
                        yield return answer.IsCompletedSuccessfully ? answer.Result : await answer.WaitAsync(cancellation);
            }
            if (chunk.Events > 0)
            {
                writer.Enqueue(chunk);
                chunk = new();
            }
        }
        finally
        {
            chunk.Dispose(); // one that was not handed over
        }
        waiting.Enqueue(answers);
        foreach (var answer in waiting.SelectMany(a => a))
            yield return await answer.WaitAsync(cancellation);
    }

    /// <summary>Completes when a commit beyond <paramref name="position"/> was seen by this process, or after <paramref name="atMost"/> (polling is the fallback for other replicas' commits).</summary>
    public Task WaitForCommitAsync(long position, TimeSpan atMost, CancellationToken cancellation) => signal.WaitAsync(position, atMost, cancellation);

    public ValueTask DisposeAsync() => writer.DisposeAsync();
}
