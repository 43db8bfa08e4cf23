using System.Globalization;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Records;

/// <summary>Where a record was stated. Derived records have the file and row that they hang on.</summary>
/// <param name="Feed">The feed, if it is not the one that is being applied (rows that were set aside then and are read again now).</param>
internal readonly record struct Place(string File, int Row, Guid? Feed = null);

/// <summary>Content hashes before and after a change (keyed; null before = first seen).</summary>
internal sealed record Change(string? Before, string After);

/// <summary>What turns a draft into an event, once the pseudonym and the change are known.</summary>
/// <param name="Person">Pseudonym of the person it is about; empty for others.</param>
/// <param name="Salt">Given to events about persons.</param>
internal readonly record struct EventFacts(string Person, Change Change, string Salt);

/// <summary>A record as a row states it, before it is known whether that is news. Lives in memory only.</summary>
internal abstract class Draft(RecordKind kind, string key, Place place, Row? row)
{
    public RecordKind Kind { get; } = kind;

    /// <summary>Key in the source system; stored only as a keyed hash.</summary>
    public string Key { get; } = key;
    public Place Place { get; } = place;

    /// <summary>Row that counts as accepted if this is news; null for derived records.</summary>
    public Row? Row { get; } = row;

    /// <summary>All rows that count as accepted if this is news.</summary>
    public virtual IReadOnlyList<Row> Rows => Row is null ? [] : [Row];

    /// <summary>Tells it from other records of the same kind that the same row states: what stands in the key behind the person. Never an id of a person.</summary>
    public virtual string Mark => Person is { } person && Key.Length > person.Length && Key[person.Length] == '\n' && Key.StartsWith(person, StringComparison.Ordinal) ? Key[(person.Length + 1)..] : "";

    /// <summary>Id, in the source system, of the person it is about.</summary>
    public virtual string? Person => null;

    /// <summary>Role under which a person becomes known by this record; null if it only refers to one who is known.</summary>
    public virtual string? PersonRole => null;

    /// <summary>A number by which files of other systems may name the person.</summary>
    public virtual (string System, string Value)? Number => null;

    /// <summary>Pseudonym of the person, of records that are derived from pseudonymous ones.</summary>
    public virtual Guid? PersonKey => null;

    /// <summary>Everything the record says, in one text; equal texts are the same content.</summary>
    public abstract string Content { get; }

    /// <summary>What the record's key says: needed to remove it one day.</summary>
    public virtual KeyFacts Facts => default;

    /// <summary>What later feeds need to know of it beside <see cref="Facts"/>, as JSON without personal data; null if the hash suffices.</summary>
    public virtual string? Memory => null;

    /// <summary>Stream id and stream type.</summary>
    public abstract (string Id, string Type) Stream(string person);

    /// <summary>The domain event that records it.</summary>
    public abstract object Event(EventFacts facts);

    protected static string? Text(DateOnly? date) => date?.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Joins fields so that no two different contents read the same.</summary>
    protected static string Join(params ReadOnlySpan<string?> fields) => string.Join('\u001f', fields!);
}
