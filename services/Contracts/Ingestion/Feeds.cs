namespace EquityPlatform.Contracts.Ingestion;

/// <summary>What a district sent, and what became of it.</summary>
/// <param name="State"><c>received</c>, <c>validating</c>, <c>held</c> (waits for a person), <c>applying</c>, <c>interrupted</c> (stands still part way, and later feeds with it), <c>applied</c> or <c>rejected</c>.</param>
/// <param name="Progress">0 to 100.</param>
/// <param name="Sha256">Of the bytes received (several parts: of their names and hashes).</param>
/// <param name="Repeated">True in the answer to an upload that was received before: nothing was done again.</param>
/// <param name="Hold">Of a held feed; stays with one that was refused.</param>
/// <param name="Replay">It reads rows of earlier feeds again that were set aside.</param>
/// <param name="Released">A person released it after it was held.</param>
/// <param name="Relinked">Released so that students with new ids are linked to those whom their numbers name.</param>
/// <param name="Code">Why it was rejected or is held, or <c>feed.no-change</c>, <c>feed.repeated</c>.</param>
/// <param name="Position">Position in the ingestion log at which every fact of it is recorded.</param>
public sealed record Feed(Guid FeedId, string State, int Progress, string Source, DateTimeOffset ReceivedAt, string ReceivedBy, DateTimeOffset? FinishedAt,
    long Bytes, string Sha256, bool Repeated, string? Code, string? Message, long? Position, RowCounts Counts, IReadOnlyList<FeedFile> Files, FeedHold? Hold = null, bool Released = false, bool Replay = false, bool Relinked = false);

/// <summary>Rows of a feed that were set aside.</summary>
public sealed record SetAsideRowList(IReadOnlyList<SetAsideRow> Items);

/// <summary>A row that was set aside, without its values.</summary>
/// <param name="State"><c>open</c>: may be corrected; <c>waiting</c>: for what it refers to; <c>corrected</c>: is read again; <c>stuck</c>: what it refers to came and did not help.</param>
public sealed record SetAsideRow(string File, int Row, string State, string Code, string? Column);

/// <summary>Corrects columns of a row that was set aside. Sending it again changes nothing.</summary>
/// <param name="CorrectionId">The client's id; also the id of the feed that reads the row again.</param>
/// <param name="Values">By column; null empties it.</param>
public sealed record RowCorrection(Guid CorrectionId, string File, int Row, IReadOnlyDictionary<string, string?> Values)
{
    /// <summary>So that no log line ever shows it.</summary>
    public override string ToString() => nameof(RowCorrection);
}

/// <summary>Why a feed waits for a person, and what it would do.</summary>
/// <param name="Links">Students who would go and come under another id; null where there is nothing to ask.</param>
public sealed record FeedHold(IReadOnlyList<HoldReason> Reasons, IReadOnlyList<HoldEffect> Effects, HoldLinks? Links = null);

/// <summary>Students of a held feed whose ids are new while known ones go: how many can be recognised by a number, and linked. Of staff and families no numbers are kept.</summary>
/// <param name="Students">Students whose ids are new.</param>
/// <param name="Recognised">Of these, who can be recognised, by the system of the number that tells: <c>state</c>, <c>district</c>, <c>local</c>.</param>
/// <param name="Ambiguous">Whose numbers do not name exactly one student who would go.</param>
public sealed record HoldLinks(int Students, IReadOnlyDictionary<string, int> Recognised, int Ambiguous);

/// <summary>One reason to look first: stable code, sentence and its arguments.</summary>
/// <param name="Code"><c>delete.threshold</c>, <c>mode.conflict</c>, <c>id.rekeyed</c>, <c>id.leading-zero-suspect</c>, <c>file.no-rows</c> or <c>feed.stopped</c>.</param>
public sealed record HoldReason(string Code, string Message, IReadOnlyDictionary<string, string> Arguments);

/// <summary>What a feed would do to records of one kind at one school (null: of no single school).</summary>
/// <param name="Gone">Records that would be removed, or ended if they had begun.</param>
public sealed record HoldEffect(string Kind, string? SchoolId, int Added, int Changed, int Gone);

/// <summary>Releases a held feed or refuses it; has one tried again or gives it up that could not be finished.</summary>
/// <param name="Reason">Why, in a few words; it is kept.</param>
/// <param name="Relink">Of a release: first links students with new ids to those whom their numbers name (see <see cref="FeedHold.Links"/>), so that they keep their records.</param>
public sealed record FeedDecision(string Reason, bool Relink = false);

/// <summary>Counts of one file.</summary>
/// <param name="State"><c>applied</c>, or <c>rejected</c> if nothing of the file could be trusted.</param>
public sealed record FeedFile(string File, string State, RowCounts Counts);

/// <summary>Rows. Read = accepted + unchanged + quarantined + parked, always.</summary>
/// <param name="Accepted">New or changed.</param>
/// <param name="Unchanged">Known already, or repeated within the file.</param>
/// <param name="Quarantined">Set aside; what was known before stays.</param>
/// <param name="WouldDelete">Known records that go: a complete file no longer holds them, or the source says so.</param>
/// <param name="Parked">Wait for a row that they refer to.</param>
/// <param name="Removed">Of those that go, how many went: removed, or ended if they had begun.</param>
public sealed record RowCounts(int Read, int Accepted, int Unchanged, int Quarantined, int WouldDelete, int Parked = 0, int Removed = 0);

/// <summary>One page of a list; <paramref name="Next"/> is the cursor of the next page, null on the last.</summary>
/// <param name="Count">Of the whole list, where <c>Prefer: count=exact</c> asked for it.</param>
public sealed record FeedPage(IReadOnlyList<Feed> Items, string? Next, int? Count);

/// <summary>A finding about a feed: file, physical row (the header is row 1), column, stable code, sentence and its arguments.</summary>
/// <param name="Severity"><c>batchRejected</c>, <c>fileRejected</c>, <c>quarantined</c>, <c>parked</c> or <c>warning</c>.</param>
public sealed record FeedIssue(string File, int? Row, string? Column, string Code, string Severity, string Message, IReadOnlyDictionary<string, string> Arguments);

/// <summary>One page of findings.</summary>
public sealed record FeedIssuePage(IReadOnlyList<FeedIssue> Items, string? Next, int? Count);

/// <summary>Asks for a student's pseudonym by the id of the source system. The exit is recorded as a disclosure.</summary>
public sealed record LookupStudent(string SourcedId, string? Source, string? Purpose);

/// <summary>A student's pseudonym.</summary>
public sealed record StudentFound(string StudentKey);
