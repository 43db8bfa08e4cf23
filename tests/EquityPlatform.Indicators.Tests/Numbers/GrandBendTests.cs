using System.Globalization;
using System.IO.Compression;
using EquityPlatform.Contracts;
using EquityPlatform.Indicators.Calendar;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Tests.Numbers;

/// <summary>
/// The sample district, read from its files. The expected numbers were computed once by a Python script that shares nothing with this code:
/// earliest begin to latest end of section enrolments, 81 + 88 days topped up from 162 attendance dates, silence means present.
/// </summary>
public sealed class GrandBendTests
{
    static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "grand-bend");

    [Theory]
    [InlineData("district", 44, 960, 1_603_900_000, 1_622_400_000)]
    [InlineData("255901001", 15, 256, 426_450_000, 432_640_000)]
    [InlineData("255901044", 12, 240, 400_940_000, 405_600_000)]
    [InlineData("255901107", 17, 464, 776_510_000, 784_160_000)]
    public void Numbers_of_the_sample_are_those_of_an_independent_computation(string school, long chronic, long students, long attended, long enrolled)
    {
        var cube = new YearCube(Facts());
        var (absence, attendance) = (Cell("chronic-absence"), Cell("average-daily-attendance"));
        (absence.Numerator, absence.Denominator).ShouldBe((chronic, students));
        (attendance.Numerator, attendance.Denominator).ShouldBe((attended, enrolled));
        Cell("enrollment").Numerator.ShouldBe(students);

        Contracts.Indicators.IndicatorCell Cell(string indicator) => cube.Cell(Catalogue.Find(indicator)!, school, StudentGroups.All, StudentGroups.All);
    }

    [Fact]
    public void The_sample_derives_a_calendar_of_169_days()
    {
        var calculation = new YearCalculation(Facts());
        calculation.DerivedDays!.Count.ShouldBe(169);
        calculation.Derived(usesAttendance: true).ShouldBe(["calendar", "schoolEnrollment", "attendanceCoverage"]);
    }

    static YearFacts Facts()
    {
        using var zip = ZipFile.OpenRead(Path.Combine(Sample, "grandbend-oneroster-1.1.zip"));
        using var enrollments = new StreamReader(zip.GetEntry("enrollments.csv")!.Open());
        var attendance = Rows(File.OpenText(Path.Combine(Sample, "attendance.csv"))).ToLookup(row => row["userSourcedId"],
            row => new AttendanceFact(row["schoolSourcedId"], Date(row["date"]), (int)(decimal.Parse(row["portion"], CultureInfo.InvariantCulture) * 10_000)));
        var students = Rows(enrollments).Where(row => row["role"] == "student").GroupBy(row => row["userSourcedId"]).Select(student => new StudentFacts(student.Key, null, [],
            [.. student.GroupBy(row => row["schoolSourcedId"]).Select(rows => new EnrollmentFact(rows.Key, rows.Min(row => Date(row["beginDate"])), rows.Max(row => Date(row["endDate"])), null, Derived: true))],
            [.. attendance[student.Key]]));
        SessionFact[] sessions = [new("sy-2022", null, new(2021, 8, 23), new(2022, 5, 28), null), new("t-fall", "sy-2022", new(2021, 8, 23), new(2021, 12, 18), 81),
            new("t-spring", "sy-2022", new(2022, 1, 4), new(2022, 5, 28), 88)];
        return new(2022, new Dictionary<string, string>(), sessions, [], [new(new(2021, 8, 23), new(2022, 5, 27), Exceptions: true, Derived: true)], [.. students]);
    }

    // The files used here have no quoted fields
    static List<Dictionary<string, string>> Rows(StreamReader reader)
    {
        using (reader)
        {
            var header = reader.ReadLine()!.Split(',');
            List<Dictionary<string, string>> rows = [];
            while (reader.ReadLine() is { } line)
                rows.Add(header.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second));
            return rows;
        }
    }

    static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
