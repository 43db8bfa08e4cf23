using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Answers about a student that groups are made of: raw, and rolled up under a named scheme. The birth date is an event of its own, sealed; the place is dropped at the edge.</summary>
internal sealed record StudentDemographicsRecorded(string StudentKey, string? Sex, bool? Hispanic, IReadOnlyList<string> Races, string RaceEthnicity, string Scheme, Change Change, string Salt);

internal sealed class DemographicsDraft(string user, string? sex, bool? hispanic, IReadOnlyList<string> races, string scheme, Place place, Row row) : Draft(RecordKind.Demographics, user, place, row)
{
    public override string? Person => Key;
    public override string Content => Join(sex, hispanic?.ToString(), string.Join(',', races), scheme);
    public override (string, string) Stream(string person) => ($"student-{person}", "student");
    public override object Event(EventFacts facts) =>
        new StudentDemographicsRecorded(facts.Person, sex, hispanic, races, RaceEthnicity.RollUp(hispanic, races, scheme), scheme, facts.Change, facts.Salt);
}

/// <summary>Reads demographics.csv; its <c>sourcedId</c> is the user's.</summary>
internal static class Demographics
{
    static readonly DateOnly Oldest = new(1900, 1, 1);
    static readonly string[] Sexes = ["female", "male", "other", "unspecified"];

    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var user = check.Id("sourcedId");
            var birthDate = check.Date("birthDate", Oldest, reading.Today);
            var hispanic = check.Boolean("hispanicOrLatinoEthnicity");
            var races = Races(check);
            var sex = Sex(check);
            if (check.Ok)
                switch (reading.RoleOf(user))
                {
                    case null:
                        check.Missing("sourcedId", FileSpecs.Users, user);
                        break;
                    case not "student":
                        check.Quarantine("sourcedId", "demographics.not-a-student");
                        break;
                }
            if (!check.Ok)
                continue;
            var place = row.Place;
            reading.Add(new DemographicsDraft(user, sex, hispanic, races, reading.RaceScheme, place, row));
            // A blank is news only where there was a date
            if (birthDate is not null || reading.Known.Has(RecordKind.BirthDate, user))
                reading.Add(new BirthDateDraft(user, birthDate, place, row));
        }
    }

    public static List<string> Races(RowCheck check)
    {
        var races = new List<string>();
        foreach (var (column, _) in RaceEthnicity.Races)
            if (check.Boolean(column) == true)
                races.Add(column);
        foreach (var column in RaceEthnicity.OtherAnswers)
            if (check.Has(column) && check.Boolean(column) == true)
                races.Add(column);
        if (check.Has("demographicRaceTwoOrMoreRaces") && check.Boolean("demographicRaceTwoOrMoreRaces") == true && races.Count < 2)
            races.Add("twoOrMore");
        races.Sort(StringComparer.Ordinal);
        return races;
    }

    /// <summary>An unknown value is not reported; it is no reason to lose the rest of the row.</summary>
    public static string? Sex(RowCheck check)
    {
        if (check.Optional("sex") is not { } text || Sexes.Contains(text))
            return check.Optional("sex");
        var meant = Sexes.FirstOrDefault(s => s.Equals(text, StringComparison.OrdinalIgnoreCase));
        check.Warn("sex", meant is null ? "sex.unknown" : "enum.case");
        return meant;
    }
}
