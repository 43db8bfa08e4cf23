using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Students as they stand once a feed's news are in force: what was known, replaced by what is news.</summary>
internal static class StudentsNow
{
    public static IEnumerable<StudentFacts> Of(IReadOnlyCollection<Guid> students, Dictionary<(RecordKind Kind, Guid Key), Known> known, IReadOnlyList<News> news)
    {
        var inForce = new Dictionary<(RecordKind Kind, Guid Key), Known>(known);
        foreach (var one in news)
            if (one.Kind is RecordKind.Person or RecordKind.SectionEnrollment)
                inForce[(one.Kind, one.Key)] = one.State;
        var byStudent = inForce.Where(r => r.Value.Owner is not null).ToLookup(r => r.Value.Owner!.Value);
        foreach (var student in students)
        {
            var spans = new List<SpanAtRow>();
            var derived = new List<(SchoolEnrollmentMemory, EventSource)>();
            (string? grade, EventSource? user) = (null, null);
            foreach (var ((kind, _), record) in byStudent[student])
            {
                if (record.Memory is not { } memory)
                    continue;
                var row = new EventSource(record.Feed, record.File, record.Row);
                if (kind == RecordKind.SectionEnrollment)
                    spans.Add(new(Memories.Read<SectionSpan>(memory), row));
                else if (kind == RecordKind.SchoolEnrollment)
                    derived.Add((Memories.Read<SchoolEnrollmentMemory>(memory), row));
                else
                    (grade, user) = (Memories.Read<PersonMemory>(memory).Grade, row);
            }
            yield return new(student, spans, grade, user, derived);
        }
    }
}
