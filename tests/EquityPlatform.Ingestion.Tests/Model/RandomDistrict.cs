namespace EquityPlatform.Ingestion.Tests.Model;

/// <summary>What happens next in a life, and what the model says becomes of it.</summary>
internal abstract record Happening(DateOnly Today)
{
    /// <summary>A package comes. <paramref name="Applied"/>: at once, or after a person let it through (<paramref name="Released"/>); else it is held.</summary>
    public sealed record Comes(DateOnly Today, int Seq, byte[] Package, (string Name, string Text)[] Side, bool Released, bool Applied) : Happening(Today);

    /// <summary>A person decides about a package that was held.</summary>
    public sealed record Decided(DateOnly Today, int Seq, bool Released) : Happening(Today);

    /// <summary>A person mends a row that was set aside.</summary>
    public sealed record Corrected(DateOnly Today, int Seq, string File, int Row, string Column, string Value) : Happening(Today);
}

/// <summary>
/// A random life of a district over several school years: complete packages (also cut or spoilt), changes, old packages again, what people decide about what is held, and rows they
/// mend. The same seed is the same life.
/// </summary>
internal sealed class RandomDistrict(int seed)
{
    static readonly string[] Sexes = ["female", "male", "other"], Categories = ["absentExcused", "absentUnexcused", "tardy"], Grades = ["09", "10", "11"];
    static readonly string[] BulkFiles = ["classes", "users", "enrollments", "demographics"];

    readonly Random random = new(seed);
    readonly List<(IReadOnlyList<RowOfChange> Rows, byte[] Bytes)> deltas = [];
    readonly List<(int Seq, HashSet<string> Files, DateOnly Today, Func<bool> Apply)> held = [];
    readonly Dictionary<int, RosterState> said = [];
    readonly RosterState truth = new();
    int users, classes, places, seq, year = 2025;

    public DateOnly Today { get; private set; } = new(2024, 8, 20);
    public ReferenceModel Model { get; } = new();

    public Happening Next(int step)
    {
        Today = Today.AddDays(random.Next(1, 20));
        if (step == 0)
        {
            for (var i = 0; i < 6; i++)
                truth.Classes.Add(Class());
            for (var i = 0; i < 24; i++)
                Enter();
            return Bulk(cut: false);
        }
        switch (random.Next(14))
        {
            case 0 when year < 2027:
                NewYear();
                return Bulk(cut: false, begins: true);
            case <= 4:
                return Bulk(cut: false);
            case 5:
                return Bulk(cut: true);
            case 6 when deltas.Count > 0:
                var (rows, bytes) = deltas[random.Next(deltas.Count)];
                return Delta(rows, bytes);
            case 7 or 8 when held.Count > 0:
                var one = held[random.Next(held.Count)];
                held.Remove(one);
                var release = random.Next(3) > 0;
                if (release)
                    Applied(one.Seq, one.Files, one.Apply());
                return new Happening.Decided(Today, one.Seq, release);
            case 9 or 10 when Model.Open.Any():
                var row = Model.Open.ElementAt(random.Next(Model.Open.Count()));
                var (column, value) = ModelPackages.Mended(row.File, said[row.Seq], row.Id);
                Model.Correct(row);
                return new Happening.Corrected(Today, row.Seq, $"{row.File}.csv", ModelPackages.RowOf(row.File, said[row.Seq], row.Id), column, value);
            default:
                return Delta();
        }
    }

