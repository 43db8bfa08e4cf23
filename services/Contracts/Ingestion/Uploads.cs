namespace EquityPlatform.Contracts.Ingestion;

/// <summary>Begins an upload that comes in pieces, or finds the one that was begun for the same file.</summary>
/// <param name="Name">Name of the file: a zip, a side file, or a file that a saved mapping of the source reads.</param>
/// <param name="Bytes">Size of the whole file.</param>
/// <param name="Sha256">Of the whole file, in hexadecimal.</param>
/// <param name="Source">Source system; <c>sis</c> if not given.</param>
/// <param name="FeedId">Id of the feed that the file becomes, if the client wants to choose it.</param>
public sealed record BeginUpload(string Name, long Bytes, string Sha256, string? Source = null, Guid? FeedId = null);

/// <summary>An upload that comes in pieces.</summary>
/// <param name="Received">Bytes that are stored; the next piece begins here.</param>
/// <param name="Feed">The feed, if these very files were received before: nothing need be sent.</param>
public sealed record OpenUpload(Guid? UploadId, string Name, string Source, long Bytes, string Sha256, long Received, Feed? Feed = null);

/// <summary>A folder of which whole files are taken.</summary>
/// <param name="Waiting">Files that are there and not whole yet.</param>
/// <param name="Problem"><c>folder.missing</c> or <c>folder.no-access</c>; null if it can be read.</param>
public sealed record WatchedFolder(string Source, DateTimeOffset LookedAt, int Waiting, string? Problem);
