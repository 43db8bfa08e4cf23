using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace EquityPlatform.E2E.Tests.Feeds;

/// <summary>A made-up district as OneRoster 1.1 files with side files: the same seed gives the same bytes.</summary>
/// <param name="everyDay">True: a row for each student and day (mode <c>all</c>); false: rows for absences only (mode <c>exceptions</c>).</param>
sealed class GeneratedDistrict(int students, bool everyDay, int seed = 20260824)
{
    public const int Year = 2026;

    static readonly DateOnly Start = new(2025, 8, 25);
    static readonly DateOnly End = new(2026, 5, 29);
    static readonly string[] Schools = ["gen-oak", "gen-elm", "gen-ash", "gen-fir"];
    static readonly string[] Races = ["americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander", "white"];
    static readonly string[] Grades = ["06", "07", "08"];
    const int ClassesPerSchool = 6;

    readonly Random random = new(seed);

    /// <summary>The package with every file in it, side files too.</summary>
    /// <param name="change">Changes a file's text on the way into the package.</param>
    public byte[] Package(Func<string, string, (string Name, string Text)>? change = null)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, text) in Files().Select(file => change?.Invoke(file.Name, file.Text) ?? file))
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
                entry.LastWriteTime = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
                using var writer = new StreamWriter(entry.Open(), new UTF8Encoding(false));
                writer.Write(text);
            }
        return bytes.ToArray();
    }

    IEnumerable<(string Name, string Text)> Files()
    {
        yield return ("manifest.csv", Table("propertyName,value", ["manifest.version,1.0", "oneroster.version,1.1", .. Listed().Select(file => $"file.{file.Name},{file.Kind}"),
            "source.systemName,Generated", "source.systemCode,GEN"]));
        yield return ("orgs.csv", Table("sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
            ["gen-district,,,Generated District,district,,", .. Schools.Select(school => $"{school},,,School {school[4..]},school,,gen-district")]));
        yield return ("academicSessions.csv", Table("sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
            [$"gen-year,,,2025-2026,schoolYear,{Iso(Start)},{Iso(End.AddDays(1))},,{Year}", $"gen-term,,,2025-2026 term,semester,{Iso(Start)},{Iso(End.AddDays(1))},gen-year,{Year}"]));
        yield return ("courses.csv", Table("sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
            [.. Schools.Select(school => $"crs-{school},,,gen-year,Homeroom,HR,,{school},,")]));
        yield return ("classes.csv", Table("sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
            [.. from school in Schools from number in Enumerable.Range(1, ClassesPerSchool) select $"cls-{school}-{number},,,Class {number},,crs-{school},,scheduled,,{school},gen-term,,,"]));
        yield return ("users.csv", Table("sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,metadata.englishLearner,metadata.iep,metadata.freeReducedLunch",
            [.. Numbers().Select(n => $"{Student(n)},,,true,{School(n)},student,u{n},,Given{n},Family{n},,,,,,,{Grades[n % Grades.Length]},,{Flag(n % 7 == 0)},{Flag(n % 8 == 0)},{Flag(n % 3 == 0)}")]));
        yield return ("enrollments.csv", Table("sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
            [.. from n in Numbers() from number in Enumerable.Range(1, ClassesPerSchool) select $"enr-{n}-{number},,,cls-{School(n)}-{number},{School(n)},{Student(n)},student,false,{Iso(Start)},{Iso(End.AddDays(1))}"]));
        yield return ("demographics.csv", Table($"sourcedId,status,dateLastModified,birthDate,sex,{string.Join(',', Races)},demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
            [.. Numbers().Select(n => $"{Student(n)},,,2013-01-01,{(n % 2 == 0 ? "female" : "male")},{string.Join(',', Races.Select((_, race) => Flag(n % Races.Length == race)))},false,{Flag(n % 4 == 0)},,,,")]));
        yield return ("calendar.csv", Table("schoolSourcedId,date,kind", [.. from school in Schools from day in Days() select $"{school},{Iso(day)},instructional"]));
        yield return ("declarations.csv", Table("propertyName,value",
            [$"attendance.mode,{(everyDay ? "all" : "exceptions")}", $"attendance.from,{Iso(Start)}", $"attendance.to,{Iso(End)}", "attendance.derived,false"]));
        yield return ("attendance.csv", Table("userSourcedId,schoolSourcedId,date,scope,category,portion,reason", [.. Attendance()]));
    }

    IEnumerable<string> Attendance()
    {
        foreach (var n in Numbers())
        {
            // From hardly ever absent to a fifth of the year
            var share = random.NextDouble() * random.NextDouble() * 0.2;
            foreach (var day in Days())
                if (random.NextDouble() < share)
                    yield return $"{Student(n)},{School(n)},{Iso(day)},day,{(random.Next(2) == 0 ? "absentExcused" : "absentUnexcused")},1,";
                else if (everyDay)
                    yield return $"{Student(n)},{School(n)},{Iso(day)},day,present,,";
        }
    }

    static IEnumerable<(string Name, string Kind)> Listed() =>
        from name in new[] { "academicSessions", "categories", "classResources", "classes", "courseResources", "courses", "demographics", "enrollments", "lineItems", "orgs", "resources", "results", "users" }
        select (name, name is "categories" or "classResources" or "courseResources" or "lineItems" or "resources" or "results" ? "absent" : "bulk");

    static IEnumerable<DateOnly> Days()
    {
        for (var day = Start; day <= End; day = day.AddDays(1))
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsHoliday(day))
                yield return day;
    }

    static bool IsHoliday(DateOnly day) => day is { Month: 12, Day: >= 20 } or { Month: 1, Day: <= 4 } or { Month: 11, Day: >= 24 and <= 30 } or { Month: 3, Day: >= 14 and <= 22 };

    IEnumerable<int> Numbers() => Enumerable.Range(1, students);

    static string Student(int n) => $"gen-stu-{n}";

    static string School(int n) => Schools[n % Schools.Length];

    static string Flag(bool value) => value ? "true" : "false";

    static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Table(string header, IEnumerable<string> rows) => string.Join('\n', rows.Prepend(header)) + "\n";
}
