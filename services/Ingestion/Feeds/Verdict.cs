using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>Why a feed waits for a person.</summary>
/// <param name="Kind">Kind of records, where it is about one.</param>
/// <param name="Count">Records that would go (or values that changed), of <paramref name="Known"/>.</param>
internal sealed record HoldReason(string Code, string? Kind = null, int? Count = null, int? Known = null, int? LimitPercent = null, string? File = null);

/// <summary>What a feed would do to records of one kind at one school.</summary>
internal sealed record HoldEffect(string Kind, string? School, int Added, int Changed, int Gone);

/// <summary>What people see before they release a held feed or refuse it.</summary>
/// <param name="Links">Students who would go and come, though their numbers say that they are the same; null where there is nothing to ask.</param>
internal sealed record Hold(IReadOnlyList<HoldReason> Reasons, IReadOnlyList<HoldEffect> Effects, HoldLinks? Links = null)
{
    /// <summary>Code of the sentence that explains a reason; some codes are those of findings, too.</summary>
    public static string TextOf(string code) => code == "id.leading-zero-suspect" ? "hold.leading-zeros" : code;

    public static IReadOnlyList<HoldEffect> EffectsOf(Differences differences, IReadOnlyDictionary<(RecordKind Kind, string? School), int> gone) =>
        [.. differences.BySchool.Keys.Concat(gone.Keys).Distinct().OrderBy(k => k.Kind).ThenBy(k => k.School, StringComparer.Ordinal)
            .Select(place => new HoldEffect(Removals.Name(place.Kind), place.School, differences.BySchool.GetValueOrDefault(place).Added, differences.BySchool.GetValueOrDefault(place).Changed, gone.GetValueOrDefault(place)))];
}

/// <summary>Whether what a feed would do is so unusual that a person must look first. Pure.</summary>
internal static class Verdict
{
    const int Percent = 10;
    const int RolloverPercent = 60;
    const int RekeyedPercent = 50;

    /// <summary>So many records of a kind, and not most of them, the source may delete row by row: one of three sessions is no cut-off file.</summary>
    const int DeletedOneByOne = 50;

    /// <summary>Kinds that change as a whole when a school year begins.</summary>
    static readonly HashSet<RecordKind> Rollover = [RecordKind.Person, RecordKind.Class, RecordKind.SectionEnrollment, RecordKind.Demographics, RecordKind.StaffAssignment];

    /// <param name="found">Reasons that reading the files gave.</param>
    /// <param name="rollover">The feed lies in a declared change of school years.</param>
    public static IReadOnlyList<HoldReason> Of(IReadOnlyDictionary<RecordKind, KindChange> kinds, IReadOnlyList<HoldReason> found, bool rollover)
    {
        var reasons = found.ToList();
        foreach (var (kind, change) in kinds.OrderBy(k => k.Key))
        {
            var limit = rollover && Rollover.Contains(kind) ? RolloverPercent : Percent;
            var few = change.Deleted <= DeletedOneByOne && change.Deleted * 2L <= change.Known;
            var counts = few ? change.Gone - change.Deleted : change.Gone;
            if (counts > 0 && counts * 100L > (long)change.Known * limit)
                reasons.Add(new("delete.threshold", Removals.Name(kind), change.Gone, change.Known, limit));
        }
        if (kinds.TryGetValue(RecordKind.Person, out var persons) && persons.Known > 1
            && persons.Gone * 100L >= (long)persons.Known * RekeyedPercent && persons.Added * 100L >= (long)persons.Known * RekeyedPercent)
            reasons.Add(new("id.rekeyed", Removals.Name(RecordKind.Person), persons.Gone, persons.Known, RekeyedPercent));
        return reasons;
    }
}
