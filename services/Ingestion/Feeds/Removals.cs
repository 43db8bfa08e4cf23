using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A record no longer holds: the source says so, or a complete file left it out. Recorded again if it comes back.</summary>
/// <param name="Cause"><c>missing</c>, <c>deleted</c> or <see cref="TakenBack"/>.</param>
/// <param name="StudentKey">Of records about a student; <paramref name="PersonKey"/> of records about others.</param>
/// <param name="Before">Content hash of what was known.</param>
internal sealed record RecordRemoved(string Kind, string Cause, string? StudentKey, string? PersonKey, string? RecordId, string? SchoolId, int? SchoolYear, DateOnly? Date, string? Program, string Before, string? Salt)
{
    /// <summary>It was recorded by a feed that was given up before its state was written.</summary>
    public const string TakenBack = "takenBack";
}

/// <summary>
/// What happens to a record that goes. A place in a class that somebody had is ended, not taken away: what was true stays true; so is the post of somebody of the staff. Everything else
/// is removed, its state stays as a tombstone.
/// </summary>
internal static class Removals
{
    /// <summary>The news; null if nothing happens because it had ended before.</summary>
    public static News? Of(Guid feed, Gone gone, Known known, Keyed keyed)
    {
        if (gone.Kind == RecordKind.SectionEnrollment && known.Facts.Day is { } began && began < gone.On)
            return known.Facts.Ends <= gone.On ? null : Ended(feed, gone, known, keyed);
        if (gone.Kind == RecordKind.StaffAssignment && known.Memory is not null && (known.Facts.Day is not { } from || from < gone.On))
            return Left(feed, gone, known, keyed);
        var pseudonym = known.Owner?.ToString("N") ?? "";
        var (id, salt) = keyed.Event(feed, gone.Place.File, gone.Place.Row, gone.Kind, $"removed\n{pseudonym}\n{As(known)}");
        var stream = (known.Stream ?? throw new InvalidOperationException("A record that can be removed has a stream.")).Replace("*", pseudonym, StringComparison.Ordinal);
        var (type, facts) = (stream[..stream.IndexOf('-', StringComparison.Ordinal)], known.Facts);
        var data = new RecordRemoved(Name(gone.Kind), gone.Cause, known.Owner is not null && type != "person" ? pseudonym : null, type == "person" ? pseudonym : null,
            facts.RecordId, facts.School, facts.Year, facts.Day, facts.Program, known.Hash.ToString("N"), known.Owner is null ? null : salt);
        return new(stream, type, new NewEvent(id, data, new EventSource(gone.Place.Feed ?? feed, gone.Place.File, gone.Place.Row)), gone.Kind, gone.Key,
            known with { Feed = feed, File = gone.Place.File, Row = gone.Place.Row, Modified = gone.At, Removed = true });
    }

    /// <summary>What was known of the record: a complete file ends many of one person, all in its header's row.</summary>
    static string As(Known known) => $"{known.Hash:N}\n{known.Feed:N}\n{known.File}\n{known.Row}";

    static News? Ended(Guid feed, Gone gone, Known known, Keyed keyed)
    {
        var draft = SectionEnrollmentDraft.Ended(known, gone.On, gone.Place);
        return PlanFeed.Of(feed, draft, gone.Key, known.Owner, known.Hash, keyed, As(known)) is { } news ? news with { State = news.State with { Modified = gone.At } } : null;
    }

    /// <summary>The post is over; its record is a tombstone, so that it is not over again with every complete file.</summary>
    static News? Left(Guid feed, Gone gone, Known known, Keyed keyed)
    {
        var draft = Staffing.StaffAssignmentDraft.Ended(known, gone.On, gone.Place);
        return PlanFeed.Of(feed, draft, gone.Key, known.Owner, null, keyed, As(known)) is { } news ? news with { State = news.State with { Modified = gone.At, Removed = true }, IsNew = false } : null;
    }

    /// <summary>Name of a kind in events and contracts.</summary>
    public static string Name(RecordKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
