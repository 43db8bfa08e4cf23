using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>One piece of news: the event, the stream it goes to, and the state that replaces the known one.</summary>
/// <param name="IsNew">Nothing was known of the record: usually, nothing is held of it either.</param>
internal sealed record News(string Stream, string StreamType, NewEvent Event, RecordKind Kind, Guid Key, Known State, (string System, Guid Number)? Number = null, bool IsNew = false);

/// <summary>From a checked record to its event and its state. Pure, so that a repeat after a crash makes the same.</summary>
internal static class PlanFeed
{
    /// <summary>Hash of what a record says. It holds the pseudonym, never the id it stands for: after an erasure nothing leads back.</summary>
    public static Guid HashOf(Keyed keyed, Draft draft, Guid? owner) =>
        keyed.Content(draft.Kind, owner is { } key ? $"{key:N}\n{draft.Content}" : draft.Content);

    /// <summary>The news; null if the record says what it said before.</summary>
    /// <param name="mark">Tells it from other records of the same kind and place, if the draft does not know its key.</param>
    public static News? Of(Guid feed, Draft draft, Guid key, Guid? owner, Guid? before, Keyed keyed, string? mark = null)
    {
        var (pseudonym, hash) = (owner?.ToString("N") ?? "", HashOf(keyed, draft, owner));
        if (before == hash)
            return null;
        var (file, row, origin) = (draft.Place.File, draft.Place.Row, draft.Place.Feed ?? feed);
        var (id, salt) = keyed.Event(feed, draft.Place.Feed is null ? file : $"{origin:N}/{file}", row, draft.Kind, owner is null ? draft.Key : $"{pseudonym}\n{mark ?? draft.Mark}");
        var data = draft.Event(new(pseudonym, new(before?.ToString("N"), hash.ToString("N")), salt));
        var (stream, type) = draft.Stream(pseudonym);
        var source = data switch
        {
            SchoolEnrollmentDerived derived => derived.Rows[0],
            SchoolEnrollmentStated stated => stated.Rows[0],
            _ => new EventSource(origin, file, row),
        };
        return new(stream, type, new NewEvent(id, data, source), draft.Kind, key,
            new Known(hash, owner, origin, file, row, draft.Memory, draft.Facts, draft.Stream("*").Id, draft.Row?.Modified, Mark: keyed.Mark(draft.Kind, owner, draft.Content)),
            draft.Number is { } number ? (number.System, keyed.Number(number.System, number.Value)) : null, before is null);
    }

    /// <summary>School enrolments that follow from the state of some students' records, where they are news.</summary>
    public static IEnumerable<News> Derived(Guid feed, IReadOnlyCollection<Guid> students, Dictionary<(RecordKind Kind, Guid Key), Known> state, Keyed keyed)
    {
        foreach (var draft in StudentsNow.Of(students, state).SelectMany(SchoolEnrollments.Derive))
        {
            var key = keyed.Record(draft.Kind, draft.Key);
            var before = state.TryGetValue((draft.Kind, key), out var known) && !known.Removed ? known.Hash : (Guid?)null;
            if (Of(feed, draft, key, draft.PersonKey, before, keyed) is { } news)
                yield return news;
        }
    }
}
