using System.Text.Json;

namespace EquityPlatform.Contracts.Bus;

/// <summary>
/// A run of one tenant's events in the order of the source's log. Positions chain: <see cref="PreviousSeq"/> is the
/// <see cref="ToSeq"/> of the batch before, so a consumer sees a gap at once. The range (PreviousSeq, ToSeq] also
/// covers events that are not published, so an empty <see cref="Events"/> still moves the position.
/// </summary>
/// <param name="Source">Service whose log this is, e.g. <c>ingestion</c>.</param>
/// <param name="Tenant">District the events belong to.</param>
/// <param name="PreviousSeq">Position up to which earlier batches of this tenant reached; 0 for the first.</param>
/// <param name="ToSeq">Position up to which this batch reaches.</param>
/// <param name="Events">At most 500 published events or 256 KiB, in position order.</param>
public sealed record EventBatch(string Source, string Tenant, long PreviousSeq, long ToSeq, IReadOnlyList<PublishedEvent> Events);

/// <summary>One event as it leaves a service: a public contract, never a stored domain event.</summary>
/// <param name="Seq">Position in the source's log.</param>
/// <param name="Id">Id of the domain event it was made from; the same on every delivery.</param>
/// <param name="Type">Contract name and version, e.g. <c>attendance-recorded/1</c>.</param>
/// <param name="Stream">Opaque id of the source stream.</param>
/// <param name="RecordedAt">UTC instant at which the source recorded it.</param>
/// <param name="Data">The contract as JSON (camelCase).</param>
/// <param name="Origin">Feed, file and row it came from, where it came from a file.</param>
public sealed record PublishedEvent(long Seq, Guid Id, string Type, string Stream, DateTimeOffset RecordedAt, JsonElement Data, RowOrigin? Origin);

/// <summary>Where a fact stood in what a district sent: feed, file inside it, physical row (the header is row 1).</summary>
public sealed record RowOrigin(Guid Feed, string File, int Row);
