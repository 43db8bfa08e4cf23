using System.Diagnostics;
using System.Security.Cryptography;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.AuditLog;

namespace EquityPlatform.Benchmarks;

/// <summary>The audit log: does the follower keep up with bulk append, and how long does an inclusion proof take in a large log.</summary>
internal sealed class Audit : IBenchmark
{
    const int Usual = 400_000;
    const int Leaves = 10_000_000;
    const int LeavesAtOnce = 256_000;
    const int Proofs = 2_000;
    const double Target = 0.9;
    const double MostMilliseconds = 5;

    public string Name => "audit";
    public string What => "400,000 events: the audit log's follower, against AppendBulkAsync; inclusion proofs in a log of 10,000,000 leaves";

    public async Task RunAsync(Bench bench)
    {
        var events = bench.Events(Usual);
        var appends = Enumerable.Range(0, events / Observation.EventsPerStream).Select(stream => Observation.Append(stream)).ToArray();
        await using (var log = await FilledAsync(bench, appends[..Math.Min(appends.Length, 10_000)])) // the compiler warms up
            await FollowAsync(log);
        var (bulk, follow) = (new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var clock = Stopwatch.StartNew();
            await using var log = await FilledAsync(bench, appends);
            bulk.Add(events / clock.Elapsed.TotalSeconds);
            clock.Restart();
            await FollowAsync(log);
            follow.Add(events / clock.Elapsed.TotalSeconds);
            bench.Report.Say(FormattableString.Invariant($"  run {run + 1}: bulk append {bulk[^1]:#,0} events/s, follower {follow[^1]:#,0} leaves/s"));
        }
        bench.Report.Add(Figure.AtLeast("audit follower", Bench.Median(follow), "leaves/s", Bench.Median(bulk), Target));
        await ProveAsync(bench);
    }

    static async Task<BenchLog> FilledAsync(Bench bench, Append[] appends)
    {
        var log = await bench.Servers.LogAsync();
        await Observation.AppendAllAsync(log.Log, appends.ToAsyncEnumerable());
        return log;
    }

    static AuditOrigin Origins(BenchLog log) => new("bench.example.org", log.Schema);

    static async Task FollowAsync(BenchLog log)
    {
        var follower = new AuditFollower(log.Log.Database, Origins(log));
        while (await follower.FollowAsync(Observation.Tenant, CancellationToken.None))
        {
        }
    }

    /// <summary>A log whose leaves were never events: only tiles and a checkpoint, which is all that a proof reads.</summary>
    static async Task ProveAsync(Bench bench)
    {
        await using var log = await bench.Servers.LogAsync();
        var folder = Directory.CreateTempSubdirectory("equity-bench-");
        var tiles = new Tiles(0);
        while (tiles.Size < Leaves)
        {
            await using var transaction = await TenantTransaction.BeginAsync(log.Log.Database, Observation.Tenant, CancellationToken.None);
            var tree = new LogTree(transaction.Connection, EventLogSchema.Quoted(log.Schema), Observation.Tenant);
            var state = await tree.LockAsync(CancellationToken.None) ?? throw new InvalidOperationException("Somebody else works on the log.");
            tiles = new Tiles(state.Size);
            await tree.LoadAsync(tiles, state.Generation, Tiles.Needed(state.Size), CancellationToken.None);
            tiles.Append(RandomNumberGenerator.GetBytes((int)Math.Min(LeavesAtOnce, Leaves - state.Size) * TreeHash.Bytes));
            await tree.SaveAsync(tiles, state.Generation, tiles.Size, [], CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }
        var keys = new AuditKeys(Path.Combine(folder.FullName, "bench.key"));
        await new CheckpointSigner(log.Log.Database, Origins(log), keys, new(Path.Combine(folder.FullName, "signed")), TimeProvider.System).SignAsync(Observation.Tenant, CancellationToken.None);
        await log.RunAsync($"analyze {log.Schema}.eq_log_tile");
        var reads = new AuditLogReads(log.Log.Database, Origins(log));
        var took = new List<double>();
        for (var i = -100; i < Proofs; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            var proof = await reads.InclusionAsync(Observation.Tenant, Random.Shared.NextInt64(Leaves), null, CancellationToken.None);
            if (proof is null)
                throw new InvalidOperationException("No proof.");
            if (i >= 0)
                took.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }
        folder.Delete(recursive: true);
        bench.Report.Add(Figure.AtMost("inclusion proof p50", Bench.Median(took), "ms", MostMilliseconds));
        bench.Report.Add(Figure.AtMost("inclusion proof p99", Bench.Quantile(took, 0.99), "ms", MostMilliseconds));
    }
}
