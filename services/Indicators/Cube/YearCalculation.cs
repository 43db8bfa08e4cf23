using EquityPlatform.Indicators.Calendar;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Cube;

/// <summary>One student in one school, or pooled over the district.</summary>
/// <param name="Spans">The enrolments that count, in order of entry.</param>
/// <param name="Groups">Group codes in the order of the dimensions.</param>
internal sealed record StudentPart(StudentFacts Student, IReadOnlyList<EnrollmentFact> Spans, string[] Groups, AttendanceTally Tally);

/// <summary>From facts to each student's part. Pure: the same facts give the same parts.</summary>
internal sealed class YearCalculation
{
    public const string District = "district";

    readonly YearFacts facts;
    readonly Dictionary<string, SchoolDays> days;
    readonly HashSet<string> withCalendar;

    public YearCalculation(YearFacts facts)
    {
        this.facts = facts;
        var speaking = facts.Students.SelectMany(student => student.Attendance).Select(row => row.School).ToHashSet();
        var own = facts.CalendarDays.Where(day => day.InSession).ToLookup(day => day.School, day => day.Day);
        var schools = facts.Students.SelectMany(student => student.Enrollments).Select(span => span.School).ToHashSet();
        var shorter = facts.CalendarDays.Where(day => day.InSession && day.Weight != SchoolDays.WholeDay).ToLookup(day => day.School);
        withCalendar = [.. own.Select(school => school.Key)];
        DerivedDays = schools.Any(UsesDerivedCalendar) ? DerivedCalendar.Of(facts.Sessions, facts.Students.SelectMany(student => student.Attendance).Select(row => row.Day).ToHashSet()) : null;
        days = schools.ToDictionary(school => school,
            school => new SchoolDays(own.Contains(school) ? [.. own[school]] : DerivedDays, facts.Coverage, silent: !speaking.Contains(school), shorter[school].ToDictionary(day => day.Day, day => day.Weight)));
    }

    /// <summary>True for a school that sent no calendar day in session.</summary>
    public bool UsesDerivedCalendar(string school) => !withCalendar.Contains(school);

    /// <summary>The derived days in session, null where none were needed or none could be derived.</summary>
    public IReadOnlyList<DateOnly>? DerivedDays { get; }

    /// <summary>What was derived rather than given, as codes of the contract.</summary>
    public IReadOnlyList<string> Derived(bool usesAttendance)
    {
        List<string> derived = [];
        if (usesAttendance && DerivedDays is not null)
            derived.Add("calendar");
        if (facts.Students.Any(student => student.Enrollments.Any(span => span.Derived)))
            derived.Add("schoolEnrollment");
        if (usesAttendance && facts.Coverage.Any(declared => declared.Derived))
            derived.Add("attendanceCoverage");
        return derived;
    }

    /// <summary>Each student's part in each school and in the district.</summary>
    public IEnumerable<(string Scope, StudentPart Part)> Parts()
    {
        foreach (var student in facts.Students)
        {
            var spans = Spans(student);
            if (spans.Count == 0)
                continue;
            if (spans.Count == 1)
            {
                var part = Part(student, spans);
                yield return (spans[0].School, part);
                yield return (District, part);
                continue;
            }
            foreach (var atSchool in spans.GroupBy(span => span.School))
                yield return (atSchool.Key, Part(student, [.. atSchool]));
            yield return (District, Part(student, spans));
        }
    }

    /// <summary>The parts of one school, or of the district.</summary>
    public IEnumerable<StudentPart> PartsOf(string scope)
    {
        foreach (var student in facts.Students)
            if (Spans(student).Where(span => scope == District || span.School == scope).ToList() is { Count: > 0 } spans)
                yield return Part(student, spans);
    }

    /// <summary>True if the row changed the part: it lies in one of its enrolments, on a day that counts.</summary>
    public bool Counts(StudentPart part, AttendanceFact row) => AttendanceTally.Counts(row, part.Spans, DaysOf(part.Spans));

    // A span without a day (left before the first one) is no enrolment
    static List<EnrollmentFact> Spans(StudentFacts student) => [.. student.Enrollments.Where(span => span.Entry < span.Exit)];

    StudentPart Part(StudentFacts student, IReadOnlyList<EnrollmentFact> spans) =>
        new(student, spans, Membership.Of(student, spans), AttendanceTally.Pooled(spans, DaysOf(spans), student.Attendance));

    SchoolDays[] DaysOf(IReadOnlyList<EnrollmentFact> spans) => [.. spans.Select(span => days[span.School])];
}
