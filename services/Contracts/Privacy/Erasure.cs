namespace EquityPlatform.Contracts.Privacy;

/// <summary>
/// A student is erased: the keys to names and birth date are destroyed, the source will say nothing more about this pseudonym. Whoever holds anything
/// under it clears it and says so (<see cref="StudentErasureAcknowledged"/>).
/// </summary>
public sealed record StudentErasureRequested(Guid ErasureId, string StudentKey)
{
    public const string Type = "student-erasure-requested/1";
}

/// <summary>A service has cleared what it held under a pseudonym, durably.</summary>
/// <param name="Cleared">Rows that went; 0 where it held none.</param>
public sealed record StudentErasureAcknowledged(Guid ErasureId, string StudentKey, string Service, int Cleared)
{
    public const string Type = "student-erasure-acknowledged/1";
}
