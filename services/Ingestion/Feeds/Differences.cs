using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A known record that goes with this feed.</summary>
/// <param name="Cause"><see cref="Missing"/> or <see cref="Deleted"/>.</param>
/// <param name="On">Day from which it no longer holds.</param>
/// <param name="At">When the source says that it went, in a file of changes.</param>
/// <param name="Place">The row that says so, or the complete file (its header) that no longer holds it.</param>
internal readonly record struct Gone(RecordKind Kind, Guid Key, string Cause, DateOnly On, Place Place, DateTimeOffset? At = null)
{
    /// <summary>A complete file no longer holds it.</summary>
    public const string Missing = "missing";
    /// <summary>The source says that it is gone.</summary>
    public const string Deleted = "deleted";
}

/// <summary>What a feed does to one kind of records.</summary>
internal sealed class KindChange
{
    /// <summary>Known records that the feed speaks about.</summary>
    public int Known { get; set; }
    public int Added { get; set; }
    public int Changed { get; set; }
    public int Gone { get; set; }
    /// <summary>Of these, those of which the source says so itself.</summary>
    public int Deleted { get; set; }
}

/// <summary>Of which days and school years a complete file speaks.</summary>
/// <param name="Years">School years; null for all.</param>
internal sealed record Scope(IReadOnlySet<int>? Years, DateOnly? From = null, DateOnly? To = null)
{
    /// <summary>A record without year or day is spoken about by every file of its kind.</summary>
    public bool Holds(int year, int day) =>
        (year == 0 || Years is null || Years.Contains(year)) && (From is not { } from || (day >= from.DayNumber && day <= To!.Value.DayNumber));
}

/// <summary>
/// First pass: tells news from what is known and marks the rows, keeping nothing of a row but its fate; then finds what complete files no longer hold. Pure but
/// for the marks.
/// </summary>
/// <param name="today">Day of the feed.</param>
internal sealed class Differences(KnownRecords known, DateOnly today)
{
    readonly List<Gone> gone = [];

    /// <summary>Where in the list, of records of which the source says so.</summary>
    readonly Dictionary<(RecordKind Kind, Guid Key), int> deleted = [];
    readonly Dictionary<RecordKind, KindChange> kinds = [];
    readonly Dictionary<(RecordKind Kind, string? School), (int Added, int Changed)> bySchool = [];
    readonly HashSet<Guid> absent = [];
    bool personsAreComplete;

    /// <summary>Records of which a newer change says what is known: only the date is news.</summary>
    public List<(RecordKind Kind, Guid Key, DateTimeOffset At)> Dated { get; } = [];

    /// <summary>What goes, in the order found. What this feed removed before it was interrupted is not among it.</summary>
    public IReadOnlyList<Gone> Gone => gone;
    public IReadOnlyDictionary<RecordKind, KindChange> Kinds => kinds;
    public IReadOnlyDictionary<(RecordKind Kind, string? School), (int Added, int Changed)> BySchool => bySchool;

    public KindChange Of(RecordKind kind) => kinds.TryGetValue(kind, out var change) ? change : kinds[kind] = new();

    public void Add(Draft draft)
    {
        var records = known.Of(draft.Kind);
        var at = records.Count == 0 ? -1 : records.Find(known.Keyed.Record(draft.Kind, draft.Key));
        var same = false;
        if (at >= 0)
        {
            records.State(at);
            if (deleted.Count > 0)
                Keep(draft.Kind, records.KeyOf(at));
            same = !records.IsRemoved(at) && OwnerOf(draft) is var owner && owner != Guid.Empty && records.MarkOf(at) == known.Keyed.Mark(draft.Kind, owner, draft.Content);
            if (same && draft.Row?.Modified is { } modified && modified.UtcTicks > records.ModifiedOf(at))
                Dated.Add((draft.Kind, records.KeyOf(at), modified));
            if (same && !records.IsOurs(at))
                return;
        }
        foreach (var row in draft.Rows)
            row.MarkChanged();
        var isNew = at < 0 || records.IsRemoved(at);
        var (change, place) = (Of(draft.Kind), (draft.Kind, draft.Facts.School));
        var (added, changed) = bySchool.GetValueOrDefault(place);
        bySchool[place] = isNew ? (added + 1, changed) : (added, changed + 1);
        if (isNew)
            change.Added++;
        else
            change.Changed++;
    }

    /// <summary>Pseudonym of the person it is about; null if it is about nobody, empty if it has none yet.</summary>
    Guid? OwnerOf(Draft draft) => draft.PersonKey ?? (draft.Person is { } person ? known.Person(person)?.Key ?? Guid.Empty : null);

