using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Students;

/// <summary>A person's place in a class. The end is exclusive. Not published: school enrolments are derived from it.</summary>
internal sealed record SectionEnrollmentRecorded(string PersonKey, string ClassId, string SchoolId, int? SchoolYear, string Role, DateOnly? BeginDate, DateOnly? EndDate, Change Change, string Salt);

/// <summary>What is remembered of a section enrolment beside school, year and days.</summary>
internal sealed record PlaceInClass(string Class, string Role);

/// <summary>What the derivation of school enrolments needs of a section enrolment.</summary>
internal sealed record SectionSpan(string School, int Year, DateOnly Begin, DateOnly End);

internal sealed class SectionEnrollmentDraft(string id, string? user, string section, string school, string role, int? year, DateOnly? begin, DateOnly? end, Place place, Row? row)
    : Draft(RecordKind.SectionEnrollment, id, place, row)
{
    public override string? Person => user;

    public override string Content => Join(section, school, role, Text(begin), Text(end), year?.ToString(System.Globalization.CultureInfo.InvariantCulture));
    public override KeyFacts Facts => new(School: school, Year: year, Day: begin, Ends: end);
    public override string? Memory => Memories.Write(new PlaceInClass(section, role));
    public override (string, string) Stream(string person) => role == "student" ? ($"student-{person}", "student") : ($"person-{person}", "person");
    public override object Event(EventFacts facts) => new SectionEnrollmentRecorded(facts.Person, section, school, year, role, begin, end, facts.Change, facts.Salt);

    /// <summary>A known one, ended on a day. Its key is known as a hash only.</summary>
    public static SectionEnrollmentDraft Ended(Known known, DateOnly on, Place place)
    {
        var at = Memories.Read<PlaceInClass>(known.Memory ?? throw new InvalidOperationException("A section enrolment has a memory."));
        return new("", null, at.Class, known.Facts.School!, at.Role, known.Facts.Year, known.Facts.Day, on, place, null);
    }

    /// <summary>The span of a known one, if it is a student's and has one.</summary>
    public static SectionSpan? SpanOf(Known known) =>
        known is { Removed: false, Memory: { } memory, Facts: { School: { } school, Year: { } year, Day: { } day, Ends: { } ends } } && Memories.Read<PlaceInClass>(memory).Role == "student" ? new(school, year, day, ends) : null;
}

/// <summary>Reads enrollments.csv. Missing dates are those of the class's terms; the school year is that of the terms.</summary>
internal static class SectionEnrollments
{
    static readonly string[] Roles = ["administrator", "proctor", "student", "teacher"];

    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (id, section, school, user) = (check.Id("sourcedId"), check.Id("classSourcedId"), check.Id("schoolSourcedId"), check.Id("userSourcedId"));
            var role = check.Enum("role", Roles);
            var (begin, end) = (check.Date("beginDate"), check.Date("endDate"));
            if (check.Ok && end < begin)
                check.Quarantine("endDate", "date.order");
            var known = check.Ok ? Refers(check, reading, section, school, user, role) : null;
            if (known is null)
                continue;
            var terms = known.Sessions.Select(s => reading.Sessions.GetValueOrDefault(s)).OfType<Session>().ToList();
            var (from, to) = Span(check, terms, begin, end);
            // No longer active since the source said so
            if (row.IsInactive && row.Modified is { } at && reading.DayOf(at) is var left && (to is null || left < to) && (from is null || left >= from))
                to = left;
            var year = terms.Count > 0 ? terms.Max(t => t.SchoolYear) : from is { } day ? reading.SchoolYearOf(day) : null;
            if (role == "student" && (from is null || to is null || year is null))
                check.Warn(null, "enrollment.no-dates");
            if (role == "student" && year is { } counts)
                reading.Stays.State(user, school, counts, from, to);
            reading.Add(new SectionEnrollmentDraft(id, user, section, school, role, year, from, to, row.Place, row));
        }
    }

    static Section? Refers(RowCheck check, Reading reading, string sectionId, string school, string user, string role)
    {
        var section = reading.SectionOf(sectionId);
        if (section is null)
            check.Missing("classSourcedId", FileSpecs.Classes, sectionId);
        else if (!reading.HasOrganization(school))
            check.Missing("schoolSourcedId", FileSpecs.Orgs, school);
        else if (reading.RoleOf(user) is not { } userRole)
            check.Missing("userSourcedId", FileSpecs.Users, user);
        else if (role == "student" && userRole != "student")
            check.Quarantine("role", "ref.role-mismatch");
        else
        {
            if (section.School != school)
                check.Warn("schoolSourcedId", "ref.school-mismatch");
            return section;
        }
        return null;
    }

    static (DateOnly? From, DateOnly? To) Span(RowCheck check, List<Session> terms, DateOnly? begin, DateOnly? end)
    {
        if (terms.Count == 0)
            return (begin, end);
        var (first, last) = (terms.Min(t => t.Start), terms.Max(t => t.End));
        if (begin < first || end > last || begin >= last || end < first)
            check.Warn(begin < first || begin >= last ? "beginDate" : "endDate", "date.outside-session");
        return (begin ?? first, end ?? last);
    }
}
