namespace EquityPlatform.Ingestion.Erasure;

/// <summary>A privacy officer decided that a student is erased. From here on it happens, whatever fails in between.</summary>
internal sealed record ErasureRecorded(Guid ErasureId, string StudentKey, string Authority, string Reason);

/// <summary>The student's keys are destroyed and every link to the source is gone. Nothing about this pseudonym follows in the log.</summary>
/// <param name="Kids">Ids of the destroyed keys: whoever verifies the log knows why these parts do not open.</param>
internal sealed record StudentErased(Guid ErasureId, string StudentKey, IReadOnlyList<string> Kids, string Authority, string Reason);

/// <summary>Every service has said that it cleared what it held.</summary>
internal sealed record ErasureCompleted(Guid ErasureId, string StudentKey, IReadOnlyList<string> Services);
