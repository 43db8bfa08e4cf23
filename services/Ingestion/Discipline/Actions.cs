using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Discipline;

/// <summary>What a school did about a student after an incident.</summary>
/// <param name="Days">In ten-thousandths of a day; null if the source gives no length.</param>
internal sealed record DisciplineActionRecorded(string StudentKey, string ActionId, string? SchoolId, int SchoolYear, DateOnly Date, string Kind, int? Days, IReadOnlyList<string> IncidentIds, Change Change, string Salt);

internal sealed class ActionDraft(string user, string action, string? school, int year, DateOnly date, string kind, int? days, IReadOnlyList<string> incidents, Place place, Row row)
    : Draft(RecordKind.DisciplineAction, $"{user}\n{action}", place, row)
{
    public override KeyFacts Facts => new(School: school, Year: year, Day: date);
    public override string? Person => user;
    public override string Content => Join(school, Text(date), kind, Amounts.Text(days), string.Join(',', incidents), Amounts.Text(year));
    public override (string, string) Stream(string person) => ($"discipline-{person}-{Amounts.Text(year)}", "discipline");
    public override object Event(EventFacts facts) => new DisciplineActionRecorded(facts.Person, action, school, year, date, kind, days, incidents, facts.Change, facts.Salt);
}

/// <summary>Reads disciplineActions.csv.</summary>
internal static class Actions
{
    static readonly string[] Kinds = ["iss", "oss", "expulsion", "removal", "other"];

    public static void Read(Table table, Reading reading) => NaturalKeys.Read(table, reading, check =>
    {
        var (user, action, date) = (reading.Student(check, "userSourcedId"), check.Id("actionId"), check.RequiredDate("date"));
        var (kind, days, school) = (check.Enum("kind", Kinds), check.Amount("days", 0, 400), reading.OptionalOrganization(check, "schoolSourcedId"));
        IReadOnlyList<string> incidents = check.Optional("incidentIds") is null ? [] : check.Ids("incidentIds");
        var year = reading.RequiredYear(check, "date", date);
        if (school is not null)
            reading.WatchDay(check, user, school, year, date);
        return check.Ok ? new ActionDraft(user, action, school, year, date, kind, days, incidents, check.Row.Place, check.Row) : null;
    });
}
