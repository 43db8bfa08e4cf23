namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A district's files arrived and are stored.</summary>
internal sealed record FeedReceived(Guid FeedId, string Source, string Sha256, long Bytes, DateTimeOffset ReceivedAt);

/// <summary>Nothing of the feed was applied.</summary>
internal sealed record FeedRejected(Guid FeedId, string File, string Code);

/// <summary>Every fact of the feed lies before this event in the log.</summary>
internal sealed record FeedApplied(Guid FeedId, FeedCounts Total, IReadOnlyList<FileCounts> Files);
