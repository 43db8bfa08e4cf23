using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Students;

/// <summary>The source gave a student another id; a number told who it is, and a person let it be linked. Records and pseudonym stay.</summary>
/// <param name="System">System of the number that told.</param>
internal sealed record StudentIdentitiesMerged(string StudentKey, string Source, string System, Guid FeedId, string Salt);

/// <summary>A student of a feed under an id that the source has not used before.</summary>
/// <param name="Blind">Blind index of the id.</param>
/// <param name="Numbers">Keyed hashes of the student's numbers.</param>
internal sealed record Newcomer(Guid Blind, Place Place, IReadOnlyList<(string System, Guid Number)> Numbers);

/// <summary>A student whom the source has named before, with the numbers that it stated.</summary>
/// <param name="First">Blind index of the first id: the records lie under it.</param>
internal sealed record NumberedStudent(Guid Person, Guid First, IReadOnlyList<(string System, Guid Number)> Numbers);

/// <summary>A new id and the student whom it stands for.</summary>
internal sealed record IdLink(Newcomer New, NumberedStudent Student, string System);

/// <summary>Which new ids of a feed stand for known students.</summary>
/// <param name="Newcomers">How many new ids there are.</param>
/// <param name="Ambiguous">Of these, those whose numbers do not name exactly one student.</param>
internal sealed record IdLinks(IReadOnlyList<IdLink> Found, int Newcomers, int Ambiguous)
{
    /// <summary>
    /// A new id stands for a student whom the feed does not name otherwise, if its numbers name that student only, no other new id names the student, and no number that tells more
    /// says that it is somebody else: a state number lasts, a local one may have been given to another student since. Pure.
    /// </summary>
    /// <param name="isHere">The feed itself holds the student with this first id.</param>
    public static IdLinks Find(IReadOnlyList<Newcomer> newcomers, IEnumerable<NumberedStudent> known, Func<Guid, bool> isHere)
    {
        var (named, unclear) = (new NumberedStudent?[newcomers.Count], new bool[newcomers.Count]);
        var byNumber = new Dictionary<Guid, int>(newcomers.Count);
        for (var i = 0; i < newcomers.Count; i++)
            foreach (var (_, number) in newcomers[i].Numbers)
                if (!byNumber.TryAdd(number, i) && byNumber[number] is var other && other != i)
                    unclear[i] = unclear[other] = true;
        foreach (var student in known)
            foreach (var (_, number) in student.Numbers)
                if (byNumber.TryGetValue(number, out var i))
                {
                    unclear[i] |= (named[i] is { } other && other.Person != student.Person) || isHere(student.First);
                    named[i] = student;
                }
        var linkOf = new Dictionary<Guid, int>();
        for (var i = 0; i < newcomers.Count; i++)
            if (named[i] is { } student)
            {
                unclear[i] |= Telling(newcomers[i], student) is null;
                if (!unclear[i] && !linkOf.TryAdd(student.Person, i))
                    unclear[i] = unclear[linkOf[student.Person]] = true;
            }
        var found = new List<IdLink>(linkOf.Count);
        for (var i = 0; i < newcomers.Count; i++)
            if (!unclear[i] && named[i] is { } student)
                found.Add(new(newcomers[i], student, Telling(newcomers[i], student)!));
        return new(found, newcomers.Count, unclear.Count(u => u));
    }

    /// <summary>The first system in which both have the same number; null if they differ in one before it.</summary>
    static string? Telling(Newcomer newcomer, NumberedStudent student)
    {
        foreach (var system in Identifiers.Systems)
        {
            var (mine, theirs) = (newcomer.Numbers.Where(n => n.System == system), student.Numbers.Where(n => n.System == system));
            if (mine.Intersect(theirs).Any())
                return system;
            if (mine.Any() && theirs.Any())
                return null;
        }
        return null;
    }
}
