using System.Globalization;
using System.IO.Compression;
using EquityPlatform.SampleData.People;
using EquityPlatform.SampleData.Truths;

namespace EquityPlatform.SampleData.Files;

/// <summary>
/// One school year as a district would send it: a OneRoster 1.1 package, all files bulk, with the side files beside them. Written row by row to any stream: nothing but the row in
/// hand is in memory, and the same seed gives the same bytes.
/// </summary>
internal sealed class YearPackage(District district, int year)
{
    /// <summary>The same in every package: zip entries have no other clock.</summary>
    static readonly DateTimeOffset Stamp = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly DistrictShape shape = district.Shape;
    readonly SchoolYear calendar = SchoolYear.Of(year);
    readonly Sections sections = new(district, year);

    public string FileName => FormattableString.Invariant($"{shape.Name}-{year}.zip");

    public async Task WriteAsync(Stream target, Action<string> said, CancellationToken cancellation)
    {
        using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, header, rows) in Files())
        {
            said(name);
            var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
            entry.LastWriteTime = Stamp;
            await using var stream = entry.Open();
            await using var text = new StreamWriter(stream, bufferSize: 1 << 16) { NewLine = "\r\n" };
            await text.WriteLineAsync(header);
            foreach (var row in rows)
            {
                cancellation.ThrowIfCancellationRequested();
                text.WriteLine(row);
            }
        }
    }

    IEnumerable<(string Name, string Header, IEnumerable<string> Rows)> Files() =>
    [
        ("manifest.csv", "propertyName,value", Manifest()),
        ("orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId", Organizations()),
        ("academicSessions.csv", "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear", Sessions()),
        ("courses.csv", "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes", sections.Courses()),
        ("classes.csv", "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods", sections.Classes()),
        ("users.csv", "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password", Users()),
        ("enrollments.csv", "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate", sections.Enrollments()),
        ("demographics.csv", "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus", Demographics()),
        ("declarations.csv", "propertyName,value", Declarations()),
        ("calendar.csv", "schoolSourcedId,date,kind", Calendar()),
        ("programs.csv", "userSourcedId,program,beginDate,endDate,schoolSourcedId", Programs()),
        ("attendance.csv", "userSourcedId,schoolSourcedId,date,scope,category,portion,reason", AttendanceRows()),
        ("disciplineIncidents.csv", "incidentId,schoolSourcedId,date,behavior,userSourcedId,role", Incidents()),
        ("disciplineActions.csv", "actionId,userSourcedId,date,kind,days,incidentIds", Actions()),
        ("assessments.csv", "userSourcedId,assessmentId,subject,date,grade,scale,result,performanceLevel,met", Tests()),
        ("surveyResponses.csv", "surveyId,responseId,schoolSourcedId,date,userSourcedId,questionCode,numeric", Surveys()),
        ("staffing.csv", "staffSourcedId,orgSourcedId,role,beginDate,endDate,fte,sex,hispanicOrLatinoEthnicity,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white", StaffRows()),
        .. Tutored(),
    ];

    static readonly string[] Bulk = ["academicSessions", "classes", "courses", "demographics", "enrollments", "orgs", "users"];
    static readonly string[] Absent = ["categories", "classResources", "courseResources", "lineItems", "resources", "results"];

    static IEnumerable<string> Manifest() =>
        [.. (string[])["manifest.version,1.0", "oneroster.version,1.1"], .. Bulk.Select(file => $"file.{file},bulk"), .. Absent.Select(file => $"file.{file},absent"), "source.systemName,Sample data"];

    IEnumerable<string> Organizations() =>
    [
        $"{shape.Name},,,{shape.Title},district,,",
        .. Enumerable.Range(0, shape.Schools).Select(school => $"{district.SchoolId(school)},,,{district.SchoolName(school)},school,,{shape.Name}"),
    ];

    IEnumerable<string> Sessions() =>
    [
        Text($"year-{year},,,{year - 1}-{year},schoolYear,{calendar.First:yyyy-MM-dd},{calendar.Last.AddDays(1):yyyy-MM-dd},,{year}"),
        Text($"fall-{year},,,Fall {year - 1},semester,{calendar.First:yyyy-MM-dd},{calendar.Second:yyyy-MM-dd},year-{year},{year}"),
        Text($"spring-{year},,,Spring {year},semester,{calendar.Second:yyyy-MM-dd},{calendar.Last.AddDays(1):yyyy-MM-dd},year-{year},{year}"),
    ];

    /// <summary>Names are made of a tree and a number: no name of a living person can come out.</summary>
    IEnumerable<string> Users()
    {
        foreach (var stay in district.Stays(year))
            yield return Text($"{stay.Pupil.Id},,,true,{district.SchoolId(stay.School)},student,{stay.Pupil.Id},,{Trees[stay.Pupil.Seat % Trees.Length]},Student{stay.Pupil.Seat:0000000}{stay.Pupil.Generation},,{stay.Pupil.StateNumber},,,,,{GradeCode(stay.Grade)},");
        foreach (var member in Staff())
            yield return $"{member.Id},,,true,{district.SchoolId(member.School)},{RosterRole(member.Role)},{member.Id},,Staff,{member.Id},,,,,,,,";
    }

    static string RosterRole(string role) => role switch { "principal" => "administrator", "counselor" => "aide", _ => role };

    static readonly string[] Trees = ["Aspen", "Birch", "Cedar", "Elm", "Hazel", "Juniper", "Linden", "Maple", "Oak", "Rowan", "Spruce", "Willow"];

    IEnumerable<string> Demographics()
    {
        foreach (var pupil in district.Stays(year).Select(stay => stay.Pupil))
            yield return Text($"{pupil.Id},,,{pupil.Born:yyyy-MM-dd},{(pupil.Female ? "female" : "male")},{Mark(pupil, Race.AmericanIndian)},{Mark(pupil, Race.Asian)},{Mark(pupil, Race.Black)},{Mark(pupil, Race.PacificIslander)},{(pupil.Race is Race.White or Race.Hispanic ? "true" : "false")},{Mark(pupil, Race.TwoOrMore)},{Mark(pupil, Race.Hispanic)},,,,");
    }

    static string Mark(Pupil pupil, Race race) => pupil.Race == race ? "true" : "false";

    IEnumerable<string> Declarations() =>
    [
        "attendance.mode,exceptions", Text($"attendance.from,{calendar.First:yyyy-MM-dd}"), Text($"attendance.to,{calendar.Last:yyyy-MM-dd}"),
        Text($"rollover.from,{calendar.First.AddDays(-60):yyyy-MM-dd}"), Text($"rollover.to,{calendar.First.AddDays(30):yyyy-MM-dd}"),
    ];

    IEnumerable<string> Calendar() => Enumerable.Range(0, shape.Schools).SelectMany(school => calendar.Days.Select(day => Text($"{district.SchoolId(school)},{day:yyyy-MM-dd},instructional")));

    IEnumerable<string> Programs()
    {
        foreach (var stay in district.Stays(year))
            foreach (var (program, takes) in ByName)
                if (takes(stay.Pupil))
                    yield return Text($"{stay.Pupil.Id},{program},{stay.From:yyyy-MM-dd},{stay.To:yyyy-MM-dd},{district.SchoolId(stay.School)}");
    }

    static readonly (string Program, Func<Pupil, bool> Takes)[] ByName =
    [
        ("englishLearner", pupil => pupil.EnglishLearner), ("iep", pupil => pupil.Iep), ("section504", pupil => pupil.Section504),
        ("economicallyDisadvantaged", pupil => pupil.EconomicallyDisadvantaged), ("homeless", pupil => pupil.Homeless),
    ];

    IEnumerable<string> AttendanceRows() => district.Stays(year).SelectMany(stay => Attendance.Of(district, stay)).Select(absence => Row(absence, absence.Category));

    string Row(Absence absence, string category) =>
        Text($"{absence.Stay.Pupil.Id},{district.SchoolId(absence.Stay.School)},{absence.Date:yyyy-MM-dd},day,{category},{absence.Portion / 10_000m:0.####},");

    /// <summary>The side file that corrects the bus day, sent in the next September.</summary>
    public IEnumerable<string> Correction() =>
    [
        "userSourcedId,schoolSourcedId,date,scope,category,portion,reason",
        .. district.Stays(year).SelectMany(stay => Attendance.Of(district, stay)).Where(absence => absence.Portion > 0 && BusDay.Is(shape, absence.Stay, absence.Date)).Select(absence => Row(absence, "absentExcused")),
    ];

    IEnumerable<string> Incidents() => Referrals().Select(r => Text($"{Incident(r)},{district.SchoolId(r.Stay.School)},{r.Date:yyyy-MM-dd},{r.Behavior},{r.Stay.Pupil.Id},offender"));

    IEnumerable<string> Actions() => Referrals().Where(r => r.Action is not null).Select(r => Text($"a-{Incident(r)},{r.Stay.Pupil.Id},{r.Date:yyyy-MM-dd},{r.Action},{r.Days},{Incident(r)}"));

    IEnumerable<Referral> Referrals() => district.Stays(year).SelectMany(stay => Discipline.Of(district, stay));

    string Incident(Referral r) => Text($"{year}-{r.Stay.Pupil.Id}-{r.Number}");

    IEnumerable<string> Tests() => district.Stays(year).SelectMany(stay => Assessments.Of(district, stay)).Select(t =>
        Text($"{t.Stay.Pupil.Id},{t.Assessment},{t.Subject},{t.Date:yyyy-MM-dd},{GradeCode(t.Stay.Grade)},scaleScore,{t.Scale},{t.Level},{(t.Met ? "true" : "false")}"));

    IEnumerable<string> Surveys() => district.Stays(year).SelectMany(stay => ClimateSurvey.Of(district, stay)).Select(a =>
        Text($"{ClimateSurvey.Id(year)},{a.Stay.Pupil.Id},{district.SchoolId(a.Stay.School)},{a.Date:yyyy-MM-dd},{a.Stay.Pupil.Id},{a.Question},{a.Answer}"));

    /// <summary>Everybody who works at a school this year.</summary>
    public IEnumerable<StaffMember> Staff() => People.Staff.Of(district, year, sections.Posts());

    IEnumerable<string> StaffRows() => Staff().Select(m =>
        Text($"{m.Id},{district.SchoolId(m.School)},{m.Role},{SchoolYear.Of(m.Since).First:yyyy-MM-dd},{calendar.Last.AddDays(1):yyyy-MM-dd},1,{(m.Female ? "female" : "male")},{Is(m, Race.Hispanic)},{Is(m, Race.AmericanIndian)},{Is(m, Race.Asian)},{(m.Race is Race.Black or Race.TwoOrMore ? "true" : "false")},{Is(m, Race.PacificIslander)},{(m.Race is Race.White or Race.Hispanic or Race.TwoOrMore ? "true" : "false")}"));

    static string Is(StaffMember member, Race race) => member.Race == race ? "true" : "false";

    IEnumerable<(string, string, IEnumerable<string>)> Tutored() => Tutoring.Schools(shape).Count == 0 || year != shape.LastYear ? [] :
    [
        ("interventions.csv", "interventionId,orgSourcedId,class,delivery,targetGroup,minDosage,maxDosage,beginDate,endDate",
            Tutoring.Schools(shape).Select(school => Text($"{Tutoring.Intervention}-{school + 1:0000},{district.SchoolId(school)},supplement,individual,below-standard-mathematics,{Tutoring.Planned * Tutoring.Minutes},{Tutoring.Planned * Tutoring.Minutes},{Tutoring.Day(year, 0):yyyy-MM-dd},{Tutoring.Day(year, Tutoring.Planned - 1).AddDays(1):yyyy-MM-dd}"))),
        ("interventionParticipations.csv", "userSourcedId,interventionId,dosage,date",
            district.Stays(year).SelectMany(stay => Tutoring.Of(district, stay)).Select(s => Text($"{s.Stay.Pupil.Id},{Tutoring.Intervention}-{s.Stay.School + 1:0000},{s.Minutes},{s.Date:yyyy-MM-dd}"))),
    ];

    internal static string GradeCode(int grade) => grade == 0 ? "KG" : grade.ToString("00", CultureInfo.InvariantCulture);

    static string Text(FormattableString row) => FormattableString.Invariant(row);
}
