namespace EquityPlatform.Contracts.Ingestion;

/// <summary>Who a student is, opened for one stated purpose. Only ever an answer over HTTP; never published.</summary>
/// <param name="SourcedId">Id in the source system.</param>
/// <param name="Identifier">The number that people use, where the source has one.</param>
/// <param name="Numbers">Further numbers by system: <c>state</c>, <c>district</c>, <c>local</c>.</param>
public sealed record StudentIdentity(string StudentKey, string? GivenName, string? MiddleName, string? FamilyName, DateOnly? BirthDate, string? SourcedId, string? Identifier,
    IReadOnlyDictionary<string, string>? Numbers = null)
{
    /// <summary>So that no log line and no message ever shows it.</summary>
    public override string ToString() => nameof(StudentIdentity);
}

/// <summary>Asks for a student to be erased. Sending it again changes nothing.</summary>
/// <param name="ErasureId">The client's id.</param>
/// <param name="Authority">By what right, e.g. the law, order or agreement with its number.</param>
/// <param name="Reason">In a few words and without the student's name: it is kept.</param>
public sealed record EraseStudent(Guid ErasureId, string Authority, string Reason);

/// <summary>How far an erasure is.</summary>
/// <param name="State"><c>recorded</c>: it will be done; <c>erased</c>: names and links are gone for good, other services are clearing; <c>completed</c>: all have said so.</param>
public sealed record StudentErasure(Guid ErasureId, string StudentKey, string State, string Authority, string Reason, DateTimeOffset RecordedAt, string RecordedBy, DateTimeOffset? ErasedAt,
    DateTimeOffset? CompletedAt, IReadOnlyList<ErasureByService> Services);

/// <summary>One service's part in an erasure.</summary>
/// <param name="State"><c>waiting</c>, <c>missing</c> (was asked and has not said that it cleared) or <c>acknowledged</c>.</param>
/// <param name="Since">When it acknowledged, or since when it is missing; null before it was asked.</param>
/// <param name="Cleared">Rows that it cleared.</param>
public sealed record ErasureByService(string Service, string State, DateTimeOffset? Since, int? Cleared);
