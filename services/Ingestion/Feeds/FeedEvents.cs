namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A district's files arrived and are stored.</summary>
internal sealed record FeedReceived(Guid FeedId, string Source, string Sha256, long Bytes, DateTimeOffset ReceivedAt);

/// <summary>Nothing of the feed was applied.</summary>
internal sealed record FeedRejected(Guid FeedId, string File, string Code);

/// <summary>What the feed would do is so unusual that a person must look first. Nothing of it was applied.</summary>
/// <param name="Effects">What it would do, by kind of records and school.</param>
internal sealed record FeedHeld(Guid FeedId, IReadOnlyList<HoldReason> Reasons, IReadOnlyList<HoldEffect> Effects, FeedCounts Total);

/// <summary>A person looked and lets the feed be applied; why is the event's reason.</summary>
internal sealed record FeedReleased(Guid FeedId);

/// <summary>A person looked and refuses the feed; why is the event's reason.</summary>
internal sealed record FeedRefused(Guid FeedId);

/// <summary>Every fact of the feed lies before this event in the log.</summary>
internal sealed record FeedApplied(Guid FeedId, FeedCounts Total, IReadOnlyList<FileCounts> Files);
