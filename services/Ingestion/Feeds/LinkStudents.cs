using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>
/// Students to whom the source gave other ids, as a change of the student information system does: found by their numbers for the person who decides about the held feed, and linked if the person
/// says so. Steps that may be repeated: the log says it, the ids are linked, and then the feed is read as one of known students.
/// </summary>
internal sealed class LinkStudents(TenantDatabase database, EventLog log)
{
    public Task<IdLinks> FindAsync(Keyed keyed, ValidatedFeed validated, CancellationToken cancellation) =>
        Task.Run(() => IdLinks.Find(validated.Newcomers, validated.Newcomers.Count == 0 ? [] : PersonNumbers.OfSource(database, keyed.Tenant, keyed.Source), validated.HoldsPerson), cancellation);

    /// <summary>What a person sees of it: only where students would go. Null if there is nothing to ask.</summary>
    public async Task<HoldLinks?> OfferAsync(Keyed keyed, ValidatedFeed validated, CancellationToken cancellation) =>
        validated.Newcomers.Count > 0 && validated.Reasons.Any(r => r.Kind == Removals.Name(RecordKind.Person) && r.Code is "id.rekeyed" or "delete.threshold")
            ? HoldLinks.Of(await FindAsync(keyed, validated, cancellation))
            : null;

    /// <summary>False if nobody was linked: after a crash, perhaps, because all were before.</summary>
    public async Task<bool> RunAsync(FeedRow feed, Decision decision, Keyed keyed, ValidatedFeed validated, CancellationToken cancellation)
    {
        var links = (await FindAsync(keyed, validated, cancellation)).Found;
        if (links.Count == 0)
            return false;
        var context = new EventContext(decision.By, decision.Correlation);
        await foreach (var result in log.AppendBulkAsync(links.Select(link => Said(feed, decision, keyed, link, context)).ToAsyncEnumerable(), cancellation))
            if (result is not (AppendResult.Appended or AppendResult.Repeated))
                throw new FeedFaultException(result is AppendResult.AppendRefused refused ? refused.Code : "append.version-conflict");
        FaultPoint.Reached("feed.links-said", feed.Source);
        await using (var session = await database.OpenAsync(keyed.Tenant, cancellation))
        {
            foreach (var chunk in links.Chunk(5000))
                await session.ExecuteAsync("""
                    insert into person (tenant_id, source, blind, person_key, role, stands_for)
                    select $1, $2, blind, person_key, 'student', first from unnest($3::uuid[], $4::uuid[], $5::uuid[]) as x(blind, person_key, first) on conflict do nothing
                    """, [keyed.Tenant, keyed.Source, chunk.Select(l => l.New.Blind).ToArray(), chunk.Select(l => l.Student.Person).ToArray(), chunk.Select(l => l.Student.First).ToArray()], cancellation);
            await session.CommitAsync(cancellation);
        }
        FaultPoint.Reached("feed.links-kept", feed.Source);
        return true;
    }

    static Append Said(FeedRow feed, Decision decision, Keyed keyed, IdLink link, EventContext context)
    {
        var (pseudonym, place) = (link.Student.Person.ToString("N"), link.New.Place);
        var (id, salt) = keyed.Event(feed.FeedId, place.File, place.Row, RecordKind.Person, $"linked\n{pseudonym}");
        return new(keyed.Tenant, $"student-{pseudonym}", "student", ExpectedVersion.Any,
            [new NewEvent(id, new StudentIdentitiesMerged(pseudonym, keyed.Source, link.System, feed.FeedId, salt), new EventSource(feed.FeedId, place.File, place.Row), decision.Reason)], context);
    }
}

/// <summary>How many students with new ids could be linked to known ones. Counts only.</summary>
/// <param name="Students">Students whose ids are new.</param>
/// <param name="Recognised">Of these, who can be recognised, by the system of the number that tells.</param>
/// <param name="Ambiguous">Whose numbers do not name exactly one student.</param>
internal sealed record HoldLinks(int Students, IReadOnlyDictionary<string, int> Recognised, int Ambiguous)
{
    public static HoldLinks Of(IdLinks links) => new(links.Newcomers, links.Found.GroupBy(l => l.System).ToDictionary(g => g.Key, g => g.Count()), links.Ambiguous);
}
