using System.IO.Compression;
using System.Text;

namespace EquityPlatform.Benchmarks;

/// <summary>A complete OneRoster package of any size: the same students, classes and section enrolments for every run.</summary>
internal static class RosterPackage
{
    /// <summary>Section enrolments of two students.</summary>
    const int PlacesOfTwo = 21;
    const string Head = "sourcedId,status,dateLastModified,";
    static readonly string[] Files = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics"];

    public const int Courses = 50;

    /// <summary>Writes it; gives the bytes of its text and the number of its rows.</summary>
    public static (long Text, int Rows) Write(Stream target, int students, int courses = Courses)
    {
        var schools = Math.Max(1, students / 600);
        var (text, rows) = (0L, 0);
        using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        File("manifest.csv", "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n" + string.Concat(Files.Select(f => $"file.{f},bulk\n")), []);
        File("orgs.csv", Head + "name,type,identifier,parentSourcedId\nd,,,District,district,,\n", Enumerable.Range(0, schools).Select(s => $"s{s},,,School {s},school,{s:D12},d\n"));
        File("academicSessions.csv", Head + "title,type,startDate,endDate,parentSourcedId,schoolYear\ny,,,2025-2026,schoolYear,2025-08-18,2026-06-06,,2026\n", []);
        File("courses.csv", Head + "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes\n", Enumerable.Range(0, courses).Select(c => $"c{c},,,y,Course {c},C{c},,d,,\n"));
        File("classes.csv", Head + "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n",
            Enumerable.Range(0, schools * 40).Select(k => $"k{k},,,Class {k},,c{k % Courses},,scheduled,,s{k / 40},y,,,\n"));
        File("users.csv", Head + "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n",
            Enumerable.Range(0, students).Select(u => $"student-{u:D7},,,true,s{u % schools},student,user{u},,Given{u % 977},Family{u % 1013},,{u:D9},user{u}@example.org,,,,{1 + (u % 12):D2},\n"));
        File("enrollments.csv", Head + "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n",
            Enumerable.Range(0, students).SelectMany(u => Enumerable.Range(0, (PlacesOfTwo + (u % 2)) / 2).Select(p => $"enrollment-{u:D7}-{p},,,k{((u % schools) * 40) + ((u + (p * 3)) % 40)},s{u % schools},student-{u:D7},student,false,2025-08-18,2026-06-06\n")));
        File("demographics.csv", Head + "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus\n",
            Enumerable.Range(0, students).Select(u => $"student-{u:D7},,,{2008 + (u % 10)}-0{1 + (u % 9)}-1{u % 10},{(u % 2 == 0 ? "female" : "male")},false,false,{(u % 3 == 0 ? "true" : "false")},false,{(u % 3 == 0 ? "false" : "true")},false,false,US,,,\n"));
        return (text, rows);

        void File(string name, string header, IEnumerable<string> lines)
        {
            using var entry = new StreamWriter(zip.CreateEntry(name, CompressionLevel.Fastest).Open(), new UTF8Encoding(false), 1 << 16);
            entry.Write(header);
            text += header.Length;
            foreach (var line in lines)
            {
                entry.Write(line);
                text += line.Length;
                rows++;
            }
        }
    }
}
