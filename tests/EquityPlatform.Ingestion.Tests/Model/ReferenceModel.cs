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

    public RosterState Copy() => new()
    {
        Grades = new(Grades, StringComparer.Ordinal),
        Sexes = new(Sexes, StringComparer.Ordinal),
        Classes = new(Classes, StringComparer.Ordinal),
        Places = new(Places, StringComparer.Ordinal),
    };
}

/// <summary>A row of a file of changes; without a value and a place the record is to be deleted.</summary>
internal sealed record RowOfChange(string File, string Id, DateTimeOffset At, string? Value = null, Place? Place = null)
{
    public bool Deletes => Value is null && Place is null;
}

/// <summary>
/// What the platform must hold after a sequence of feeds, said as plainly as possible: dictionaries, and loops over all of them. Written from the rules
/// (services/Ingestion/README.md and decisions/), not from the code.
/// </summary>
internal sealed class ReferenceModel
{
    public const string Users = "users", ClassFile = "classes", Enrollments = "enrollments", Demographics = "demographics";
    const int Percent = 10;

    readonly HashSet<string> persons = new(StringComparer.Ordinal);
    readonly Dictionary<(string File, string Id), DateTimeOffset> dated = [];

    public RosterState Now { get; } = new();
    public SortedDictionary<string, string> Absences { get; } = new(StringComparer.Ordinal);

    /// <summary>Grades of everybody who was ever there, as last stated.</summary>
    public Dictionary<string, string> LastGrades { get; } = new(StringComparer.Ordinal);

    /// <summary>A complete package. <paramref name="spoilt"/>: rows that cannot be read; they count as present and change nothing. False if it is held.</summary>
    public bool Bulk(RosterState says, IReadOnlySet<(string File, string Id)> spoilt, DateOnly today, bool released)
    {
        bool Sound(string file, string id) => !spoilt.Contains((file, id));
        bool HasClass(string id) => Now.Classes.Contains(id) || (says.Classes.Contains(id) && Sound(ClassFile, id));
        bool HasUser(string id) => persons.Contains(id) || (says.Grades.ContainsKey(id) && Sound(Users, id));
        var goneUsers = Now.Grades.Keys.Except(says.Grades.Keys).ToList();
        var goneClasses = Now.Classes.Except(says.Classes).ToList();
        // A list of those who are there says nothing about those who left
        var here = persons.Where(says.Grades.ContainsKey).ToHashSet();
        var sexesOfHere = Now.Sexes.Keys.Where(here.Contains).ToList();
        var goneSexes = sexesOfHere.Except(says.Sexes.Keys).ToList();
        var gonePlaces = Now.Places.Values.Where(p => !says.Places.ContainsKey(p.Id) && p.End > today).ToList();
        if (!released && (TooMany(goneUsers, Now.Grades) || TooMany(goneClasses, Now.Classes) || TooMany(goneSexes, sexesOfHere) || TooMany(gonePlaces, Now.Places)))
            return false;
        var places = says.Places.Values.Where(p => Sound(Enrollments, p.Id) && HasClass(p.Class) && HasUser(p.User)).ToList();
        var sexes = says.Sexes.Where(s => Sound(Demographics, s.Key) && HasUser(s.Key)).ToList();
        foreach (var id in says.Classes.Where(id => Sound(ClassFile, id)))
            SetClass(id, null);
        foreach (var (id, grade) in says.Grades.Where(g => Sound(Users, g.Key)))
            SetUser(id, grade, null);
        foreach (var place in places)
            SetPlace(place, null);
        foreach (var (id, sex) in sexes)
            SetSex(id, sex, null);
        goneUsers.ForEach(id => Remove(Users, id, Now.Grades.Remove));
        goneClasses.ForEach(id => Remove(ClassFile, id, Now.Classes.Remove));
        goneSexes.ForEach(id => Remove(Demographics, id, Now.Sexes.Remove));
        gonePlaces.ForEach(place => Leave(place, today, null));
        return true;
    }

