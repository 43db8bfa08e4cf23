using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Staffing;

/// <summary>Groups that a member of staff belongs to, for representation. Names are never kept; small numbers of staff are protected like those of students.</summary>
internal sealed record StaffRecorded(string StaffKey, string? Sex, bool? Hispanic, IReadOnlyList<string> Races, string RaceEthnicity, string Scheme, Change Change, string Salt);

/// <summary>Work of a member of staff at a school or district office. The end is exclusive.</summary>
/// <param name="Fte">In ten-thousandths of a full post.</param>
internal sealed record StaffAssignmentRecorded(string StaffKey, string OrgId, string Role, DateOnly? BeginDate, DateOnly? EndDate, int? Fte, string? SectionId, Change Change, string Salt);

internal sealed class StaffDraft(string staff, string? newRole, string? sex, bool? hispanic, IReadOnlyList<string> races, string scheme, Place place, Row row) : Draft(RecordKind.Staff, staff, place, row)
{
    public override string? Person => Key;
    public override string? PersonRole => newRole;
    public override string Content => Join(sex, Amounts.Text(hispanic), string.Join(',', races), scheme);
    public override (string, string) Stream(string person) => ($"person-{person}", "person");
    public override object Event(EventFacts facts) => new StaffRecorded(facts.Person, sex, hispanic, races, RaceEthnicity.RollUp(hispanic, races, scheme), scheme, facts.Change, facts.Salt);
}

/// <summary>What is remembered of an assignment beside organization and days.</summary>
internal sealed record Post(string Role, int? Fte, string? Section);

internal sealed class StaffAssignmentDraft(string staff, string? newRole, string org, string role, DateOnly? begin, DateOnly? end, int? fte, string? section, Place place, Row? row)
    : Draft(RecordKind.StaffAssignment, string.Join('\n', staff, org, role, Text(begin), section), place, row)
{
    public override KeyFacts Facts => new(School: org, Day: begin, Ends: end);
    public override string? Person => staff;
    public override string? PersonRole => newRole;
    public override string Content => Join(Text(end), Amounts.Text(fte));
    public override string? Memory => Memories.Write(new Post(role, fte, section));
    public override (string, string) Stream(string person) => ($"person-{person}", "person");
    public override object Event(EventFacts facts) => new StaffAssignmentRecorded(facts.Person, org, role, begin, end, fte, section, facts.Change, facts.Salt);

    /// <summary>A known one, over from a day on unless it was before. Its key is known as a hash only.</summary>
    public static StaffAssignmentDraft Ended(Known known, DateOnly on, Place place)
    {
        var (post, facts) = (Memories.Read<Post>(known.Memory ?? throw new InvalidOperationException("An assignment has a memory.")), known.Facts);
        return new("", null, facts.School!, post.Role, facts.Day, facts.Ends < on ? facts.Ends : on, post.Fte, post.Section, place, null);
    }
}

/// <summary>Reads staffing.csv: one row an assignment; every row of a person repeats the person's groups.</summary>
internal static class StaffAssignments
{
    /// <summary>Role of a person whom only staffing.csv knows.</summary>
    const string Staff = "staff";

    public static void Read(Table table, Reading reading)
    {
        NaturalKeys.ReadShared(table, reading, ["staffSourcedId"], check =>
        {
            var staff = Person(check, reading);
            var (sex, hispanic, races) = (Demographics.Sex(check), check.Boolean("hispanicOrLatinoEthnicity"), Demographics.Races(check));
            return check.Ok ? new StaffDraft(staff, NewRole(reading, staff), sex, hispanic, races, reading.RaceScheme, check.Row.Place, check.Row) : null;
        });
        NaturalKeys.Read(table, reading, check =>
        {
            var (staff, org, role) = (Person(check, reading), reading.Organization(check, "orgSourcedId"), check.RequiredCode("role"));
            var (begin, end) = (check.Date("beginDate"), check.Date("endDate"));
            var (fte, section) = (check.Amount("fte", 0, 2), check.OptionalId("sectionSourcedId"));
            if (check.Ok && end < begin)
                check.Quarantine("endDate", "date.order");
            return check.Ok ? new StaffAssignmentDraft(staff, NewRole(reading, staff), org, role, begin, end, fte, section, check.Row.Place, check.Row) : null;
        });
    }

    static string Person(RowCheck check, Reading reading)
    {
        var id = check.Id("staffSourcedId");
        if (check.Ok && reading.RoleOf(id) == "student")
            check.Quarantine("staffSourcedId", "staff.is-student");
        return id;
    }

    static string? NewRole(Reading reading, string staff) => reading.RoleOf(staff) is null ? Staff : null;
}
