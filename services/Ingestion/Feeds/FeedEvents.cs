namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A district's files arrived and are stored.</summary>
internal sealed record FeedReceived(Guid FeedId, string Source, string Sha256, long Bytes, DateTimeOffset ReceivedAt);

/// <summary>Nothing of the feed was applied.</summary>
internal sealed record FeedRejected(Guid FeedId, string File, string Code);

/// <summary>What the feed would do is so unusual that a person must look first. Nothing of it was applied.</summary>
/// <param name="Effects">What it would do, by kind of records and school.</param>
internal sealed record FeedHeld(Guid FeedId, IReadOnlyList<HoldReason> Reasons, IReadOnlyList<HoldEffect> Effects, FeedCounts Total);

/// <summary>A person looked and lets the feed be applied; why is the event's reason.</summary>
/// <param name="Relink">Students with new ids are linked to those whom their numbers name, before it is applied.</param>
internal sealed record FeedReleased(Guid FeedId, bool Relink);

/// <summary>A person looked and refuses the feed; why is the event's reason.</summary>
internal sealed record FeedRefused(Guid FeedId);

/// <summary>The service ended again and again while it worked on the feed. It is set aside until a person decides.</summary>
/// <param name="Starts">How often it was begun.</param>
/// <param name="InPart">News of it were recorded, or may have been: later feeds wait with it.</param>
internal sealed record FeedStopped(Guid FeedId, int Starts, bool InPart);

/// <summary>A person has a feed tried again that was stopped or interrupted; why is the event's reason.</summary>
internal sealed record FeedTriedAgain(Guid FeedId);

/// <summary>A person gives up a feed of which a part is recorded, so that later ones go on; why is the event's reason.</summary>
internal sealed record FeedGivenUp(Guid FeedId);

/// <summary>Every fact of the feed lies before this event in the log.</summary>
internal sealed record FeedApplied(Guid FeedId, FeedCounts Total, IReadOnlyList<FileCounts> Files);