    /// <summary>A package of changes. False if it is held.</summary>
    public bool Delta(IReadOnlyList<RowOfChange> rows, bool released)
    {
        // Of each id the newest row counts, the later one of two alike; nothing older than what an earlier change said
        var newest = rows.GroupBy(r => (r.File, r.Id)).Select(g => g.MaxBy(r => (r.At, rows.ToList().IndexOf(r)))!)
            .Where(r => !dated.TryGetValue((r.File, r.Id), out var at) || r.At >= at).ToList();
        var deletes = newest.Where(r => r.Deletes && Has(r)).ToList();
        if (!released && deletes.GroupBy(r => r.File).Any(g => TooMany(g.ToList(), Count(g.Key))))
            return false;
        bool HasClass(string id) => Now.Classes.Contains(id) || newest.Exists(r => r.File == ClassFile && r.Id == id && !r.Deletes);
        bool HasUser(string id) => persons.Contains(id) || newest.Exists(r => r.File == Users && r.Id == id && !r.Deletes);
        var stated = newest.Where(r => !r.Deletes && r.File switch { Enrollments => HasClass(r.Place!.Class) && HasUser(r.Place.User), Demographics => HasUser(r.Id), _ => true }).ToList();
        foreach (var row in stated)
            switch (row.File)
            {
                case ClassFile:
                    SetClass(row.Id, row.At);
                    break;
                case Users:
                    SetUser(row.Id, row.Value!, row.At);
                    break;
                case Enrollments:
                    SetPlace(row.Place!, row.At);
                    break;
                default:
                    SetSex(row.Id, row.Value!, row.At);
                    break;
            }
        foreach (var row in deletes)
        {
            if (row.File == Enrollments)
                Leave(Now.Places[row.Id], DateOnly.FromDateTime(row.At.UtcDateTime), row.At);
            else if (row.File == Users)
                Now.Grades.Remove(row.Id);
            else if (row.File == ClassFile)
                Now.Classes.Remove(row.Id);
            else
                Now.Sexes.Remove(row.Id);
            dated[(row.File, row.Id)] = row.At;
        }
        return true;
    }

    /// <summary>Facts about days: the last statement counts, nobody goes because a file is silent.</summary>
    public void Attend(IEnumerable<(string User, DateOnly Day, string Category)> rows, Func<string, bool> comesWithTheFeed)
    {
        foreach (var (user, day, category) in rows.Where(r => persons.Contains(r.User) || comesWithTheFeed(r.User)))
            Absences[$"{user}\n{day:O}"] = category;
    }

    public bool IsKnown(string user) => persons.Contains(user);

    bool Has(RowOfChange row) => row.File switch
    {
        Users => Now.Grades.ContainsKey(row.Id),
        ClassFile => Now.Classes.Contains(row.Id),
        Enrollments => Now.Places.ContainsKey(row.Id),
        _ => Now.Sexes.ContainsKey(row.Id),
    };

    int Count(string file) => file switch { Users => Now.Grades.Count, ClassFile => Now.Classes.Count, Enrollments => Now.Places.Count, _ => Now.Sexes.Count };

    void SetClass(string id, DateTimeOffset? at) => Date(ClassFile, id, at, Now.Classes.Add(id));

    void SetUser(string id, string grade, DateTimeOffset? at)
    {
        var changes = !Now.Grades.TryGetValue(id, out var before) || before != grade;
        (Now.Grades[id], LastGrades[id]) = (grade, grade);
        persons.Add(id);
        Date(Users, id, at, changes);
    }

    void SetPlace(Place place, DateTimeOffset? at)
    {
        var changes = !Now.Places.TryGetValue(place.Id, out var before) || before != place;
        Now.Places[place.Id] = place;
        Date(Enrollments, place.Id, at, changes);
    }

    void SetSex(string id, string sex, DateTimeOffset? at)
    {
        var changes = !Now.Sexes.TryGetValue(id, out var before) || before != sex;
        Now.Sexes[id] = sex;
        Date(Demographics, id, at, changes);
    }

    /// <summary>A change is dated; what a complete file says anew has no date, what it says again keeps it.</summary>
    void Date(string file, string id, DateTimeOffset? at, bool changes)
    {
        if (at is { } date)
            dated[(file, id)] = date;
        else if (changes)
            dated.Remove((file, id));
    }

    void Remove(string file, string id, Func<string, bool> remove)
    {
        remove(id);
        dated.Remove((file, id));
    }

    void Leave(Place place, DateOnly on, DateTimeOffset? at)
    {
        if (place.Begin >= on)
            Remove(Enrollments, place.Id, Now.Places.Remove);
        else if (place.End > on)
        {
            Now.Places[place.Id] = place with { End = on };
            dated.Remove((Enrollments, place.Id));
        }
        if (at is { } date)
            dated[(Enrollments, place.Id)] = date;
    }

    static bool TooMany<T>(IReadOnlyCollection<T> gone, System.Collections.ICollection known) => TooMany(gone, known.Count);

    static bool TooMany<T>(IReadOnlyCollection<T> gone, int known) => gone.Count > 0 && gone.Count * 100 > known * Percent;
}
