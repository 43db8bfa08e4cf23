using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>On which days schools hold school, as their own calendars say: those of this feed, else the known ones.</summary>
internal sealed class SchoolDays(KnownRecords known)
{
    /// <summary>A calendar that has no day within this many days around says nothing about a day; longer holidays are those between school years.</summary>
    const int Covers = 14;

    readonly Dictionary<(string School, DateOnly Day), bool> stated = [];
    readonly Dictionary<(string School, DateOnly Day), bool> off = [];
    readonly long withoutSchool = known.Keyed.Mark(RecordKind.CalendarDay, null, CalendarDayDraft.Off.Content);

    public void State(string school, DateOnly day, bool inSession) => stated[(school, day)] = inSession;

    /// <summary>The school has a calendar around the day, and the day is none of school: called off, or not in it.</summary>
    public bool IsOff(string school, DateOnly day)
    {
        if (stated.Count == 0 && known.Of(RecordKind.CalendarDay).There == 0)
            return false;
        if (!off.TryGetValue((school, day), out var isOff))
            off.Add((school, day), isOff = InSession(school, day) is { } held ? !held : Enumerable.Range(1, Covers).Any(n => InSession(school, day.AddDays(n)) is not null || InSession(school, day.AddDays(-n)) is not null));
        return isOff;
    }

    bool? InSession(string school, DateOnly day)
    {
        if (stated.TryGetValue((school, day), out var held))
            return held;
        var days = known.Of(RecordKind.CalendarDay);
        return days.Find(known.Keyed.Record(RecordKind.CalendarDay, CalendarDayDraft.KeyOf(school, day))) is var at and >= 0 && days.WasThere(at) ? days.MarkOf(at) != withoutSchool : null;
    }
}
