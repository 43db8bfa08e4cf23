using EquityPlatform.Contracts;

namespace EquityPlatform.Indicators.Students;

/// <summary>
/// The one group of each dimension that a student belongs to in a school (or, pooled, in the district) and year. Nothing is guessed:
/// where no source made a statement the group is <c>notReported</c>.
/// </summary>
internal static class Membership
{
    /// <summary>Group codes in the order of <see cref="StudentGroups.Dimensions"/>.</summary>
    /// <param name="spans">The enrolments that count: one school's, or all of the district's, in order of entry.</param>
    public static string[] Of(StudentFacts student, IReadOnlyList<EnrollmentFact> spans) =>
    [
        StudentGroups.All,
        Known(StudentGroups.RaceEthnicity, student.Demographics?.RaceEthnicity),
        Takes(student, "englishLearner", spans),
        // "Children with disabilities" of ESEA 1111(c)(2)(C) are those with an individualized program under IDEA
        Takes(student, "iep", spans),
        Takes(student, "economicallyDisadvantaged", spans),
        Known(StudentGroups.Gender, student.Demographics?.Sex),
        Grade(spans),
    ];

    static string Known(string dimension, string? code) =>
        code is not null && StudentGroups.Groups[dimension].Contains(code) ? code : StudentGroups.NotReported;

    static string Takes(StudentFacts student, string program, IReadOnlyList<EnrollmentFact> spans)
    {
        var answer = StudentGroups.NotReported;
        // One period in the year is enough
        foreach (var statement in student.Programs)
            if (statement.Program == program)
            {
                if (statement.Participates && spans.Any(span => Overlaps(statement, span)))
                    return "yes";
                answer = "no";
            }
        return answer;
    }

    static bool Overlaps(ProgramFact program, EnrollmentFact span) =>
        (program.Begin is null || program.Begin < span.Exit) && (program.End is null || program.End > span.Entry);

    static string Grade(IReadOnlyList<EnrollmentFact> spans) => spans[^1].Grade switch
    {
        null or "" => StudentGroups.NotReported,
        var grade when StudentGroups.Groups[StudentGroups.Grade].Contains(grade) => grade,
        _ => "Other",
    };
}
