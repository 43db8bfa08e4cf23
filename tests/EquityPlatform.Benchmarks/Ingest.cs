using System.Diagnostics;
using System.IO.Compression;
using System.Text;
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
    const int PlacesEach = 10;
    static readonly DateOnly Today = new(2025, 10, 1);

    public string Name => "ingest";
    public string What => "a complete roster of 100,000 students with 1,000,000 section enrolments: read and checked, and read again unchanged";

    public Task RunAsync(Bench bench)
    {
        var students = bench.Events(UsualStudents * (2 + PlacesEach)) / (2 + PlacesEach);
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
            var individuals = new KnownKind(persons.Count);
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
        const string head = "sourcedId,status,dateLastModified,";
        var schools = Math.Max(1, students / 600);
        var (target, text, rows) = (new MemoryStream(), 0L, 0);
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "manifest.csv", "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n" + string.Concat(new[] { "orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics" }.Select(f => $"file.{f},bulk\n")), []);
            Write(zip, "orgs.csv", head + "name,type,identifier,parentSourcedId\nd,,,District,district,,\n", Enumerable.Range(0, schools).Select(s => $"s{s},,,School {s},school,{s:D12},d\n"));
            Write(zip, "academicSessions.csv", head + "title,type,startDate,endDate,parentSourcedId,schoolYear\ny,,,2025-2026,schoolYear,2025-08-18,2026-06-06,,2026\n", []);
            Write(zip, "courses.csv", head + "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes\n", Enumerable.Range(0, 50).Select(c => $"c{c},,,y,Course {c},C{c},,d,,\n"));
            Write(zip, "classes.csv", head + "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n",
                Enumerable.Range(0, schools * 40).Select(k => $"k{k},,,Class {k},,c{k % 50},,scheduled,,s{k / 40},y,,,\n"));
            Write(zip, "users.csv", head + "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n",
                Enumerable.Range(0, students).Select(u => $"student-{u:D7},,,true,s{u % schools},student,user{u},,Given{u % 977},Family{u % 1013},,{u:D9},user{u}@example.org,,,,{1 + (u % 12):D2},\n"));
            Write(zip, "enrollments.csv", head + "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n",
                Enumerable.Range(0, students).SelectMany(u => Enumerable.Range(0, PlacesEach).Select(p => $"enrollment-{u:D7}-{p},,,k{((u % schools) * 40) + ((u + (p * 4)) % 40)},s{u % schools},student-{u:D7},student,false,2025-08-18,2026-06-06\n")));
            Write(zip, "demographics.csv", head + "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus\n",
                Enumerable.Range(0, students).Select(u => $"student-{u:D7},,,{2008 + (u % 10)}-0{1 + (u % 9)}-1{u % 10},{(u % 2 == 0 ? "female" : "male")},false,false,{(u % 3 == 0 ? "true" : "false")},false,{(u % 3 == 0 ? "false" : "true")},false,false,US,,,\n"));
        }
        return (target.ToArray(), text, rows);

        void Write(ZipArchive zip, string name, string header, IEnumerable<string> lines)
        {
            using var entry = new StreamWriter(zip.CreateEntry(name, CompressionLevel.Fastest).Open(), new UTF8Encoding(false), 1 << 16);
            entry.Write(header);
            text += header.Length;
            foreach (var line in lines)
            {
                entry.Write(line);
                text += line.Length;
                rows++;
            }
        }
    }
}
