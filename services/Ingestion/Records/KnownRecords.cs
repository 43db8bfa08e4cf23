namespace EquityPlatform.Ingestion.Records;

/// <summary>A record as the last feeds left it.</summary>
/// <param name="Owner">Pseudonym of the person it is about.</param>
internal readonly record struct Known(Guid Hash, Guid? Owner, Guid Feed, string File, int Row, string? Memory);

/// <summary>A person as known before this feed.</summary>
internal readonly record struct KnownPerson(Guid Key, string Role);

/// <summary>What is known before a feed is applied: a fact for the decisions, loaded once, never changed.</summary>
internal sealed class KnownRecords(Keyed keyed)
{
    public Keyed Keyed { get; } = keyed;
    public Dictionary<(RecordKind Kind, Guid Key), Known> Records { get; } = [];
    public Dictionary<Guid, KnownPerson> Persons { get; } = [];

    /// <summary>Students by the keyed hash of a number of theirs, of all sources; null where several have it.</summary>
    public Dictionary<(string System, Guid Number), Guid?> Numbers { get; } = [];

    /// <summary>Statistics that the last applied feed left, by <c>file/column</c> (percentages).</summary>
    public Dictionary<string, int> Statistics { get; } = [];

    public Known? Find(RecordKind kind, string key) =>
        Records.Count > 0 && Records.TryGetValue((kind, Keyed.Record(kind, key)), out var known) ? known : null;

    public bool Has(RecordKind kind, string key) => Find(kind, key) is not null;

    public KnownPerson? Person(string sourcedId) =>
        Persons.Count > 0 && Persons.TryGetValue(Keyed.Record(RecordKind.Person, sourcedId), out var person) ? person : null;
}
