using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>What the site asks of the ingestion service.</summary>
internal sealed class IngestionClient(ServiceDoor door)
{
    private const string Service = "ingestion";

    public Task<Answer<FeedPage>> Feeds(string? cursor, CancellationToken ct) =>
        door.Get<FeedPage>(Service, cursor is null ? "feeds" : "feeds?cursor=" + Uri.EscapeDataString(cursor), ct);

    public Task<Answer<Feed>> Feed(Guid id, CancellationToken ct) => door.Get<Feed>(Service, $"feeds/{id}", ct);

    /// <param name="decision"><c>release</c> or <c>refuse</c>.</param>
    public Task<Answer<Feed>> Decide(Guid id, string decision, string reason, CancellationToken ct) => door.Post<Feed>(Service, $"feeds/{id}/{decision}", new FeedDecision(reason), ct);

    public Task<Answer<SetAsideRowList>> Rows(Guid id, CancellationToken ct) => door.Get<SetAsideRowList>(Service, $"feeds/{id}/rows", ct);

    public Task<Answer<Feed>> Correct(Guid id, RowCorrection correction, CancellationToken ct) => door.Post<Feed>(Service, $"feeds/{id}/rows", correction, ct);

    public Task<Answer<FileTemplate[]>> Templates(CancellationToken ct) => door.Get<FileTemplate[]>(Service, "templates", ct);

    /// <summary>A file with its header and nothing else.</summary>
    public Task<Answer<string>> Template(string file, CancellationToken ct) => door.Get<string>(Service, "templates/" + Uri.EscapeDataString(file), ct);

    public Task<Answer<FeedIssuePage>> Issues(Guid id, string? cursor, CancellationToken ct) =>
        door.Get<FeedIssuePage>(Service, $"feeds/{id}/issues" + (cursor is null ? "" : "?cursor=" + Uri.EscapeDataString(cursor)), ct);
}

internal static class FeedState
{
    /// <summary>Ingestion still works on it: the page asks again by itself.</summary>
    public static bool IsWorking(this Feed feed) => feed.State is "received" or "validating" or "applying";
}
