using EquityPlatform.Contracts;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Students;
using FsCheck;
using FsCheck.Fluent;

namespace EquityPlatform.Indicators.Tests.Numbers;

public sealed class CubePropertyTests
{
    static readonly string[] Races = ["asian", "black", "hispanic", "white", "notReported"];

    [Fact]
    public void The_groups_of_every_dimension_add_up_to_all_in_every_school_and_indicator() =>
        Prop.ForAll(Years(), year =>
        {
            var cube = year.Cube();
            return Catalogue.Rules.All(rule => cube.Schools.Append("district").All(school => StudentGroups.Dimensions.All(dimension =>
                StudentGroups.Groups[dimension].Select(group => cube.Of(rule, school, dimension, group)).Aggregate((a, b) => a + b) == cube.AllOf(rule, school))));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_cell_with_a_number_lies_in_its_interval_and_every_other_has_none() =>
        Prop.ForAll(Years(), year =>
        {
            var cube = year.Cube();
            return Catalogue.Rules.All(rule => cube.Schools.Append("district").All(school => StudentGroups.Dimensions.All(dimension => cube.GroupsOf(dimension).All(group =>
            {
                var cell = cube.Cell(rule, school, dimension, group);
                return cell.State is ValueState.Value or ValueState.Zero
                    ? 0 <= cell.Low && cell.Low <= cell.Rate && cell.Rate <= cell.High && cell.High <= 1 && cell.Numerator <= cell.Denominator && (cell.State == ValueState.Zero) == (cell.Numerator == 0)
                    : cell is { Numerator: null, Denominator: null, Rate: null, Low: null, High: null };
            }))));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_in_which_students_are_read_changes_nothing() =>
        Prop.ForAll(Years(), year =>
        {
            var (there, back) = (year.Cube(), new YearCube(year.Facts with { Students = [.. year.Facts.Students.Reverse()] }));
            return Catalogue.Rules.All(rule => there.Schools.Append("district").All(school => StudentGroups.Dimensions.All(dimension =>
                there.GroupsOf(dimension).All(group => there.Cell(rule, school, dimension, group) == back.Cell(rule, school, dimension, group)))));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Enrolments_of_schools_add_up_to_the_district_and_its_movers() =>
        Prop.ForAll(Years(), year =>
        {
            var cube = year.Cube();
            var again = year.Facts.Students.Sum(student => student.Enrollments.Where(span => span.Entry < span.Exit).Select(span => span.School).Distinct().Skip(1).Count());
            return cube.Schools.Sum(school => cube.AllOf(Catalogue.Rules[0], school).Numerator) == cube.AllOf(Catalogue.Rules[0], "district").Numerator + again;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_student_pooled_over_schools_that_follow_each_other_has_the_sum_of_their_days() =>
        Prop.ForAll(Gen.Choose(1, 99).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), (cut, absent) =>
        {
            var (first, second) = (Math.Min(absent, cut), Math.Max(0, absent - cut));
            var parts = new YearCalculation(new TestYear().WithDays("A", 100).WithDays("B", 100).With("x", "A", 0, 100, 1).With("y", "B", 0, 100, 1)
                .With("mover", [("A", 0, cut, first), ("B", cut, 100, second)]).Facts).Parts().Where(p => p.Part.Student.Key == "mover").ToDictionary(p => p.Scope, p => p.Part.Tally);
            return parts["district"] == TestYear.Tally(100, 100, parts["A"].Absent + parts["B"].Absent) && parts["A"].Enrolled + parts["B"].Enrolled == 100;
        }).QuickCheckThrowOnFailure();

    static Arbitrary<TestYear> Years() =>
        Gen.ArrayOf(from school in Gen.Elements("A", "B")
                    from moves in Gen.Elements(false, false, true)
                    from entry in Gen.Choose(0, 30)
                    from length in Gen.Choose(0, 30)
                    from absent in Gen.Choose(0, 12)
                    from race in Gen.Elements(Races)
                    from learner in Gen.Elements<bool?>(null, true, false)
                    from grade in Gen.Elements(null, "KG", "05", "12")
                    select (school, moves, entry, length, absent, race, learner, grade))
            .Select(students =>
            {
                var year = new TestYear().WithDays("A", 60).WithDays("B", 55);
                for (var i = 0; i < students.Length; i++)
                {
                    var s = students[i];
                    var other = s.school == "A" ? "B" : "A";
                    (string, int, int, int)[] spans = s.moves
                        ? [(s.school, s.entry, s.entry + s.length, Math.Min(s.absent, s.length)), (other, s.entry + s.length, 61, 2)]
                        : [(s.school, s.entry, s.entry + s.length, Math.Min(s.absent, s.length))];
                    year.With($"s{i}", spans, s.race, null, s.grade, s.learner is { } takes ? [new ProgramFact("englishLearner", takes, null, null)] : []);
                }
                return year;
            }).ToArbitrary();
}
