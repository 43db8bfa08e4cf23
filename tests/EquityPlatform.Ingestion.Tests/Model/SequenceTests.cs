using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests.Model;

/// <summary>A random life of a district: what comes, when, and what people decide about what is held. The same seed is the same life.</summary>
internal sealed class RandomDistrict(int seed)
{
    static readonly DateOnly YearBegins = new(2024, 8, 1), YearEnds = new(2025, 6, 30);
    static readonly string[] Sexes = ["female", "male", "other"], Categories = ["absentExcused", "absentUnexcused", "tardy"], Grades = ["09", "10", "11"];

    readonly Random random = new(seed);
    readonly List<(IReadOnlyList<RowOfChange> Rows, byte[] Bytes)> deltas = [];
    RosterState truth = new();
    int users, classes, places;

    public DateOnly Today { get; private set; } = new(2024, 8, 20);
    public ReferenceModel Model { get; } = new();

    /// <summary>One step: the package to feed, whether a person lets it through, and what the model says becomes of it (true = applied).</summary>
    public (byte[] Package, (string, string)[] Side, bool Released, bool Applied) Next(int step)
    {
        Today = Today.AddDays(random.Next(1, 20));
        var released = random.Next(3) == 0;
        if (step == 0)
        {
            for (var i = 0; i < 6; i++)
                truth.Classes.Add($"k{classes++}");
            for (var i = 0; i < 24; i++)
                Enter();
        }
        var kind = step == 0 ? 0 : random.Next(10);
        if (kind < 5)
            return Bulk(released, cut: kind == 4);
        if (kind == 9 && deltas.Count > 0)
        {
            var (rows, bytes) = deltas[random.Next(deltas.Count)];
            return (bytes, [], released, Model.Delta(rows, released));
        }
        return Delta(released);
    }

    (byte[], (string, string)[], bool, bool) Bulk(bool released, bool cut)
    {
        for (var n = random.Next(6); n > 0; n--)
            Mutate();
        var says = truth.Copy();
        if (cut)
            foreach (var id in says.Grades.Keys.ToList().Where(_ => random.Next(3) == 0))
                says.Grades.Remove(id);
        var spoilt = new HashSet<(string, string)>();
        if (random.Next(2) == 0)
            for (var n = random.Next(4); n > 0; n--)
                spoilt.Add(random.Next(4) switch
                {
                    0 => ("users", Any(says.Grades.Keys)),
                    1 => ("classes", Any(says.Classes)),
                    2 => ("enrollments", Any(says.Places.Keys)),
                    _ => ("demographics", Any(says.Sexes.Keys)),
                });
        var days = random.Next(3) == 0 ? Days() : [];
        var comes = says.Grades.Keys.Where(u => !spoilt.Contains(("users", u))).ToHashSet();
        var package = ModelPackages.Bulk(says, spoilt);
        var applied = Model.Bulk(says, spoilt, Today, released);
        if (applied && days.Count > 0)
            Model.Attend(days, comes.Contains);
        return (package, days.Count > 0 ? [("attendance.csv", ModelPackages.Attendance(days))] : [], released, applied);
    }

    (byte[], (string, string)[], bool, bool) Delta(bool released)
    {
        var rows = new List<RowOfChange>();
        for (var n = random.Next(1, 7); n > 0; n--)
        {
            // Sometimes late, sometimes twice, sometimes about somebody whom nobody knows
            var at = new DateTimeOffset(Today.AddDays(-random.Next(0, 15)), new TimeOnly(random.Next(24), random.Next(60)), TimeSpan.Zero);
            rows.Add(random.Next(8) switch
            {
                0 => new("users", Any(truth.Grades.Keys), at),
                1 => new("enrollments", Any(truth.Places.Keys), at),
                2 => new("demographics", Any(truth.Sexes.Keys), at),
                3 => new("users", random.Next(3) == 0 ? $"u{users++}" : Any(truth.Grades.Keys), at, Value: Grades[random.Next(3)]),
                4 => new("demographics", random.Next(6) == 0 ? "u999" : Any(truth.Grades.Keys), at, Value: Sexes[random.Next(3)]),
                5 => new("classes", $"k{random.Next(classes + 1)}", at, Value: "x"),
                _ => Place(random.Next(2) == 0 ? Any(truth.Places.Keys) : $"e{places++}") is var place ? new RowOfChange("enrollments", place.Id, at, Place: place) : throw new InvalidOperationException(),
            });
        }
        var bytes = ModelPackages.Delta(rows);
        deltas.Add((rows, bytes));
        return (bytes, [], released, Model.Delta(rows, released));
    }

    void Mutate()
    {
        switch (random.Next(8))
        {
            case 0:
                Enter();
                break;
            case 1 when truth.Grades.Count > 5:
                var leaver = Any(truth.Grades.Keys);
                truth.Grades.Remove(leaver);
                truth.Sexes.Remove(leaver);
                foreach (var place in truth.Places.Values.Where(p => p.User == leaver).ToList())
                    truth.Places.Remove(place.Id);
                break;
            case 2:
                truth.Grades[Any(truth.Grades.Keys)] = Grades[random.Next(3)];
                break;
            case 3:
                truth.Sexes[Any(truth.Grades.Keys)] = Sexes[random.Next(3)];
                break;
            case 4 when truth.Sexes.Count > 3:
                truth.Sexes.Remove(Any(truth.Sexes.Keys));
                break;
            case 5 when truth.Places.Count > 5:
                truth.Places.Remove(Any(truth.Places.Keys));
                break;
            case 6:
                truth.Classes.Add($"k{classes++}");
                break;
            default:
                var added = Place($"e{places++}");
                truth.Places[added.Id] = added;
                break;
        }
    }

