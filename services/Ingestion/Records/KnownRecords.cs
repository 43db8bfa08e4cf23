using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Records;

/// <summary>What the key of a record says, without its content: for removals, holds and their preview.</summary>
/// <param name="RecordId">Id of an organization, session, course or class; never an id of a person or of something about one.</param>
/// <param name="Day">Day it is about, or first day.</param>
/// <param name="Ends">First day after, if it ends.</param>
internal readonly record struct KeyFacts(string? RecordId = null, string? School = null, int? Year = null, DateOnly? Day = null, DateOnly? Ends = null, string? Program = null);

/// <summary>A record as the last feeds left it.</summary>
/// <param name="Owner">Pseudonym of the person it is about.</param>
/// <param name="Mark">Fast hash of what it says, for telling changed from unchanged.</param>
/// <param name="Stream">Id of the stream of its events, with <c>*</c> for the pseudonym.</param>
internal readonly record struct Known(Guid Hash, Guid? Owner, Guid Feed, string File, int Row, string? Memory, KeyFacts Facts = default, string? Stream = null, DateTimeOffset? Modified = null, bool Removed = false, long Mark = 0);

/// <summary>A person as known before this feed.</summary>
internal readonly record struct KnownPerson(Guid Key, string Role);

/// <summary>A known record that a row refers to.</summary>
internal readonly record struct KnownRecord(string File, string? Memory);

/// <summary>
/// What is known before a feed is applied. Kinds are loaded when a row first asks for them and released when the rows that need them were read, so that
/// not all of them are in memory at once.
/// </summary>
/// <param name="load">Loads the records of a kind. Called again after a release.</param>
/// <param name="persons">Persons by blind index: key, pseudonym (as hash), role (as file).</param>
internal sealed class KnownRecords(Keyed keyed, Func<RecordKind, KnownKind> load, KnownKind persons, IReadOnlyDictionary<string, int> statistics)
{
    /// <summary>A kind with more records than this is released as soon as its rows were read.</summary>
    const int Large = 2_000_000;

    readonly Dictionary<RecordKind, KnownKind> kinds = [];
    readonly Dictionary<RecordKind, Task<KnownKind>> coming = [];
    readonly Dictionary<Guid, KnownPerson> met = [];

    public Keyed Keyed { get; } = keyed;

    /// <summary>Students by the keyed hash of a number of theirs, of all sources.</summary>
    public KnownNumbers Numbers { get; init; } = new(() => []);

    /// <summary>Periods that were ever recorded in a stream of attendance, in the order in which they were; asked for only by rows that are read again.</summary>
    public Func<string, IEnumerable<PeriodAttendanceRecorded>> Periods { get; init; } = _ => [];

    /// <summary>Statistics that the last applied feed left, by <c>file/column</c> (percentages).</summary>
    public IReadOnlyDictionary<string, int> Statistics { get; } = statistics;

    /// <summary>Begins to load kinds that rows will ask for, one after the other, while their files are looked through.</summary>
    public void Expect(IEnumerable<RecordKind> expected)
    {
        var before = Task.CompletedTask;
        foreach (var kind in expected)
            if (!kinds.ContainsKey(kind) && !coming.ContainsKey(kind))
                before = coming[kind] = before.ContinueWith(_ => load(kind), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
    }

    public KnownKind Of(RecordKind kind)
    {
        if (!kinds.TryGetValue(kind, out var known))
            kinds.Add(kind, known = coming.Remove(kind, out var loading) ? loading.GetAwaiter().GetResult() : load(kind));
        return known;
    }

    public void Release(RecordKind kind)
    {
        if (kinds.TryGetValue(kind, out var known) && known.Count > Large)
            kinds.Remove(kind);
    }

    public KnownRecord? Find(RecordKind kind, string key)
    {
        var known = Of(kind);
        return known.Count > 0 && known.Find(Keyed.Record(kind, key)) is var i and >= 0 && known.WasThere(i) ? new(known.FileOf(i), known.MemoryOf(i)) : null;
    }

    /// <summary>Keyed hash of a draft's key, and whether something is known of its record.</summary>
    public (Guid Key, bool IsKnown) At(Draft draft)
    {
        var (key, known) = (Keyed.Record(draft.Kind, draft.Key), Of(draft.Kind));
        return (key, known.Count > 0 && known.Find(key) is var i and >= 0 && !known.IsRemoved(i));
    }

    /// <summary>When an earlier file of changes says that a record changed (ticks, 0 if none did).</summary>
    public long ModifiedOf(RecordKind kind, string key)
    {
        var known = Of(kind);
        return known.Count > 0 && known.Find(Keyed.Record(kind, key)) is var i and >= 0 ? known.ModifiedOf(i) : 0;
    }

    public bool Has(RecordKind kind, string key) => Find(kind, key) is not null;

    /// <summary>Memories of all records of a kind.</summary>
    public IEnumerable<string> Memories(RecordKind kind)
    {
        var known = Of(kind);
        for (var i = 0; i < known.Count; i++)
            if (known.WasThere(i) && known.MemoryOf(i) is { } memory)
                yield return memory;
    }

    public KnownPerson? Person(string sourcedId)
    {
        if (PersonToken.Read(sourcedId) is { } token)
            return new(token, "student");
        var blind = Keyed.Record(RecordKind.Person, sourcedId);
        lock (met)
            if (met.TryGetValue(blind, out var person))
                return person;
        return persons.Count > 0 && persons.Find(blind) is var i and >= 0 ? new(persons.HashOf(i), persons.FileOf(i)) : null;
    }

    /// <summary>The source has named persons before.</summary>
    public bool HasPersons => persons.Count > 0;

    /// <summary>Pseudonym of the person with this record.</summary>
    public Guid? OwnerOf(Guid person) => persons.Find(person) is var i and >= 0 ? persons.HashOf(i) : null;

    /// <summary>Someone got a pseudonym (by blind index: ids of a million students would be more memory than their records). The only change that another thread may make while rows are read.</summary>
    public void Meet(Guid blind, KnownPerson person)
    {
        lock (met)
            met[blind] = person;
    }
}