    /// <summary>The source says that a record is gone.</summary>
    public void Delete(RecordKind kind, string key, Row row, DateOnly? on)
    {
        var records = known.Of(kind);
        var at = records.Find(known.Keyed.Record(kind, key));
        if (at < 0 || !records.WasThere(at) || records.IsStated(at))
            return;
        row.MarkChanged();
        records.See(at);
        if (row.Modified is { } modified)
            Dated.Add((kind, records.KeyOf(at), modified));
        var change = Of(kind);
        change.Known = Math.Max(change.Known, records.There);
        change.Gone++;
        change.Deleted++;
        if (!records.IsRemoved(at) && deleted.TryAdd((kind, records.KeyOf(at)), gone.Count))
            gone.Add(new(kind, records.KeyOf(at), Feeds.Gone.Deleted, on ?? today, row.Place, row.Modified));
    }

    /// <summary>A record that the feed states is there, whatever it says is gone: of a student with a new id, the old one goes, and not the student.</summary>
    void Keep(RecordKind kind, Guid key)
    {
        if (!deleted.Remove((kind, key), out var at))
            return;
        // As long as rows are read, nothing else is in the list
        if (gone[^1] is var last && at != gone.Count - 1)
            (gone[at], deleted[(last.Kind, last.Key)]) = (last, at);
        gone.RemoveAt(gone.Count - 1);
        var change = Of(kind);
        change.Gone--;
        change.Deleted--;
    }

    /// <summary>The feed holds the person: in a row that was read or set aside, and not only to say that it is gone.</summary>
    public bool HoldsPerson(Guid key)
    {
        var persons = known.Of(RecordKind.Person);
        return persons.Find(key) is var at and >= 0 && persons.IsSeen(at) && (persons.IsStated(at) || !deleted.ContainsKey((RecordKind.Person, key)));
    }

    /// <summary>Known records that nobody stated and that the complete file speaks about. Rows that were set aside count as present.</summary>
    /// <param name="beside">File of the roster that states such records, too.</param>
    /// <param name="isBeside">The tables are those of that file: only what it stated may go, else only what it did not.</param>
    public void Leave(IReadOnlyList<Table> tables, RecordKind kind, Scope scope, string? beside = null, bool isBeside = false)
    {
        var records = known.Of(kind);
        foreach (var table in tables.Where(table => table.Fates.Of(RowFate.Quarantined) + table.Fates.Of(RowFate.Parked) > 0))
            foreach (var row in table.Rows)
                if (!row.IsKept && IsOf(table.Spec.KindOf(row)))
                    foreach (var key in new[] { table.Spec.KeyOf(row), table.Spec.EarlierKeyOf(row) })
                        if (key is not null && records.Find(known.Keyed.Record(kind, key)) is var there and >= 0)
                            records.See(there);
        var change = Of(kind);
        for (var i = 0; i < records.Count; i++)
        {
            if (!records.WasThere(i) || !scope.Holds(records.YearOf(i), records.DayOf(i)) || (kind is RecordKind.Demographics or RecordKind.BirthDate && IsAbsent(records.OwnerOf(i))) || (beside is not null && records.FileOf(i) == beside != isBeside))
                continue;
            change.Known++;
            if (records.IsSeen(i))
                continue;
            if (records.IsOurs(i))
                change.Gone++; // went before this feed was interrupted
            else if (kind != RecordKind.SectionEnrollment || records.DayOf(i) == 0 || records.DayOf(i) > today.DayNumber)
            {
                change.Gone++;
                gone.Add(new(kind, records.KeyOf(i), Feeds.Gone.Missing, today, new(tables[0].File, 1)));
            }
        }

        // The birth date stands in the row of the demographics
        bool IsOf(RecordKind? stated) => stated == kind || (kind == RecordKind.BirthDate && stated == RecordKind.Demographics);
    }

    /// <summary>What was true of somebody who left stays: a list of those who are there says nothing about them.</summary>
    bool IsAbsent(Guid owner)
    {
        if (!personsAreComplete)
        {
            personsAreComplete = true;
            var persons = known.Of(RecordKind.Person);
            var leave = gone.Where(g => g.Kind == RecordKind.Person).Select(g => g.Key).ToHashSet();
            for (var i = 0; i < persons.Count; i++)
                if (((persons.IsRemoved(i) && !persons.IsSeen(i)) || leave.Contains(persons.KeyOf(i))) && known.OwnerOf(persons.KeyOf(i)) is { } key)
                    absent.Add(key);
        }
        return absent.Contains(owner);
    }
}
