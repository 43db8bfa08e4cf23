using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Supports;

/// <summary>An intervention that the district runs in another system. The platform's own improvement cycles are in the interventions service.</summary>
/// <param name="MinDosage">Minutes a week, as the source counts.</param>
internal sealed record ExternalInterventionRecorded(string InterventionId, string? OrgId, string? Class, string? Delivery, string? TargetGroup, int? MinDosage, int? MaxDosage, DateOnly? BeginDate, DateOnly? EndDate, Change Change);

/// <summary>A student's part in an external intervention.</summary>
internal sealed record InterventionParticipationRecorded(string StudentKey, string InterventionId, int? SchoolYear, int? Dosage, DateOnly? Date, string? Effect, Change Change, string Salt);

internal sealed class InterventionDraft(string id, string? org, string? kind, string? delivery, string? group, int? least, int? most, DateOnly? begin, DateOnly? end, Place place, Row row)
    : Draft(RecordKind.ExternalIntervention, id, place, row)
{
    public override KeyFacts Facts => new(RecordId: Key, School: org, Day: begin, Ends: end);
    public override string Content => Join(org, kind, delivery, group, Amounts.Text(least), Amounts.Text(most), Text(begin), Text(end));
    public override (string, string) Stream(string person) => ($"school-{org ?? "district"}", "school");
    public override object Event(EventFacts facts) => new ExternalInterventionRecorded(Key, org, kind, delivery, group, least, most, begin, end, facts.Change);
}

internal sealed class ParticipationDraft(string user, string intervention, int? year, int? dosage, DateOnly? date, string? effect, Place place, Row row)
    : Draft(RecordKind.InterventionParticipation, $"{user}\n{intervention}\n{Text(date)}", place, row)
{
    public override KeyFacts Facts => new(Year: year, Day: date);
    public override string? Person => user;
    public override string Content => Join(Amounts.Text(dosage), effect);
    public override (string, string) Stream(string person) => year is null ? ($"student-{person}", "student") : ($"learning-{person}-{Amounts.Text(year)}", "learning");
    public override object Event(EventFacts facts) => new InterventionParticipationRecorded(facts.Person, intervention, year, dosage, date, effect, facts.Change, facts.Salt);
}

/// <summary>Reads interventions.csv and interventionParticipations.csv.</summary>
internal static class ExternalInterventions
{
    public static void Read(Table table, Reading reading) => NaturalKeys.Read(table, reading, check =>
    {
        var (id, org, kind) = (check.Id("interventionId"), reading.OptionalOrganization(check, "orgSourcedId"), check.Code("class"));
        var (delivery, group) = (check.Code("delivery"), check.Code("targetGroup"));
        var (least, most) = (check.Integer("minDosage", 0, 100_000), check.Integer("maxDosage", 0, 100_000));
        var (begin, end) = (check.Date("beginDate"), check.Date("endDate"));
        if (check.Ok && end < begin)
            check.Quarantine("endDate", "date.order");
        if (!check.Ok)
            return null;
        reading.Interventions.Add(id);
        return new InterventionDraft(id, org, kind, delivery, group, least, most, begin, end, check.Row.Place, check.Row);
    });

    public static void ReadParticipations(Table table, Reading reading) => NaturalKeys.Read(table, reading, check =>
    {
        var (user, intervention) = (reading.Student(check, "userSourcedId"), check.Id("interventionId"));
        var (dosage, date, effect) = (check.Integer("dosage", 0, 100_000), check.Date("date"), check.Code("effect"));
        if (check.Ok && !reading.Interventions.Contains(intervention) && !reading.Known.Has(RecordKind.ExternalIntervention, intervention))
            check.Missing("interventionId", FileSpecs.Interventions, intervention);
        return check.Ok ? new ParticipationDraft(user, intervention, date is { } day ? reading.SchoolYearOf(day) : null, dosage, date, effect, check.Row.Place, check.Row) : null;
    });
}
