namespace EquityPlatform.Ingestion.Tests.Model;

/// <summary>A student's place in a class, as a roster file states it. The end is exclusive.</summary>
internal sealed record Place(string Id, string Class, string User, DateOnly Begin, DateOnly End);

/// <summary>A roster as a district's system holds it: what a complete package says.</summary>
internal sealed class RosterState
{
    public SortedDictionary<string, string> Grades { get; init; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, string> Sexes { get; init; } = new(StringComparer.Ordinal);
    public SortedSet<string> Classes { get; init; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, Place> Places { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What a package of some school years says: their classes and places, and everybody.</summary>
    public RosterState Of(IReadOnlySet<int> years) => new()
    {
        Grades = new(Grades, StringComparer.Ordinal),
        Sexes = new(Sexes, StringComparer.Ordinal),
        Classes = new(Classes.Where(c => years.Contains(ModelPackages.YearOf(c))), StringComparer.Ordinal),
        Places = new(Places.Where(p => years.Contains(ModelPackages.YearOf(p.Value.Class))).ToDictionary(), StringComparer.Ordinal),
    };
}

/// <summary>A row of a file of changes; without a value and a place the record is to be deleted.</summary>
internal sealed record RowOfChange(string File, string Id, DateTimeOffset At, string? Value = null, Place? Place = null)
{
    public bool Deletes => Value is null && Place is null;
}

/// <summary>A row that was set aside: it waits for what it refers to, or for a person.</summary>
/// <param name="Seq">Number of the feed that brought it.</param>
/// <param name="At">Of a row of changes: when the source changed it.</param>
/// <param name="Open">Nobody has corrected it yet.</param>
internal sealed record Aside(int Seq, string File, string Id, DateTimeOffset? At, string? Value, Place? Place, bool Open);

/// <summary>
/// What the platform must hold after a sequence of feeds, said as plainly as possible: dictionaries, and loops over all of them. Written from the rules
/// (services/Ingestion/README.md and decisions/), not from the code.
/// </summary>
internal sealed class ReferenceModel
{
    public const string Users = "users", ClassFile = "classes", Enrollments = "enrollments", Demographics = "demographics", Attendance = "attendance";
    const int Percent = 10;
    static readonly string[] Order = [ClassFile, Users, Enrollments, Demographics, Attendance];

    readonly HashSet<string> persons = new(StringComparer.Ordinal);
    readonly Dictionary<(string File, string Id), DateTimeOffset> dated = [];
    readonly Dictionary<(string File, string Id), int> statedBy = [];
    readonly Dictionary<(string User, string School, int Year), string?> stayGrades = [];
    List<Aside> aside = [];

    public RosterState Now { get; } = new();
    public SortedDictionary<string, string> Absences { get; } = new(StringComparer.Ordinal);

    /// <summary>Stays at schools, as they follow from places in classes: first and last day, grade.</summary>
    public Dictionary<(string User, string School, int Year), string> Stays { get; } = [];

    /// <summary>Rows that a person may correct.</summary>
    public IEnumerable<Aside> Open => aside.Where(a => a.Open);

    readonly Dictionary<string, string> lastGrades = new(StringComparer.Ordinal);

    /// <summary>A complete package of some school years. <paramref name="spoilt"/>: rows that cannot be read; they count as present and change nothing. False if it is held.</summary>
    public bool Bulk(int seq, RosterState says, IReadOnlySet<int> years, IReadOnlySet<(string File, string Id)> spoilt, IReadOnlyList<(string User, DateOnly Day, string Category)> days, DateOnly today, bool released)
    {
        bool Sound(string file, string id) => !spoilt.Contains((file, id));
        bool HasClass(string id) => Now.Classes.Contains(id) || (says.Classes.Contains(id) && Sound(ClassFile, id));
        bool HasUser(string id) => persons.Contains(id) || (says.Grades.ContainsKey(id) && Sound(Users, id));
        bool Spoken(string @class) => years.Contains(ModelPackages.YearOf(@class));
        var goneUsers = Now.Grades.Keys.Except(says.Grades.Keys).ToList();
        var classes = Now.Classes.Where(Spoken).ToList();
        var goneClasses = classes.Except(says.Classes).ToList();
        // A list of those who are there says nothing about those who left
        var here = persons.Where(says.Grades.ContainsKey).ToHashSet();
        var sexesOfHere = Now.Sexes.Keys.Where(here.Contains).ToList();
        var goneSexes = sexesOfHere.Except(says.Sexes.Keys).ToList();
        var places = Now.Places.Values.Where(p => Spoken(p.Class)).ToList();
        var gonePlaces = places.Where(p => !says.Places.ContainsKey(p.Id) && p.End > today).ToList();
        if (!released && (TooMany(goneUsers, Now.Grades) || TooMany(goneClasses, classes) || TooMany(goneSexes, sexesOfHere) || TooMany(gonePlaces, places)))
            return false;
        // Rows of complete files that came before say nothing any more
        aside.RemoveAll(a => a.Seq < seq && a.File != Attendance);
        var stated = new List<Aside>();
        stated.AddRange(says.Classes.Select(id => new Aside(seq, ClassFile, id, null, "x", null, false)));
        stated.AddRange(says.Grades.Select(g => new Aside(seq, Users, g.Key, null, g.Value, null, false)));
        stated.AddRange(says.Places.Values.Select(p => new Aside(seq, Enrollments, p.Id, null, null, p, false)));
        stated.AddRange(says.Sexes.Select(s => new Aside(seq, Demographics, s.Key, null, s.Value, null, false)));
        var kept = stated.Where(s => Sound(s.File, s.Id) && s.File switch { Enrollments => HasClass(s.Place!.Class) && HasUser(s.Place.User), Demographics => HasUser(s.Id), _ => true }).ToList();
        var here2 = days.Where(d => HasUser(d.User)).ToList();
        kept.ForEach(Set);
        foreach (var (user, day, category) in here2)
            Set(new(seq, Attendance, $"{user}\n{day:O}", null, category, null, false));
        goneUsers.ForEach(id => Remove(seq, Users, id, Now.Grades.Remove));
        goneClasses.ForEach(id => Remove(seq, ClassFile, id, Now.Classes.Remove));
        goneSexes.ForEach(id => Remove(seq, Demographics, id, Now.Sexes.Remove));
        gonePlaces.ForEach(place => Leave(seq, place, today, null));
        aside.AddRange(stated.Except(kept).Select(s => s with { Open = true }));
        aside.AddRange(days.Except(here2).Select(d => new Aside(seq, Attendance, $"{d.User}\n{d.Day:O}", null, d.Category, null, false)));
        Settle();
        return true;
    }

    /// <summary>A package of changes. False if it is held.</summary>
    public bool Delta(int seq, IReadOnlyList<RowOfChange> rows, bool released)
    {
        // Of each id the newest row counts, the later one of two alike; nothing older than what an earlier change said
        var newest = rows.GroupBy(r => (r.File, r.Id)).Select(g => g.MaxBy(r => (r.At, rows.ToList().IndexOf(r)))!).Where(r => !IsStale(r.File, r.Id, r.At)).ToList();
        var deletes = newest.Where(r => r.Deletes && Has(r)).ToList();
        if (!released && deletes.GroupBy(r => r.File).Any(g => TooMany(g.ToList(), Count(g.Key)) && !IsFew(g.Count(), Count(g.Key))))
            return false;
        bool HasClass(string id) => Now.Classes.Contains(id) || newest.Exists(r => r.File == ClassFile && r.Id == id && !r.Deletes);
        bool HasUser(string id) => persons.Contains(id) || newest.Exists(r => r.File == Users && r.Id == id && !r.Deletes);
        var stated = newest.Where(r => !r.Deletes).Select(r => new Aside(seq, r.File, r.Id, r.At, r.Value, r.Place, false)).OrderBy(a => Array.IndexOf(Order, a.File)).ToList();
        var kept = stated.Where(s => s.File switch { Enrollments => HasClass(s.Place!.Class) && HasUser(s.Place.User), Demographics => HasUser(s.Id), _ => true }).ToList();
        kept.ForEach(Set);
        foreach (var row in deletes)
        {
            if (row.File == Enrollments)
                Leave(seq, Now.Places[row.Id], DateOnly.FromDateTime(row.At.UtcDateTime), row.At);
            else
                Remove(seq, row.File, row.Id, row.File switch { Users => Now.Grades.Remove, ClassFile => Now.Classes.Remove, _ => Now.Sexes.Remove });
            dated[(row.File, row.Id)] = row.At;
        }
        aside.AddRange(stated.Except(kept));
        Settle();
        return true;
    }

    /// <summary>A person mends a row that was set aside; it is read again, as what the feed that brought it said.</summary>
    public void Correct(Aside row)
    {
        aside[aside.IndexOf(row)] = row with { Open = false };
        Settle();
    }

    /// <summary>Rows whose targets are there are read again, until none is left; then the stays follow.</summary>
    void Settle()
    {
        Derive();
        while (aside.Where(a => !a.Open && Refers(a)).ToList() is { Count: > 0 } due)
        {
            aside = [.. aside.Except(due)];
            // What a later feed said stays, and so does a newer change
            foreach (var row in due.Where(r => !(statedBy.TryGetValue((r.File, r.Id), out var by) && by > r.Seq) && !(r.At is { } at && IsStale(r.File, r.Id, at)))
                         .OrderBy(r => r.Seq).ThenBy(r => Array.IndexOf(Order, r.File)).ToList())
                Set(row);
            Derive();
        }
    }

    bool Refers(Aside row) => row.File switch
    {
        Enrollments => Now.Classes.Contains(row.Place!.Class) && persons.Contains(row.Place.User),
        Demographics => persons.Contains(row.Id),
        Attendance => persons.Contains(row.Id[..row.Id.IndexOf('\n', StringComparison.Ordinal)]),
        _ => true,
    };

    void Derive()
    {
        Stays.Clear();
        foreach (var student in Now.Places.Values.GroupBy(p => p.User))
        {
            var latest = student.Max(p => ModelPackages.YearOf(p.Class));
            foreach (var stay in student.GroupBy(p => (p.User, ModelPackages.SchoolOf(p.Class), ModelPackages.YearOf(p.Class))))
            {
                // Today's grade says nothing about earlier years
                if (stay.Key.Item3 == latest)
                    stayGrades[stay.Key] = lastGrades[student.Key];
                Stays[stay.Key] = $"{stay.Min(p => p.Begin):O} {stay.Max(p => p.End):O} {stayGrades.GetValueOrDefault(stay.Key)}";
            }
        }
    }

    bool IsStale(string file, string id, DateTimeOffset at) => dated.TryGetValue((file, id), out var said) && at < said;

    bool Has(RowOfChange row) => row.File switch
    {
        Users => Now.Grades.ContainsKey(row.Id),
        ClassFile => Now.Classes.Contains(row.Id),
        Enrollments => Now.Places.ContainsKey(row.Id),
        _ => Now.Sexes.ContainsKey(row.Id),
    };

    int Count(string file) => file switch { Users => Now.Grades.Count, ClassFile => Now.Classes.Count, Enrollments => Now.Places.Count, _ => Now.Sexes.Count };

    void Set(Aside row)
    {
        bool changes;
        switch (row.File)
        {
            case ClassFile:
                changes = Now.Classes.Add(row.Id);
                break;
            case Users:
                changes = !Now.Grades.TryGetValue(row.Id, out var grade) || grade != row.Value;
                (Now.Grades[row.Id], lastGrades[row.Id]) = (row.Value!, row.Value!);
                persons.Add(row.Id);
                break;
            case Enrollments:
                changes = !Now.Places.TryGetValue(row.Id, out var place) || place != row.Place;
                Now.Places[row.Id] = row.Place!;
                break;
            case Demographics:
                changes = !Now.Sexes.TryGetValue(row.Id, out var sex) || sex != row.Value;
                Now.Sexes[row.Id] = row.Value!;
                break;
            default:
                changes = !Absences.TryGetValue(row.Id, out var category) || category != row.Value;
                Absences[row.Id] = row.Value!;
                break;
        }
        if (changes)
            statedBy[(row.File, row.Id)] = row.Seq;
        // A change is dated; what a complete file says anew has no date, what it says again keeps it
        if (row.At is { } date)
            dated[(row.File, row.Id)] = date;
        else if (changes)
            dated.Remove((row.File, row.Id));
    }

    void Remove(int seq, string file, string id, Func<string, bool> remove)
    {
        remove(id);
        statedBy[(file, id)] = seq;
        dated.Remove((file, id));
    }

    void Leave(int seq, Place place, DateOnly on, DateTimeOffset? at)
    {
        if (place.Begin >= on)
            Remove(seq, Enrollments, place.Id, Now.Places.Remove);
        else if (place.End > on)
        {
            Now.Places[place.Id] = place with { End = on };
            statedBy[(Enrollments, place.Id)] = seq;
            dated.Remove((Enrollments, place.Id));
        }
        if (at is { } date)
            dated[(Enrollments, place.Id)] = date;
    }

    /// <summary>The source says of each that it is to be deleted: up to 50, and not most of them, are no accident.</summary>
    static bool IsFew(int gone, int known) => gone <= 50 && gone * 2 <= known;

    static bool TooMany<T>(IReadOnlyCollection<T> gone, System.Collections.ICollection known) => TooMany(gone, known.Count);

    static bool TooMany<T>(IReadOnlyCollection<T> gone, int known) => gone.Count > 0 && gone.Count * 100 > known * Percent;
}
