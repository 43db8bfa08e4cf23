using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Ingestion.Feeds;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Seals what a feed's news say about single students: one round trip for all their keys, none if nothing about a name is new.</summary>
internal sealed class SealNews(SubjectKeys keys, SealedData data)
{
    /// <summary>Replaces what is unsealed. A repeat after a crash seals to the same bytes, so the events are the same.</summary>
    public async Task RunAsync(string tenant, List<News> news, CancellationToken cancellation)
    {
        var students = news.Select(one => one.Event.Data).OfType<Unsealed>().Select(unsealed => unsealed.StudentKey).ToHashSet(StringComparer.Ordinal);
        if (students.Count == 0)
            return;
        var found = await keys.EnsureAsync(tenant, Identity.Category, students, cancellation);
        var origin = data.Origin(tenant);
        for (var i = 0; i < news.Count; i++)
            if (news[i].Event is { Data: Unsealed unsealed } one)
            {
                if (!found.TryGetValue(unsealed.StudentKey, out var key))
                    throw new FeedFaultException("student.erased");
                news[i] = news[i] with { Event = one with { Data = unsealed.Event(key.Seal(origin, one.Id, unsealed.Private)) } };
            }
    }
}
