using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Discipline;

/// <summary>Something that happened at a school. Who had part in it are events of their own; the description is dropped at the edge, since it names people.</summary>
internal sealed record DisciplineIncidentRecorded(string SchoolId, string IncidentId, int SchoolYear, DateOnly Date, string? Location, bool? LawEnforcement, Change Change);

/// <summary>A student's part in an incident. Only offenders count as disciplined; victims and witnesses never do.</summary>
/// <param name="Behavior">The district's own code.</param>
internal sealed record DisciplineInvolvementRecorded(string StudentKey, string SchoolId, string IncidentId, int SchoolYear, DateOnly Date, string Role, string Behavior, Change Change, string Salt);

internal sealed class IncidentDraft(string school, string incident, int year, DateOnly date, string? location, bool? lawEnforcement, Place place, Row row)
    : Draft(RecordKind.DisciplineIncident, $"{school}\n{incident}", place, row)
{
    public override KeyFacts Facts => new(RecordId: incident, School: school, Year: year, Day: date);
    public override string Content => Join(Text(date), location, Amounts.Text(lawEnforcement), Amounts.Text(year));
    public override (string, string) Stream(string person) => ($"school-{school}", "school");
    public override object Event(EventFacts facts) => new DisciplineIncidentRecorded(school, incident, year, date, location, lawEnforcement, facts.Change);
}

internal sealed class InvolvementDraft(string user, string school, string incident, int year, DateOnly date, string role, string behavior, Place place, Row row)
    : Draft(RecordKind.DisciplineInvolvement, $"{user}\n{school}\n{incident}\n{role}\n{behavior}", place, row)
{
    public override KeyFacts Facts => new(School: school, Year: year, Day: date);
    public override string? Person => user;
    public override string Content => Join(Text(date), role, behavior, Amounts.Text(year));
    public override (string, string) Stream(string person) => ($"discipline-{person}-{Amounts.Text(year)}", "discipline");
    public override object Event(EventFacts facts) => new DisciplineInvolvementRecorded(facts.Person, school, incident, year, date, role, behavior, facts.Change, facts.Salt);
}

/// <summary>Reads disciplineIncidents.csv: one row for each student involved, or one row without a student.</summary>
internal static class Incidents
{
    static readonly string[] Roles = ["offender", "victim", "witness", "reporter"];

    public static void Read(Table table, Reading reading)
    {
        NaturalKeys.ReadShared(table, reading, ["schoolSourcedId", "incidentId"], check => Incident(table, reading, check));
        NaturalKeys.Read(table, reading, check => check.Optional("userSourcedId") is null ? null : Involvement(table, reading, check));
    }

    static IncidentDraft? Incident(Table table, Reading reading, RowCheck check)
    {
        var (school, incident, date) = (reading.Organization(check, "schoolSourcedId"), check.Id("incidentId"), check.RequiredDate("date"));
        var (location, police) = (check.Code("location"), check.Boolean("lawEnforcement"));
        check.RequiredCode("behavior");
        var year = reading.RequiredYear(check, "date", date);
        reading.WatchDay(check, null, school, year, date);
        return check.Ok ? new IncidentDraft(school, incident, year, date, location, police, check.Row.Place, check.Row) : null;
    }

    static InvolvementDraft? Involvement(Table table, Reading reading, RowCheck check)
    {
        var (school, incident, date) = (check.Id("schoolSourcedId"), check.Id("incidentId"), check.RequiredDate("date"));
        var (user, role, behavior) = (reading.Student(check, "userSourcedId"), check.OptionalEnum("role", Roles) ?? "offender", check.RequiredCode("behavior"));
        var year = reading.RequiredYear(check, "date", date);
        reading.WatchDay(check, user, school, year, date);
        return check.Ok ? new InvolvementDraft(user, school, incident, year, date, role, behavior, check.Row.Place, check.Row) : null;
    }
}
