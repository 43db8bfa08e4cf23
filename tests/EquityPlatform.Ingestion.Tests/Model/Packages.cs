using System.Globalization;
using System.Text;

namespace EquityPlatform.Ingestion.Tests.Model;

/// <summary>Writes packages of the reference model as OneRoster files.</summary>
internal static class ModelPackages
{
    const string Head = "sourcedId,status,dateLastModified,";
    const string UserColumns = Head + "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n";
    const string ClassColumns = Head + "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n";
    const string EnrollmentColumns = Head + "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n";
    const string DemographicsColumns = Head + "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus\n";

    /// <summary>Classes with an even number are at school s1, the others at s2 (<c>k7y26</c>: number 7, school year 2026).</summary>
    public static string SchoolOf(string id) => int.Parse(id.AsSpan(1, id.IndexOf('y', StringComparison.Ordinal) - 1), CultureInfo.InvariantCulture) % 2 == 0 ? "s1" : "s2";

    public static int YearOf(string id) => 2000 + int.Parse(id.AsSpan(id.IndexOf('y', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    /// <summary>A complete package of some school years.</summary>
    public static byte[] Bulk(RosterState says, IReadOnlySet<int> years, IReadOnlySet<(string File, string Id)> spoilt)
    {
        bool Bad(string file, string id) => spoilt.Contains((file, id));
        return Zip("bulk", new()
        {
            ["orgs"] = Head + "name,type,identifier,parentSourcedId\nd1,,,District,district,,\ns1,,,North,school,,d1\ns2,,,South,school,,d1\n",
            ["academicSessions"] = Head + "title,type,startDate,endDate,parentSourcedId,schoolYear\n" + string.Concat(years.Order().Select(y => $"sy{y},,,Year,schoolYear,{y - 1}-08-01,{y}-06-30,,{y}\n")),
            ["courses"] = Head + "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes\nc1,,,,Algebra,A,,d1,,\n",
            ["classes"] = ClassColumns + string.Concat(says.Classes.Select(id => Class(id, "", "", Bad("classes", id)))),
            ["users"] = UserColumns + string.Concat(says.Grades.Select(g => User(g.Key, g.Value, "", "", Bad("users", g.Key)))),
            ["enrollments"] = EnrollmentColumns + string.Concat(says.Places.Values.Select(p => Enrollment(p, "", "", Bad("enrollments", p.Id)))),
            ["demographics"] = DemographicsColumns + string.Concat(says.Sexes.Select(s => Sex(s.Key, s.Value, "", "", Bad("demographics", s.Key)))),
        });
    }

    /// <summary>The column that makes a spoilt row unreadable, and its right value.</summary>
    public static (string Column, string Value) Mended(string file, RosterState says, string id) => file switch
    {
        "users" => ("role", "student"),
        "classes" => ("classType", "scheduled"),
        "enrollments" => ("beginDate", says.Places[id].Begin.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        _ => ("birthDate", "2010-02-01"),
    };

    /// <summary>Row of an id in a file of a complete package; the header is row 1.</summary>
    public static int RowOf(string file, RosterState says, string id) => 2 + (file switch
    {
        "users" => says.Grades.Keys.ToList(),
        "classes" => says.Classes.ToList(),
        "enrollments" => says.Places.Keys.ToList(),
        _ => says.Sexes.Keys.ToList(),
    }).IndexOf(id);

    public static byte[] Delta(IReadOnlyList<RowOfChange> rows)
    {
        var files = new Dictionary<string, string>();
        foreach (var file in rows.GroupBy(r => r.File))
            files[file.Key] = (file.Key switch { "users" => UserColumns, "classes" => ClassColumns, "enrollments" => EnrollmentColumns, _ => DemographicsColumns }) + string.Concat(file.Select(Row));
        return Zip("delta", files);
    }

    public static string Attendance(IEnumerable<(string User, DateOnly Day, string Category)> rows) =>
        "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\n" + string.Concat(rows.Select(r => $"{r.User},s1,{r.Day:yyyy-MM-dd},day,{r.Category},,\n"));

    static string Row(RowOfChange row)
    {
        var (status, at) = (row.Deletes ? "tobedeleted" : "active", row.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        return row.File switch
        {
            "users" => User(row.Id, row.Value ?? "01", status, at, false),
            "classes" => Class(row.Id, status, at, false),
            "enrollments" => row.Place is { } place ? Enrollment(place, status, at, false) : $"{row.Id},{status},{at},,,,,,,\n",
            _ => Sex(row.Id, row.Value ?? "", status, at, false),
        };
    }

    static string Class(string id, string status, string at, bool bad) => $"{id},{status},{at},Title,,c1,,{(bad ? "odd" : "scheduled")},,{SchoolOf(id)},sy{YearOf(id)},,,\n";

    static string User(string id, string grade, string status, string at, bool bad) => $"{id},{status},{at},true,s1,{(bad ? "robot" : "student")},{id},,G{id},F{id},,,,,,,{grade},\n";

    static string Enrollment(Place p, string status, string at, bool bad) =>
        $"{p.Id},{status},{at},{p.Class},{SchoolOf(p.Class)},{p.User},student,false,{(bad ? "1/2/2024" : p.Begin.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))},{p.End:yyyy-MM-dd}\n";

    static string Sex(string id, string sex, string status, string at, bool bad) => $"{id},{status},{at},{(bad ? "1/2/2010" : "2010-02-01")},{sex},,,,,true,,,,,,\n";

    static byte[] Zip(string mode, Dictionary<string, string> files) => TestData.Zip(files.ToDictionary(f => $"{f.Key}.csv", f => Encoding.UTF8.GetBytes(f.Value))
        .Prepend(new("manifest.csv", Encoding.UTF8.GetBytes("propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n" + string.Concat(files.Keys.Select(f => $"file.{f},{mode}\n"))))));
}
