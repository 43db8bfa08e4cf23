using System.Diagnostics;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Benchmarks;

/// <summary>
/// Reading and checking a complete OneRoster package, as the service does it before it decides: unpacking, decoding, rows, rules, comparison with what is known. First
/// against nothing known, then against exactly what the package says: then nothing is news and nothing would be written.
/// </summary>
internal sealed class Ingest : IBenchmark
{
    const int UsualStudents = 100_000;
    const double MegabytesTarget = 100, UnchangedTarget = 300_000;
    static readonly DateOnly Today = new(2025, 10, 1);

    public string Name => "ingest";
    public string What => "a complete roster of 100,000 students with 1,050,000 section enrolments: read and checked, and read again unchanged";

    public Task RunAsync(Bench bench)
    {
        var students = bench.Options.Events ?? UsualStudents;
        var (zip, text, rows) = Package(students);
        bench.Report.Say(FormattableString.Invariant($"  {rows:#,0} rows, {text / 1e6:0} MB of text, {zip.Length / 1e6:0} MB packed"));
        var keyed = new Keyed([.. Enumerable.Range(1, 32).Select(i => (byte)i)], "bench", "sis");
        Read(Package(500).Zip, Nothing(keyed)); // the compiler warms up
        var (first, fresh) = Measure(() => Read(zip, Nothing(keyed)));
        bench.Report.Add(Figure.AtLeast("ingest read and check", text / 1e6 / fresh.TotalSeconds, "MB of text a second of processor", MegabytesTarget));
        var known = State(first, keyed);
        var (again, unchanged) = Measure(() => Read(zip, known()));
        if (again.Differences.Kinds.Values.Any(k => k.Added + k.Changed + k.Gone > 0) || again.Issues.Count > 0)
            throw new InvalidOperationException("The same package again is no news.");
        bench.Report.Add(Figure.AtLeast("ingest unchanged", rows / unchanged.TotalSeconds, "rows a second of processor", UnchangedTarget));
        bench.Report.Say(FormattableString.Invariant($"  largest memory of the process: {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:#,0} MB, with package, generator and state"));
        return Task.CompletedTask;
    }

    /// <summary>Time of all processors, so that other work on the machine does not count; the medians of three.</summary>
    static (ValidatedFeed Result, TimeSpan Spent) Measure(Func<ValidatedFeed> run)
    {
        var (result, times) = (run(), new List<double>());
        for (var i = 0; i < 3; i++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            result = run();
            times.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        }
        return (result, TimeSpan.FromSeconds(Bench.Median(times)));
    }

    static ValidatedFeed Read(byte[] zip, KnownRecords known)
    {
        var read = ValidateFeed.Run([new(UploadPart.Zip, zip)], SourceMappings.Type.Initial, new PackageLimits(), known, Today);
        return read.Rejection is null ? read : throw new InvalidOperationException(read.Rejection.Code);
    }

    static KnownRecords Nothing(Keyed keyed) => new(keyed, _ => new KnownKind(), new KnownKind(), new Dictionary<string, int>());

    /// <summary>What the platform knows once the package is applied, as it is loaded before the next feed.</summary>
    static Func<KnownRecords> State(ValidatedFeed applied, Keyed keyed)
    {
        var persons = new Dictionary<string, (Guid Key, string Role)>(StringComparer.Ordinal);
        var records = new Dictionary<RecordKind, List<KnownEntry>>();
        applied.Restate(draft =>
        {
            if (draft.Person is { } id)
                persons.TryAdd(id, (Guid.NewGuid(), draft.PersonRole ?? "student"));
            var owner = draft.Person is { } person ? persons[person].Key : (Guid?)null;
            if (!records.TryGetValue(draft.Kind, out var kind))
                records.Add(draft.Kind, kind = []);
            kind.Add(new(keyed.Record(draft.Kind, draft.Key), PlanFeed.HashOf(keyed, draft, owner), false, false, draft.Place.File, draft.Facts.Year, draft.Facts.Ends ?? draft.Facts.Day, null, owner, draft.Kind is RecordKind.Session ? draft.Memory : null, keyed.Mark(draft.Kind, owner, draft.Content)));
        });
        return () =>
        {
            var individuals = new KnownKind(persons.Count, hashes: true);
            foreach (var (id, person) in persons)
                individuals.Add(new(keyed.Record(RecordKind.Person, id), person.Key, false, false, person.Role, null, null, null, null, null));
            return new(keyed, Load, individuals, new Dictionary<string, int>());
        };

        KnownKind Load(RecordKind kind)
        {
            var loaded = new KnownKind(records.GetValueOrDefault(kind)?.Count ?? 0, owners: kind is RecordKind.Demographics or RecordKind.BirthDate);
            foreach (var entry in records.GetValueOrDefault(kind) ?? [])
                loaded.Add(entry);
            return loaded;
        }
    }

    static (byte[] Zip, long Text, int Rows) Package(int students)
    {
        using var target = new MemoryStream();
        var (text, rows) = RosterPackage.Write(target, students);
        return (target.ToArray(), text, rows);
    }
}
