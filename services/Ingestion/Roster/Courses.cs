using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>A course of a school or district.</summary>
internal sealed record CourseRecorded(string CourseId, string OrgId, string Title, string? Code, string? SubjectCodes, string? SessionId, Change Change);

internal sealed class CourseDraft(string id, string org, string title, string? code, string? subjects, string? session, int? year, Place place, Row row) : Draft(RecordKind.Course, id, place, row)
{
    public override string Content => Join(org, title, code, subjects, session);
    public override KeyFacts Facts => new(RecordId: Key, School: org, Year: year);
    public override (string, string) Stream(string person) => ($"school-{org}", "school");
    public override object Event(EventFacts facts) => new CourseRecorded(Key, org, title, code, subjects, session, facts.Change);
}

/// <summary>Reads courses.csv.</summary>
internal static class Courses
{
    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (id, org, session) = (check.Id("sourcedId"), check.Id("orgSourcedId"), check.OptionalId("schoolYearSourcedId"));
            var title = check.Required("title");
            if (check.Ok && !reading.HasOrganization(org))
                check.Missing("orgSourcedId", FileSpecs.Orgs, org);
            if (check.Ok && session is not null && !reading.HasSession(session))
                check.Missing("schoolYearSourcedId", FileSpecs.Sessions, session);
            if (!check.Ok)
                continue;
            reading.Courses.Add(id);
            reading.Add(new CourseDraft(id, org, title, check.Optional("courseCode"), check.Optional("subjectCodes"), session, session is null ? null : reading.YearOf([session]), row.Place, row));
        }
    }
}
