namespace EquityPlatform.Web;

/// <summary>What the site asks of the ingestion service.</summary>
internal sealed class IngestionClient(ServiceDoor door)
{
    private const string Service = "ingestion";

    public Task<Answer<FeedList>> Feeds(string? cursor, CancellationToken ct) =>
        door.Get<FeedList>(Service, cursor is null ? "feeds" : "feeds?cursor=" + Uri.EscapeDataString(cursor), ct);

    public Task<Answer<FeedView>> Feed(Guid id, CancellationToken ct) => door.Get<FeedView>(Service, $"feeds/{id}", ct);

    public Task<Answer<IssueList>> Issues(Guid id, string? cursor, CancellationToken ct) =>
        door.Get<IssueList>(Service, $"feeds/{id}/issues" + (cursor is null ? "" : "?cursor=" + Uri.EscapeDataString(cursor)), ct);
}

public sealed record FeedList(IReadOnlyList<FeedView> Items, string? Next);

/// <summary>A feed as ingestion shows it.</summary>
public sealed record FeedView(Guid FeedId, string State, int Progress, string? Source, DateTimeOffset? ReceivedAt, string? ReceivedBy, DateTimeOffset? FinishedAt,
    FeedCounts? Counts, IReadOnlyList<FeedFile>? Files, string? Code, string? Message)
{
    public bool IsWorking => State is "received" or "validating" or "applying";
}

public sealed record FeedCounts(int Read, int Accepted, int Unchanged, int Quarantined, int WouldDelete);

public sealed record FeedFile(string File, FeedCounts Counts);

public sealed record IssueList(IReadOnlyList<FeedIssue> Items, string? Next);

public sealed record FeedIssue(string File, int? Row, string? Column, string Code, string Severity, string Message, IReadOnlyDictionary<string, string>? Arguments);
