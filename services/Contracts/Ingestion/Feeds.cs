namespace EquityPlatform.Contracts.Ingestion;

/// <summary>What a district sent, and what became of it.</summary>
/// <param name="State"><c>received</c>, <c>validating</c>, <c>applying</c>, <c>applied</c> or <c>rejected</c>.</param>
/// <param name="Progress">0 to 100.</param>
/// <param name="Sha256">Of the bytes received (several parts: of their names and hashes).</param>
/// <param name="Repeated">True in the answer to an upload that was received before: nothing was done again.</param>
/// <param name="Code">Why it was rejected, or <c>feed.no-change</c>, <c>feed.repeated</c>.</param>
/// <param name="Position">Position in the ingestion log at which every fact of it is recorded.</param>
public sealed record Feed(Guid FeedId, string State, int Progress, string Source, DateTimeOffset ReceivedAt, string ReceivedBy, DateTimeOffset? FinishedAt,
    long Bytes, string Sha256, bool Repeated, string? Code, string? Message, long? Position, RowCounts Counts, IReadOnlyList<FeedFile> Files);

/// <summary>Counts of one file.</summary>
/// <param name="State"><c>applied</c>, or <c>rejected</c> if nothing of the file could be trusted.</param>
public sealed record FeedFile(string File, string State, RowCounts Counts);

/// <summary>Rows. Read = accepted + unchanged + quarantined, always.</summary>
/// <param name="Accepted">New or changed.</param>
/// <param name="Unchanged">Known already, or repeated within the file.</param>
/// <param name="Quarantined">Set aside; what was known before stays.</param>
/// <param name="WouldDelete">Known records that a complete file no longer holds. Shown, not applied.</param>
public sealed record RowCounts(int Read, int Accepted, int Unchanged, int Quarantined, int WouldDelete);

/// <summary>One page of a list; <paramref name="Next"/> is the cursor of the next page, null on the last.</summary>
/// <param name="Count">Of the whole list, where <c>Prefer: count=exact</c> asked for it.</param>
public sealed record FeedPage(IReadOnlyList<Feed> Items, string? Next, int? Count);

/// <summary>A finding about a feed: file, physical row (the header is row 1), column, stable code, sentence and its arguments.</summary>
/// <param name="Severity"><c>batchRejected</c>, <c>fileRejected</c>, <c>quarantined</c> or <c>warning</c>.</param>
public sealed record FeedIssue(string File, int? Row, string? Column, string Code, string Severity, string Message, IReadOnlyDictionary<string, string> Arguments);

/// <summary>One page of findings.</summary>
public sealed record FeedIssuePage(IReadOnlyList<FeedIssue> Items, string? Next, int? Count);

/// <summary>Asks for a student's pseudonym by the id of the source system. The exit is recorded as a disclosure.</summary>
public sealed record LookupStudent(string SourcedId, string? Source, string? Purpose);

/// <summary>A student's pseudonym.</summary>
public sealed record StudentFound(string StudentKey);