    /// <param name="begins">The first package of a school year: it brings its session, and somebody sees to it that it is applied.</param>
    Happening.Comes Bulk(bool cut, bool begins = false)
    {
        for (var n = random.Next(6); n > 0; n--)
            Mutate();
        // Mostly of this year; sometimes an earlier year is sent, alone or with this one
        HashSet<int> years = random.Next(6) switch { _ when begins => [year], 0 when year > 2025 => [year - 1], 1 when year > 2025 => [year - 1, year], _ => [year] };
        var says = truth.Of(years);
        if (cut)
            foreach (var id in says.Grades.Keys.ToList().Where(_ => random.Next(3) == 0))
                says.Grades.Remove(id);
        var spoilt = new HashSet<(string, string)>();
        if (random.Next(2) == 0)
            for (var n = random.Next(4); n > 0; n--)
                switch (random.Next(4))
                {
                    case 0:
                        spoilt.Add(("users", Any(says.Grades.Keys)));
                        break;
                    case 1:
                        spoilt.Add(("classes", Any(says.Classes)));
                        break;
                    case 2 when says.Places.Count > 0:
                        spoilt.Add(("enrollments", Any(says.Places.Keys)));
                        break;
                    default:
                        spoilt.Add(("demographics", Any(says.Sexes.Keys)));
                        break;
                }
        var days = random.Next(3) == 0 ? Days() : [];
        var (number, today) = (++seq, Today);
        said[number] = says;
        return Comes(number, ModelPackages.Bulk(says, years, spoilt), days.Count > 0 ? [("attendance.csv", ModelPackages.Attendance(days))] : [], [.. BulkFiles, .. days.Count > 0 ? ["attendance"] : Array.Empty<string>()],
            begins, released => Model.Bulk(number, says, years, spoilt, days, today, released));
    }

    Happening.Comes Delta()
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
                5 => new("classes", random.Next(3) == 0 ? $"k{classes}y{year - 2000}" : Any(truth.Classes), at, Value: "x"),
                _ => Place(random.Next(2) == 0 ? Any(truth.Places.Keys) : $"e{places++}") is var place ? new RowOfChange("enrollments", place.Id, at, Place: place) : throw new InvalidOperationException(),
            });
        }
        var bytes = ModelPackages.Delta(rows);
        deltas.Add((rows, bytes));
        return Delta(rows, bytes);
    }

    Happening.Comes Delta(IReadOnlyList<RowOfChange> rows, byte[] bytes)
    {
        var number = ++seq;
        return Comes(number, bytes, [], [.. rows.Select(r => r.File)], false, released => Model.Delta(number, rows, released));
    }

    Happening.Comes Comes(int number, byte[] package, (string, string)[] side, HashSet<string> files, bool surely, Func<bool, bool> apply)
    {
        var released = random.Next(3) == 0 || surely;
        var applied = apply(released);
        if (applied)
            Applied(number, files, true);
        else
            held.Add((number, files, Today, () => apply(true)));
        return new(Today, number, package, side, released, applied);
    }

    /// <summary>What held packages that came before would say about the same files has been said anew.</summary>
    void Applied(int number, HashSet<string> files, bool applied)
    {
        applied.ShouldBeTrue();
        held.RemoveAll(h => h.Seq < number && h.Files.Overlaps(files));
    }

    void NewYear()
    {
        year++;
        Today = new DateOnly(year - 1, 8, 20).AddDays(random.Next(10)) is var begins && begins > Today ? begins : Today;
        for (var i = 0; i < 5; i++)
            truth.Classes.Add(Class());
        foreach (var user in truth.Grades.Keys.ToList())
        {
            if (random.Next(2) == 0)
                truth.Grades[user] = Grades[random.Next(3)];
            if (random.Next(8) > 0 && Place($"e{places++}") is var place)
                truth.Places[place.Id] = place with { User = user };
        }
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
                truth.Classes.Add(Class());
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

    string Class() => $"k{classes++}y{year - 2000}";

    Place Place(string id)
    {
        // Mostly in a class of this year
        var now = truth.Classes.Where(c => ModelPackages.YearOf(c) == year).ToList();
        var of = random.Next(5) == 0 ? Any(truth.Classes) : Any(now);
        var (begins, ends) = (new DateOnly(ModelPackages.YearOf(of) - 1, 8, 1), new DateOnly(ModelPackages.YearOf(of), 6, 30));
        var begin = begins.AddDays(random.Next(0, 300));
        return new(id, of, random.Next(12) == 0 ? "u998" : Any(truth.Grades.Keys), begin, begin.AddDays(random.Next(1, ends.DayNumber - begin.DayNumber + 1)));
    }

    List<(string User, DateOnly Day, string Category)> Days() =>
        [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => (User: random.Next(6) == 0 ? "u997" : Any(truth.Grades.Keys), Day: new DateOnly(year - 1, 8, 1).AddDays(random.Next(30)), Category: Categories[random.Next(3)])).DistinctBy(d => (d.User, d.Day))];

    string Any(IReadOnlyCollection<string> of) => of.ElementAt(random.Next(of.Count));
}