    void Enter()
    {
        var user = $"u{users++}";
        truth.Grades[user] = Grades[random.Next(3)];
        truth.Sexes[user] = Sexes[random.Next(3)];
        for (var n = random.Next(1, 3); n > 0; n--)
        {
            var place = Place($"e{places++}") with { User = user };
            truth.Places[place.Id] = place;
        }
    }

    Place Place(string id)
    {
        var begin = YearBegins.AddDays(random.Next(0, 300));
        return new(id, Any(truth.Classes), random.Next(12) == 0 ? "u998" : Any(truth.Grades.Keys), begin, begin.AddDays(random.Next(1, YearEnds.DayNumber - begin.DayNumber + 1)));
    }

    List<(string, DateOnly, string)> Days() =>
        [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => (User: random.Next(6) == 0 ? "u997" : Any(truth.Grades.Keys), Day: YearBegins.AddDays(random.Next(30)), Category: Categories[random.Next(3)])).DistinctBy(d => (d.User, d.Day))];

    string Any(IReadOnlyCollection<string> of) => of.ElementAt(random.Next(of.Count));
}

/// <summary>1,000 random sequences of complete packages, changes, cut and spoilt files, replays, holds and releases end as the reference model says.</summary>
public sealed class SequenceTests
{
    const int Steps = 8;

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Ends_as_the_model_says(int block)
    {
        for (var seed = block * 100; seed < (block + 1) * 100; seed++)
            Live(seed);
    }

    static void Live(int seed)
    {
        var (life, district, state) = (new RandomDistrict(seed), new District(), new Dictionary<(RecordKind, Guid), object>());
        for (var step = 0; step < Steps; step++)
        {
            var (package, side, released, applied) = life.Next(step);
            district.Today = life.Today;
            var fed = released ? district.Released(package, side) : district.When(package, side);
            var where = $"seed {seed}, step {step}";
            fed.Validated.Rejection.ShouldBeNull(where);
            (fed.Held.Count == 0 || released).ShouldBe(applied, $"{where}: {string.Join("; ", fed.Held)}");
            var total = fed.Plan.Total;
            total.Read.ShouldBe(total.Accepted + total.Unchanged + total.Quarantined + total.Parked, where);
            foreach (var news in fed.Plan.News)
                if (news.Event.Data is RecordRemoved)
                    state.Remove((news.Kind, news.Key));
                else
                    state[(news.Kind, news.Key)] = news.Event.Data;
            Compare(life.Model, district, state, where);
            // Whatever was applied is no news the second time
            if (applied && released && step % 3 == 0)
                district.Released(package, side).Plan.News.ShouldBeEmpty($"{where}, again");
        }
    }

    static void Compare(ReferenceModel model, District district, Dictionary<(RecordKind, Guid), object> state, string where)
    {
        Same(RecordKind.Person, model.Now.Grades, e => ((StudentRecorded)e).Grade);
        Same(RecordKind.Class, model.Now.Classes.ToDictionary(c => c, c => c), e => ((ClassRecorded)e).ClassId);
        Same(RecordKind.Demographics, model.Now.Sexes, e => ((StudentDemographicsRecorded)e).Sex);
        Same(RecordKind.SectionEnrollment, model.Now.Places.ToDictionary(p => p.Key, p => $"{p.Value.Class} {p.Value.Begin:O} {p.Value.End:O}"), e => e is SectionEnrollmentRecorded s ? $"{s.ClassId} {s.BeginDate:O} {s.EndDate:O}" : null);
        Same(RecordKind.Attendance, model.Absences.ToDictionary(a => a.Key.Replace("\n", "\ns1\n", StringComparison.Ordinal), a => a.Value), e => ((AttendanceRecorded)e).Category);
        var stays = model.Now.Places.Values.GroupBy(p => (p.User, School: ModelPackages.SchoolOf(p.Class)))
            .ToDictionary(g => $"{district.Person(g.Key.User):N} {g.Key.School}", g => $"{g.Min(p => p.Begin):O} {g.Max(p => p.End):O} {model.LastGrades[g.Key.User]}");
        state.Values.OfType<SchoolEnrollmentDerived>().Where(e => !e.Withdrawn).ToDictionary(e => $"{e.StudentKey} {e.SchoolId}", e => $"{e.EntryDate:O} {e.ExitDate:O} {e.Grade}")
            .OrderBy(e => e.Key, StringComparer.Ordinal).ShouldBe(stays.OrderBy(e => e.Key, StringComparer.Ordinal), where);

        void Same(RecordKind kind, IReadOnlyDictionary<string, string> expected, Func<object, string?> shown)
        {
            var actual = state.Where(s => s.Key.Item1 == kind).ToDictionary(s => s.Key.Item2, s => shown(s.Value));
            var wanted = expected.ToDictionary(e => district.Keyed.Record(kind, e.Key), e => (string?)e.Value);
            if (actual.Count == wanted.Count && wanted.All(w => actual.TryGetValue(w.Key, out var value) && value == w.Value))
                return;
            var wrong = expected.Where(e => !actual.TryGetValue(district.Keyed.Record(kind, e.Key), out var value) || value != e.Value).Select(e => $"{e.Key}: {actual.GetValueOrDefault(district.Keyed.Record(kind, e.Key))} instead of {e.Value}");
            throw new InvalidOperationException($"{where}: {kind}: {actual.Count} records instead of {wanted.Count}; {string.Join("; ", wrong)}");
        }
    }
}
