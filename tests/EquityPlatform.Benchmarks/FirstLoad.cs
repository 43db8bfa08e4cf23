using System.Diagnostics;

namespace EquityPlatform.Benchmarks;

/// <summary>
/// A district's first feed end to end (upload, read, check, compare, append, state), against the same number of events appended in bulk; then the same package again,
/// with one course more: nothing else is news. In one run: a whole district loads for minutes.
/// </summary>
internal sealed class FirstLoad(string name, string district, int usual) : IBenchmark
{
    const double RateTarget = 0.5, UnchangedTarget = 300_000, MemoryTarget = 1.5 * 1024;

    /// <summary>More would only take longer: the rate of bulk appends does not depend on it.</summary>
    const int MostCompared = 1_000_000;

    public string Name => name;
    public string What => $"a service of its own loads {district} and loads it again unchanged";

    public async Task RunAsync(Bench bench)
    {
        var students = bench.Options.Events ?? usual;
        var file = Path.GetTempFileName();
        try
        {
            var (text, rows) = Write(file, students);
            bench.Report.Say(FormattableString.Invariant($"  {students:#,0} students, {rows:#,0} rows, {text / 1e6:#,0} MB of text, {new FileInfo(file).Length / 1e6:0} MB packed"));
            var compared = Math.Min(rows, MostCompared);
            var bulk = compared / (await BulkAsync(bench.Servers, compared)).TotalSeconds;

            await using var service = await IngestionProcess.StartAsync(bench.Servers);
            var first = await MeasureAsync(bench, service, file, "first load", rows);
            bench.Report.Add(Figure.AtLeast($"{name} first load", rows / first.TotalSeconds, "rows/s", bulk, RateTarget));
            var events = await service.EventsAsync();
            Write(file, students, courses: RosterPackage.Courses + 1);
            var again = await MeasureAsync(bench, service, file, "unchanged", rows);
            if (await service.EventsAsync() - events != 3) // received, the course, applied
                throw new InvalidOperationException("Only the course is news.");
            bench.Report.Add(Figure.AtLeast($"{name} unchanged", rows / again.TotalSeconds, "rows/s", UnchangedTarget));
            bench.Report.Add(Figure.AtMost($"{name} memory", service.PeakMemory / 1024.0 / 1024.0, "MiB", MemoryTarget));
        }
        finally
        {
            File.Delete(file);
        }
    }

    static (long Text, int Rows) Write(string file, int students, int courses = RosterPackage.Courses)
    {
        using var package = File.Create(file);
        return RosterPackage.Write(package, students, courses);
    }

    static async Task<TimeSpan> MeasureAsync(Bench bench, IngestionProcess service, string file, string what, int rows)
    {
        var (before, spent, events) = (Processors.Now(), service.Spent, await service.EventsAsync());
        await using var package = File.OpenRead(file);
        var time = await service.FeedAsync(package);
        bench.Report.Say(FormattableString.Invariant(
            $"  {what}: {time.TotalSeconds:0.0} s, {await service.EventsAsync() - events:#,0} events, the service {(service.Spent - spent).TotalSeconds:0.0} s of processor ({(service.Spent - spent).TotalMicroseconds / rows:0} us a row), {Processors.Now().Since(before)}"));
        return time;
    }

    static async Task<TimeSpan> BulkAsync(Servers servers, int events)
    {
        await using var log = await servers.LogAsync();
        await Observation.FillAsync(log.Log, 50_000, "warm");
        var clock = Stopwatch.StartNew();
        await Observation.FillAsync(log.Log, events);
        return clock.Elapsed;
    }
}
