using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Students as the state of their records says.</summary>
internal static class StudentsNow
{
    public static IEnumerable<StudentFacts> Of(IReadOnlyCollection<Guid> students, Dictionary<(RecordKind Kind, Guid Key), Known> inForce)
    {
        var byStudent = inForce.Where(r => r.Value.Owner is not null).ToLookup(r => r.Value.Owner!.Value);
        foreach (var student in students)
        {
            var spans = new List<SpanAtRow>();
            var derived = new List<(SchoolEnrollmentMemory, EventSource)>();
            var stays = new List<StayAtRow>();
            (string? grade, EventSource? user) = (null, null);
            foreach (var ((kind, _), record) in byStudent[student])
            {
                // Of somebody who left, the last grade stays true
                if ((record.Removed && kind != RecordKind.Person) || record.Memory is not { } memory)
                    continue;
                var row = new EventSource(record.Feed, record.File, record.Row);
                if (kind == RecordKind.SectionEnrollment)
                {
                    if (SectionEnrollmentDraft.SpanOf(record) is { } span)
                        spans.Add(new(span, row));
                }
                else if (kind == RecordKind.SchoolEnrollment)
                    derived.Add((Memories.Read<SchoolEnrollmentMemory>(memory), row));
                else if (kind == RecordKind.SourceEnrollment)
                    stays.Add(new(Memories.Read<StatedStay>(memory), row));
                else
                    (grade, user) = (Memories.Read<PersonMemory>(memory).Grade, row);
            }
            yield return new(student, spans, stays, grade, user, derived);
        }
    }
}
