using EquityPlatform.SampleData.Files;
using EquityPlatform.SampleData.People;

namespace EquityPlatform.SampleData.Truths;

/// <summary>A count of a whole, as integers.</summary>
internal sealed record Part(int Count, int Of);

/// <summary>One school year in counts, for checks of what was loaded.</summary>
internal sealed record YearCounts(int SchoolYear, int Students, int Stays, int AbsenceRows, int Referrals, int TestResults, int SurveyAnswers, int StaffAssignments);

/// <summary>What was planted, and how it shows in the files of this seed: exact counts, made from the same people and by no other way than counting them.</summary>
internal sealed record AnswerKey(string District, ulong Seed, IReadOnlyList<YearCounts> Years, EnglishLearnerTruth? EnglishLearnerReading, DefianceTruth? Defiance,
    AlgebraTruth? Algebra, SilentTruth? SilentSchool, BusDayTruth? LateCorrection, SmallGroupTruth? SmallGroup, DifferenceTruth? DifferencingPair, TutoringTruth? Tutoring)
{
    public static AnswerKey Of(District district)
    {
        var shape = district.Shape;
        var years = district.Years.Select(year => Count(district, year)).ToArray();
        return !shape.IsPlanted ? new(shape.Name, district.Seed, years, null, null, null, null, null, null, null, null) : new(shape.Name, district.Seed, years,
            new([.. district.Years.Select(year => EnglishLearners(district, year))]),
            DefianceTruth.Of(district), AlgebraTruth.Of(district),
            new(district.SchoolId(Truths.SilentSchool.School), SchoolYear.Of(shape.LastYear).Days[Truths.SilentSchool.FirstDay], SchoolYear.Of(shape.LastYear).Days[Truths.SilentSchool.FirstDay + Truths.SilentSchool.Days - 1]),
            BusDayTruth.Of(district), SmallGroupTruth.Of(district), DifferenceTruth.Of(district), TutoringTruth.Of(district));
    }

    static YearCounts Count(District district, int year)
    {
        var (students, stays, absences, referrals, tests, answers) = (new HashSet<string>(), 0, 0, 0, 0, 0);
        foreach (var stay in district.Stays(year))
        {
            students.Add(stay.Pupil.Id);
            stays++;
            absences += Attendance.Of(district, stay).Count();
            referrals += Discipline.Of(district, stay).Count();
            tests += Assessments.Of(district, stay).Count();
            answers += ClimateSurvey.Of(district, stay).Count();
        }
        return new(year, students.Count, stays, absences, referrals, tests, answers, new YearPackage(district, year).Staff().Count());
    }

    static Part EnglishLearners(District district, int year)
    {
        var results = district.Stays(year).Where(stay => stay.Pupil.EnglishLearner).SelectMany(stay => Assessments.Of(district, stay)).Where(t => t.Subject == "reading").ToArray();
        return new(results.Count(t => t.Met), results.Length);
    }
}

/// <summary>English learners who meet the reading standard, by school year from the first on.</summary>
internal sealed record EnglishLearnerTruth(IReadOnlyList<Part> MetByYear);

/// <summary>Referrals of all years in the three schools: Black students and others, for defiance and for what can be seen by anybody; of student-years.</summary>
internal sealed record DefianceTruth(IReadOnlyList<string> Schools, Part DefianceBlack, Part DefianceOthers, Part ObjectiveBlack, Part ObjectiveOthers)
{
    public static DefianceTruth Of(District district)
    {
        var schools = DefianceBias.Schools(district.Shape);
        var (people, defiance, objective) = (new int[2], new int[2], new int[2]);
        foreach (var stay in district.Years.SelectMany(year => district.Stays(year)).Where(stay => schools.Contains(stay.School)))
        {
            var black = stay.Pupil.Race is Race.Black ? 0 : 1;
            people[black]++;
            foreach (var referral in Discipline.Of(district, stay))
                if (referral.Behavior == "defiance")
                    defiance[black]++;
                else if (!Discipline.IsSubjective(referral.Behavior))
                    objective[black]++;
        }
        return new([.. schools.Select(district.SchoolId)], new(defiance[0], people[0]), new(defiance[1], people[1]), new(objective[0], people[0]), new(objective[1], people[1]));
    }
}

/// <summary>Of the grade 8 students who are ready by the test: enrolled in Algebra I, by school year.</summary>
internal sealed record AlgebraTruth(int AutomaticFrom, IReadOnlyList<Part> ReadyLessWellServed, IReadOnlyList<Part> ReadyOthers, IReadOnlyList<Part> EnrolledLessWellServed, IReadOnlyList<Part> EnrolledOthers)
{
    public static AlgebraTruth Of(District district)
    {
        Part[] Of(bool less, bool enrolled) => [.. district.Years.Select(year =>
        {
            var all = district.Stays(year).Where(stay => stay.Grade == 8 && stay.From == SchoolYear.Of(year).First && stay.Pupil.LessWellServed == less).ToArray();
            var ready = all.Where(stay => Math.Floor(50 * AlgebraDoor.Readiness(district, stay.Pupil)) >= 0).ToArray();
            return enrolled ? new Part(ready.Count(stay => AlgebraDoor.IsEnrolled(district, stay)), ready.Length) : new Part(ready.Length, all.Length);
        })];
        return new(district.Shape.FirstYear + AlgebraDoor.AutomaticFrom, Of(true, false), Of(false, false), Of(true, true), Of(false, true));
    }
}

/// <summary>A school without a row of attendance from the first to the last of these days.</summary>
internal sealed record SilentTruth(string School, DateOnly From, DateOnly To);

/// <summary>Absences of one day that were first called unexcused; the correction calls them excused.</summary>
internal sealed record BusDayTruth(string School, DateOnly Date, int Absences)
{
    public static BusDayTruth Of(District district)
    {
        var year = BusDay.Year(district.Shape);
        return new(district.SchoolId(BusDay.School), SchoolYear.Of(year).Days[BusDay.Day],
            district.Stays(year).Where(stay => stay.School == BusDay.School).SelectMany(stay => Attendance.Of(district, stay)).Count(absence => absence.Portion > 0 && BusDay.Is(district.Shape, absence.Stay, absence.Date)));
    }
}

/// <summary>The few American Indian students of a school in the last year.</summary>
internal sealed record SmallGroupTruth(string School, int Students)
{
    public static SmallGroupTruth Of(District district) => new(district.SchoolId(PlantedGroups.SmallGroupSchool),
        district.Stays(district.Shape.LastYear).Count(stay => stay.School == PlantedGroups.SmallGroupSchool && stay.Pupil.Race is Race.AmericanIndian));
}

/// <summary>All students of a school and the economically disadvantaged among them, in the last year: published side by side they would tell of a few.</summary>
internal sealed record DifferenceTruth(string School, int Students, int EconomicallyDisadvantaged)
{
    public static DifferenceTruth Of(District district)
    {
        var all = district.Stays(district.Shape.LastYear).Where(stay => stay.School == PlantedGroups.DifferenceSchool).ToArray();
        return new(district.SchoolId(PlantedGroups.DifferenceSchool), all.Length, all.Count(stay => stay.Pupil.EconomicallyDisadvantaged));
    }
}
