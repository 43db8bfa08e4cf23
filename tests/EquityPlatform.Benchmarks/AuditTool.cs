using System.Diagnostics;
using System.Runtime.CompilerServices;
using EquityPlatform.AuditTool.Database;
using EquityPlatform.AuditTool.Export;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Verify;
using EquityPlatform.EventSourcing.AuditLog;
using TileId = EquityPlatform.AuditTool.Merkle.TileId;

namespace EquityPlatform.Benchmarks;

/// <summary>The audit tool over a log as services write it: fsck of the tables, export, verify of the file, and what memory they take.</summary>
internal sealed class AuditTool : IBenchmark
{
    const int Usual = 300_000;
    const double MostSecondsOfAMillion = 30;
    const double Rate = 100_000;
    const double MostLiveMebibytes = 64;

    public string Name => "audit-tool";
    public string What => "300,000 events: equity-audit's fsck and verify in events/s, its export by the second for a million (without the network), live memory";

    public async Task RunAsync(Bench bench)
    {
        var events = bench.Events(Usual);
        var folder = Directory.CreateTempSubdirectory("equity-bench-").FullName;
        await using var log = await bench.Servers.LogAsync();
        await Observation.FillAsync(log.Log, events);
        var origins = new AuditOrigin("bench.example.org", log.Schema);
        var follower = new AuditFollower(log.Log.Database, origins);
        while (await follower.FollowAsync(Observation.Tenant, CancellationToken.None))
        {
        }
        var keys = new AuditKeys(Path.Combine(folder, "bench.key"));
        await new CheckpointSigner(log.Log.Database, origins, keys, new(Path.Combine(folder, "signed")), TimeProvider.System).SignAsync(Observation.Tenant, CancellationToken.None);
        await log.RunAsync("vacuum analyze");
        VerifierKey[] trusted = [.. keys.VerifierKeys(origins.Of(Observation.Tenant, 1)).Select(VerifierKey.Parse)];
        var (file, live) = (Path.Combine(folder, "log.equity-audit"), 0L);

        var rates = await bench.MediansAsync(
            ("fsck", "events/s", async () => await CheckedAsync(report => new DatabaseLog(log.Database, $"\"{log.Schema}\"", Observation.Tenant, report))),
            ("export", "events/s", ExportedAsync),
            ("verify", "events/s", async () => await CheckedAsync(report => new ExportFile(file, report))));
        bench.Report.Add(Figure.AtLeast("audit fsck", rates[0], "events/s", Rate, 1));
        bench.Report.Add(Figure.AtMost("audit export of 1M", 1_000_000 / rates[1], "s", MostSecondsOfAMillion));
        bench.Report.Add(Figure.AtLeast("audit verify", rates[2], "events/s", Rate, 1));
        bench.Report.Add(Figure.AtMost("audit live memory", live / 1048576.0, "MiB", MostLiveMebibytes));
        Directory.Delete(folder, recursive: true);

        async Task<double> CheckedAsync(Func<EquityPlatform.AuditTool.Verify.Report, ILogSource> open)
        {
            var report = new EquityPlatform.AuditTool.Verify.Report();
            var clock = Stopwatch.StartNew();
            await using var source = open(report);
            await new LogVerifier(source, trusted, [], report).RunAsync(CancellationToken.None);
            var rate = events / clock.Elapsed.TotalSeconds;
            live = Math.Max(live, GC.GetTotalMemory(forceFullCollection: true));
            return report.Valid && report.Events == events ? rate : throw new InvalidOperationException(report.Faults.Count > 0 ? report.Faults[0].Message : "Not every event was checked.");
        }

        async Task<double> ExportedAsync()
        {
            var clock = Stopwatch.StartNew();
            var source = new Served(new(log.Log.Database, origins));
            var span = await source.OpenAsync(CancellationToken.None);
            await using var stream = File.Create(file);
            await ExportWriter.WriteAsync(source, span, [], stream, null, CancellationToken.None);
            return events / clock.Elapsed.TotalSeconds;
        }
    }

    /// <summary>What the services' routes give, without HTTP between.</summary>
    sealed class Served(AuditLogReads reads) : ILogSource
    {
        SignedSize last = new(0, "");

        public async ValueTask<LogSpan> OpenAsync(CancellationToken cancellation)
        {
            var checkpoint = await reads.CheckpointAsync(Observation.Tenant, null, cancellation) ?? throw new InvalidOperationException("Nothing was signed.");
            last = new(checkpoint.Size, checkpoint.Note);
            return new(checkpoint.Note.Split('\n')[0], 0, last.Size, last.Size, Sealed: true);
        }

        public ValueTask<string> KeysAsync(CancellationToken cancellation) => ValueTask.FromResult("");

        public ValueTask<SignedSize> LastCheckpointAsync(CancellationToken cancellation) => ValueTask.FromResult(last);

        public async IAsyncEnumerable<SignedSize> CheckpointsAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            await ValueTask.CompletedTask;
            yield return last;
        }

        public async ValueTask<byte[]?> TileAsync(TileId id, int width, CancellationToken cancellation) => await reads.TileAsync(Observation.Tenant, id.Level, id.N, width, cancellation);

        public async ValueTask<byte[]?> LeavesAsync(long n, int width, CancellationToken cancellation) => await reads.EntriesAsync(Observation.Tenant, n, width, cancellation);

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> EventsAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            var line = new System.Buffers.ArrayBufferWriter<byte>(4096);
            await foreach (var page in reads.LeavesAsync(Observation.Tenant, 0, last.Size, cancellation))
                foreach (var leaf in page)
                {
                    line.ResetWrittenCount();
                    leaf.WriteLine(line);
                    yield return line.WrittenMemory[..^1];
                }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
