using System.Diagnostics;
using System.Text;
using EquityPlatform.AuditTool.Database;
using EquityPlatform.AuditTool.Export;
using EquityPlatform.AuditTool.Live;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Verify;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Benchmarks;

/// <summary>The audit tool over a service's log: fsck of its tables, export over HTTP, verify of the file, and what memory tool and service take together.</summary>
internal sealed class AuditTool : IBenchmark
{
    const int Usual = 300_000;
    const double MostSecondsOfAMillion = 30;
    const double Rate = 100_000;
    const double MostLiveMebibytes = 64;

    public string Name => "audit-tool";
    public string What => "300,000 events: equity-audit's fsck and verify in events/s, its export from a running service by the second for a million, live memory";

    public async Task RunAsync(Bench bench)
    {
        var events = bench.Events(Usual);
        var folder = Directory.CreateTempSubdirectory("equity-bench-").FullName;
        await using var pair = await Pair.CreateAsync(bench.Servers);
        await pair.StartSourceAsync(onTheBus: false, Path.Combine(folder, "bench.key"));
        await Observation.FillAsync(pair.Log, events);
        var address = $"{pair.Outside.Address}/api/audit/v1/source/{Observation.Tenant}";
        using var auditor = new AuditAddress(address, DemoTokens.For("auditor", Observation.Tenant));
        await Eventually.Async(async () => await auditor.BytesOrNullAsync("checkpoint", CancellationToken.None) is { } note && Encoding.UTF8.GetString(note).Split('\n')[1] == $"{events}", TimeSpan.FromMinutes(2), "all is signed");
        VerifierKey[] trusted = [.. (await auditor.TextAsync("vkey", CancellationToken.None)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(VerifierKey.Parse)];
        await using var database = NpgsqlDataSource.Create(pair.Outside.Database);
        await using (var vacuum = database.CreateCommand("vacuum analyze"))
            await vacuum.ExecuteNonQueryAsync();
        var (file, live) = (Path.Combine(folder, "log.equity-audit"), 0L);

        var rates = await bench.MediansAsync(
            ("fsck", "events/s", async () => await CheckedAsync(report => new DatabaseLog(database, "\"source\"", Observation.Tenant, report))),
            ("export", "events/s", ExportedAsync),
            ("verify", "events/s", async () => await CheckedAsync(report => new ExportFile(file, report))));
        bench.Report.Add(Figure.AtLeast("audit fsck", rates[0], "events/s", Rate, 1));
        bench.Report.Add(Figure.AtMost("audit export of 1M", 1_000_000 / rates[1], "s", MostSecondsOfAMillion));
        bench.Report.Add(Figure.AtLeast("audit verify", rates[2], "events/s", Rate, 1));
        bench.Report.Add(Figure.AtMost("audit live memory", live / 1048576.0, "MiB", MostLiveMebibytes));
        Directory.Delete(folder, recursive: true);

        // Looking is on record in the log itself, so it grows from run to run
        async Task<double> CheckedAsync(Func<EquityPlatform.AuditTool.Verify.Report, ILogSource> open)
        {
            var report = new EquityPlatform.AuditTool.Verify.Report();
            var clock = Stopwatch.StartNew();
            await using var source = open(report);
            await new LogVerifier(source, trusted, [], report).RunAsync(CancellationToken.None);
            var rate = report.Events / clock.Elapsed.TotalSeconds;
            live = Math.Max(live, GC.GetTotalMemory(forceFullCollection: true));
            return report.Valid && report.Events >= events ? rate : throw new InvalidOperationException(report.Faults.Count > 0 ? report.Faults[0].Message : "Not every event was checked.");
        }

        async Task<double> ExportedAsync()
        {
            var clock = Stopwatch.StartNew();
            await using var source = new LiveLog(new(address, DemoTokens.For("auditor", Observation.Tenant)), Period.All, "benchmark");
            var span = await source.OpenAsync(CancellationToken.None);
            await using var stream = File.Create(file);
            await ExportWriter.WriteAsync(source, span, [], stream, null, CancellationToken.None);
            return span.To / clock.Elapsed.TotalSeconds;
        }
    }
}
