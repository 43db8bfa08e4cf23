using EquityPlatform.SampleData.People;
using EquityPlatform.SampleData.Truths;

namespace EquityPlatform.SampleData.Files;

/// <summary>Courses, classes and who is in them: a homeroom and four subjects up to grade 5, seven classes a semester from grade 6 on.</summary>
internal sealed class Sections(District district, int year)
{
    const int ClassSize = 25;
    static readonly string[] Early = ["Homeroom", "Reading", "Mathematics", "Science", "Arts"];
    static readonly string[] Later = ["English", "Mathematics", "Science", "Social Studies", "World Language", "Physical Education", "Elective"];
    const int Mathematics = 1;
    const string Algebra = "algebra-1";

    readonly DistrictShape shape = district.Shape;

    public IEnumerable<string> Courses()
    {
        for (var grade = 0; grade < District.Grades; grade++)
            for (var subject = 0; subject < Subjects(grade).Length; subject++)
                yield return FormattableString.Invariant($"{Course(grade, subject)}-{year},,,year-{year},{Subjects(grade)[subject]} {YearPackage.GradeCode(grade)},{Course(grade, subject)},{YearPackage.GradeCode(grade)},{shape.Name},{Subjects(grade)[subject]},");
        yield return FormattableString.Invariant($"{Algebra}-{year},,,year-{year},Algebra I,{Algebra},08,{shape.Name},Mathematics,");
    }

    public IEnumerable<string> Classes()
    {
        for (var school = 0; school < shape.Schools; school++)
            foreach (var (grade, subject, algebra, section, term) in ClassesOf(school))
                yield return FormattableString.Invariant($"{Class(school, grade, subject, algebra, section, term)},,,{(algebra ? "Algebra I" : Subjects(grade)[subject])} {section + 1},{YearPackage.GradeCode(grade)},{(algebra ? Algebra : Course(grade, subject))}-{year},{section + 1},{(subject == 0 && grade <= 5 ? "homeroom" : "scheduled")},,{district.SchoolId(school)},{Term(term)},{Subjects(grade)[subject]},,{subject + 1}");
    }

    public IEnumerable<string> Enrollments()
    {
        foreach (var stay in district.Stays(year))
            for (var subject = 0; subject < Subjects(stay.Grade).Length; subject++)
                foreach (var term in Terms(stay.Grade))
                {
                    var (from, to) = Within(stay, term);
                    if (from >= to)
                        continue;
                    var algebra = subject == Mathematics && AlgebraDoor.IsEnrolled(district, stay);
                    var section = Chance.Of(district.Seed, Purpose.Section, stay.Pupil.Seat, (subject * 3) + term, year).Below(Count(stay.School, stay.Grade, algebra));
                    var id = Class(stay.School, stay.Grade, subject, algebra, section, term);
                    yield return FormattableString.Invariant($"{id}-{stay.Pupil.Id},,,{id},{district.SchoolId(stay.School)},{stay.Pupil.Id},student,,{from:yyyy-MM-dd},{to:yyyy-MM-dd}");
                }
        for (var school = 0; school < shape.Schools; school++)
            foreach (var (grade, subject, algebra, section, term) in ClassesOf(school))
            {
                var id = Class(school, grade, subject, algebra, section, term);
                yield return $"{id}-t,,,{id},{district.SchoolId(school)},{Staff.IdOf(district, year, Post(school, grade, section), school)},teacher,true,,";
            }
    }

    /// <summary>A teacher's post for each class of a grade.</summary>
    public IEnumerable<(string Post, int School)> Posts()
    {
        for (var school = 0; school < shape.Schools; school++)
            foreach (var grade in GradesOf(school))
                for (var section = 0; section < Count(school, grade, false); section++)
                    yield return (Post(school, grade, section), school);
    }

    IEnumerable<(int Grade, int Subject, bool Algebra, int Section, int Term)> ClassesOf(int school)
    {
        foreach (var grade in GradesOf(school))
            for (var subject = 0; subject < Subjects(grade).Length; subject++)
                foreach (var term in Terms(grade))
                {
                    for (var section = 0; section < Count(school, grade, false); section++)
                        yield return (grade, subject, false, section, term);
                    if (grade == 8 && subject == Mathematics)
                        for (var section = 0; section < Count(school, grade, true); section++)
                            yield return (grade, subject, true, section, term);
                }
    }

    IEnumerable<int> GradesOf(int school) => school < shape.Elementary ? Enumerable.Range(0, 6) : school < shape.Elementary + shape.Middle ? Enumerable.Range(6, 3) : Enumerable.Range(9, 4);

    static string[] Subjects(int grade) => grade <= 5 ? Early : Later;

    /// <summary>0 = the whole year, 1 and 2 = its semesters.</summary>
    static int[] Terms(int grade) => grade <= 5 ? WholeYear : Semesters;

    static readonly int[] WholeYear = [0];
    static readonly int[] Semesters = [1, 2];

    (DateOnly From, DateOnly To) Within(Stay stay, int term)
    {
        var calendar = SchoolYear.Of(year);
        var (from, to) = term switch
        {
            1 => (calendar.First, calendar.Second),
            2 => (calendar.Second, calendar.Last.AddDays(1)),
            _ => (calendar.First, calendar.Last.AddDays(1)),
        };
        return (stay.From > from ? stay.From : from, stay.To < to ? stay.To : to);
    }

    /// <summary>Classes that a grade of a school needs, from the average size of schools of its kind.</summary>
    int Count(int school, int grade, bool algebra)
    {
        var schools = grade <= 5 ? shape.Elementary : grade <= 8 ? shape.Middle : shape.High;
        var alternative = school >= shape.Schools - shape.Alternative && grade >= 9;
        var pupils = alternative ? shape.Seats * 0.03 / District.Grades / Math.Max(1, shape.Alternative) : (double)shape.Seats / District.Grades / schools;
        return Math.Max(1, (int)Math.Ceiling(pupils * (algebra ? 0.5 : 1) / ClassSize));
    }

    string Term(int term) => FormattableString.Invariant($"{(term == 0 ? "year" : term == 1 ? "fall" : "spring")}-{year}");

    static string Course(int grade, int subject) => FormattableString.Invariant($"g{grade:00}-{Subjects(grade)[subject].ToLowerInvariant().Replace(' ', '-')}");

    string Class(int school, int grade, int subject, bool algebra, int section, int term) =>
        FormattableString.Invariant($"c{year}-{school + 1:0000}-{grade:00}-{(algebra ? 9 : subject)}-{section + 1}-{term}");

    static string Post(int school, int grade, int section) => FormattableString.Invariant($"t{school + 1:0000}-{grade:00}-{section + 1}");
}
