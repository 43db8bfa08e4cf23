using System.Globalization;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Students;

/// <summary>
/// Enrolment in a school in one school year, derived from section enrolments (OneRoster 1.1 has none of its own): earliest
/// begin to latest end. <paramref name="ExitDate"/> is exclusive.
/// </summary>
/// <param name="Rows">The rows that give the two ends, and the user's row, which gives the grade.</param>
internal sealed record SchoolEnrollmentDerived(string StudentKey, string SchoolId, int SchoolYear, DateOnly EntryDate, DateOnly ExitDate, string? Grade, IReadOnlyList<EventSource> Rows, bool Withdrawn, Change Change, string Salt);

/// <summary>Enrolment in a school in one school year as the source's own stays there say: first entry to last exit, which is exclusive.</summary>
internal sealed record SchoolEnrollmentStated(string StudentKey, string SchoolId, int SchoolYear, DateOnly EntryDate, DateOnly ExitDate, string? Grade, IReadOnlyList<EventSource> Rows, Change Change, string Salt);

/// <summary>What is remembered of a school enrolment.</summary>
/// <param name="Stated">True if the source itself states it.</param>
internal sealed record SchoolEnrollmentMemory(string School, int Year, DateOnly Entry, DateOnly Exit, string? Grade, bool Withdrawn, bool? Stated = null);

internal sealed class SchoolEnrollmentDraft(Guid student, SchoolEnrollmentMemory enrollment, IReadOnlyList<EventSource> rows)
    : Draft(RecordKind.SchoolEnrollment, KeyOf(student, enrollment.School, enrollment.Year), new(rows[0].File, rows[0].Row), null)
{
    public override Guid? PersonKey => student;
    public override string Mark => $"{enrollment.School}\n{enrollment.Year.ToString(CultureInfo.InvariantCulture)}";
    public override KeyFacts Facts => new(School: enrollment.School, Year: enrollment.Year, Day: enrollment.Entry, Ends: enrollment.Exit);
    public override string Content => Memories.Write(enrollment);
    public override string? Memory => Content;
    public override (string, string) Stream(string person) => ($"student-{person}", "student");
    public override object Event(EventFacts facts) => enrollment.Stated == true
        ? new SchoolEnrollmentStated(facts.Person, enrollment.School, enrollment.Year, enrollment.Entry, enrollment.Exit, enrollment.Grade, rows, facts.Change, facts.Salt)
        : new SchoolEnrollmentDerived(facts.Person, enrollment.School, enrollment.Year, enrollment.Entry, enrollment.Exit, enrollment.Grade, rows, enrollment.Withdrawn, facts.Change, facts.Salt);

    public static string KeyOf(Guid student, string school, int year) => $"{student:N}\n{school}\n{year.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>A section enrolment of a student, now in force, with the row that states it.</summary>
internal sealed record SpanAtRow(SectionSpan Span, EventSource Row);

/// <summary>A stay that the source states, with its row.</summary>
internal sealed record StayAtRow(StatedStay Stay, EventSource Row);

/// <summary>Everything that a student's school enrolments follow from.</summary>
/// <param name="Spans">Section enrolments in force: known ones (also those set aside or gone from this feed), replaced by this feed's.</param>
/// <param name="Stays">Stays that the source states: for their school and year they win over section enrolments.</param>
/// <param name="User">The user's row, which gives the grade.</param>
/// <param name="Known">School enrolments derived before.</param>
internal sealed record StudentFacts(Guid Key, IReadOnlyList<SpanAtRow> Spans, IReadOnlyList<StayAtRow> Stays, string? Grade, EventSource? User, IReadOnlyList<(SchoolEnrollmentMemory Memory, EventSource Row)> Known);

/// <summary>Derives school enrolments of one student.</summary>
internal static class SchoolEnrollments
{
    public static IEnumerable<SchoolEnrollmentDraft> Derive(StudentFacts facts)
    {
        var latest = facts.Spans.Select(s => s.Span.Year).Concat(facts.Stays.Select(s => s.Stay.Year)).DefaultIfEmpty().Max();
        var supported = new HashSet<(string, int)>();
        foreach (var group in facts.Stays.GroupBy(s => (s.Stay.School, s.Stay.Year)).OrderBy(g => g.Key.Year).ThenBy(g => g.Key.School, StringComparer.Ordinal))
        {
            supported.Add(group.Key);
            var stays = group.OrderBy(s => s.Stay.Entry).ThenBy(s => s.Row.Row).ToList();
            yield return new(facts.Key, new(group.Key.School, group.Key.Year, stays[0].Stay.Entry, stays.Max(s => s.Stay.Exit), stays[^1].Stay.Grade ?? (group.Key.Year == latest ? facts.Grade : null), Withdrawn: false, Stated: true),
                [.. stays.Select(s => s.Row)]);
        }
        foreach (var group in facts.Spans.Where(s => !supported.Contains((s.Span.School, s.Span.Year))).GroupBy(s => (s.Span.School, s.Span.Year)).OrderBy(g => g.Key.Year).ThenBy(g => g.Key.School, StringComparer.Ordinal))
        {
            var (school, year) = group.Key;
            supported.Add((school, year));
            var first = group.MinBy(s => (s.Span.Begin, s.Row.Row))!;
            var last = group.MaxBy(s => (s.Span.End, -s.Row.Row))!;
            // Today's grade says nothing about earlier years: there, what was recorded then stays.
            var grade = year == latest ? facts.Grade : facts.Known.FirstOrDefault(k => k.Memory.School == school && k.Memory.Year == year).Memory?.Grade;
            var rows = new List<EventSource> { first.Row };
            if (last.Row != first.Row)
                rows.Add(last.Row);
            if (facts.User is not null)
                rows.Add(facts.User);
            yield return new(facts.Key, new(school, year, first.Span.Begin, last.Span.End, grade, Withdrawn: false), rows);
        }
        foreach (var (memory, row) in facts.Known)
            if (!memory.Withdrawn && !supported.Contains((memory.School, memory.Year)))
                yield return new(facts.Key, memory with { Withdrawn = true, Stated = null }, facts.User is null ? [row] : [row, facts.User]);
    }
}
