using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Students;

/// <summary>
/// When students were at a school in a school year, as far as this feed and the known school enrolments say: what happened to a student there at another time is told of. Kept only if
/// the feed has files of events; some fifty bytes a student and school.
/// </summary>
internal sealed class Stays(KnownRecords known)
{
    readonly Dictionary<Guid, (DateOnly Entry, DateOnly Exit)> stated = [];
    HashSet<int>? years;

    /// <summary>The feed has files of events.</summary>
    public bool AreAsked { get; init; }

    /// <param name="entry">Null if nobody knows it.</param>
    /// <param name="exit">First day after.</param>
    public void State(string user, string school, int year, DateOnly? entry, DateOnly? exit)
    {
        if (!AreAsked)
            return;
        var (key, from, to) = (KeyOf(user, school, year), entry ?? DateOnly.MinValue, exit ?? DateOnly.MaxValue);
        stated[key] = stated.TryGetValue(key, out var other) ? (from < other.Entry ? from : other.Entry, to > other.Exit ? to : other.Exit) : (from, to);
        Years.Add(year);
    }

    /// <summary>The source says who is enrolled in that school year, and the student is not enrolled in the school on that day.</summary>
    public bool AreOver(string user, string school, int year, DateOnly day)
    {
        if (!Years.Contains(year))
            return false;
        var (key, enrollments) = (KeyOf(user, school, year), known.Of(RecordKind.SchoolEnrollment));
        return !(stated.TryGetValue(key, out var stay) && day >= stay.Entry && day < stay.Exit)
            && !(enrollments.Find(key) is var at and >= 0 && day.DayNumber >= enrollments.BeginOf(at) && day.DayNumber < enrollments.DayOf(at));
    }

    HashSet<int> Years => years ??= [.. Enumerable.Range(0, known.Of(RecordKind.SchoolEnrollment).Count).Select(known.Of(RecordKind.SchoolEnrollment).YearOf)];

    /// <summary>Key of the school enrolment; of somebody new, who has no pseudonym yet, one like it.</summary>
    Guid KeyOf(string user, string school, int year) =>
        known.Keyed.Record(RecordKind.SchoolEnrollment, SchoolEnrollmentDraft.KeyOf(known.Person(user)?.Key ?? known.Keyed.Record(RecordKind.Person, user), school, year));
}
