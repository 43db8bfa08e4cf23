using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>A class (section of a course). Its title is dropped at the edge: many systems write the teacher's name into it.</summary>
internal sealed record ClassRecorded(string ClassId, string CourseId, string SchoolId, string Kind, IReadOnlyList<string> SessionIds, Change Change);

internal sealed class ClassDraft(string id, string course, string kind, Section section, int? year, Place place, Row row) : Draft(RecordKind.Class, id, place, row)
{
    public override string Content => Join(course, kind, section.School, string.Join(',', section.Sessions));
    public override KeyFacts Facts => new(RecordId: Key, School: section.School, Year: year);
    public override string? Memory => Memories.Write(section);
    public override (string, string) Stream(string person) => ($"school-{section.School}", "school");
    public override object Event(EventFacts facts) => new ClassRecorded(Key, course, section.School, kind, section.Sessions, facts.Change);
}

/// <summary>Reads classes.csv.</summary>
internal static class Classes
{
    static readonly string[] Kinds = ["homeroom", "scheduled"];

    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (id, course, school, kind) = (check.Id("sourcedId"), check.Id("courseSourcedId"), check.Id("schoolSourcedId"), check.Enum("classType", Kinds));
            var sessions = check.Ids("termSourcedIds");
            if (check.Ok && !reading.HasCourse(course))
                check.Missing("courseSourcedId", FileSpecs.Courses, course);
            if (check.Ok && !reading.HasOrganization(school))
                check.Missing("schoolSourcedId", FileSpecs.Orgs, school);
            if (check.Ok && sessions.FirstOrDefault(s => !reading.HasSession(s)) is { } missing)
                check.Missing("termSourcedIds", FileSpecs.Sessions, missing);
            if (!check.Ok)
                continue;
            var section = new Section(school, sessions, course);
            reading.Sections[id] = section;
            reading.Add(new ClassDraft(id, course, kind, section, reading.YearOf(sessions), row.Place, row));
        }
    }
}
