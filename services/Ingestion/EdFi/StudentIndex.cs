namespace EquityPlatform.Ingestion.EdFi;

/// <summary>A time in a program, as the characteristics and indicators of a student say.</summary>
internal readonly record struct Stay(string Program, string? Begin, string? End, string? School, int Line);

/// <summary>What resources other than <c>students</c> say about one student.</summary>
internal sealed class AboutStudent
{
    /// <summary>Line of the first association with a district or school.</summary>
    public int Line { get; set; }
    public string? Organization { get; set; }
    public string? Sex { get; set; }
    public bool? Hispanic { get; set; }
    public HashSet<string>? Races { get; set; }
    public List<Stay>? Stays { get; set; }
    public string? UserIds { get; set; }
    public DateOnly? BirthDate { get; set; }

    /// <summary>Schools of the latest stay, with its grade.</summary>
    public string? Schools { get; set; }
    public string? Grade { get; set; }
    public DateOnly Entry { get; set; }
    public bool IsStudent { get; set; }
}

/// <summary>
/// Joins the associations of students with districts and schools: a student may have several, at the school, the district or both, and they are united as Ed-Fi's own
/// OneRoster service does (any Hispanic = true wins, races are united).
/// </summary>
internal sealed class StudentIndex
{
    const string Associations = "studentEducationOrganizationAssociations";
    const string Enrollments = "studentSchoolAssociations";

    readonly Dictionary<string, AboutStudent> students = new(StringComparer.Ordinal);

    public AboutStudent? Find(string? student) => student is null ? null : students.GetValueOrDefault(student);

    /// <summary>Students in the order of their first line.</summary>
    public IEnumerable<(string Student, AboutStudent About)> All => students.Select(s => (s.Key, s.Value)).OrderBy(s => s.Value.Line);

    public static StudentIndex Of(EdFiFeed feed)
    {
        var index = new StudentIndex();
        foreach (var (item, _) in feed.Items("students"))
            if (item["studentUniqueId"] is { } student)
                (index.Get(student).BirthDate, index.Get(student).IsStudent) = (item.Date("birthDate"), true);
        foreach (var (item, line) in feed.Items(Associations))
            if (item.Part("studentReference")["studentUniqueId"] is { } student)
                Unite(index.Get(student), item, line, feed);
        foreach (var (item, line) in feed.Items(Enrollments))
            if (item.Part("studentReference")["studentUniqueId"] is { } student)
                Enroll(index.Get(student), item, line, feed);
        return index;
    }

    AboutStudent Get(string student)
    {
        if (!students.TryGetValue(student, out var about))
            students.Add(student, about = new());
        return about;
    }

    static void Unite(AboutStudent about, EdFiItem item, int line, EdFiFeed feed)
    {
        if (about.Line == 0)
            (about.Line, about.Organization) = (line, item.Part("educationOrganizationReference")["educationOrganizationId"]);
        about.Sex ??= Meaning(DescriptorMaps.Sex, item["sexDescriptor"], "sexDescriptor");
        if (item["hispanicLatinoEthnicity"] is { } hispanic)
            about.Hispanic = about.Hispanic == true || hispanic == "true";
        foreach (var race in item.List("races"))
            switch (Meaning(DescriptorMaps.Race, race["raceDescriptor"], "races.raceDescriptor"))
            {
                case DescriptorMaps.Hispanic:
                    about.Hispanic = true;
                    break;
                case { } named:
                    (about.Races ??= new(StringComparer.Ordinal)).Add(named);
                    break;
            }
        foreach (var stay in Characteristics(item, line, Meaning).Concat(Proficiency(item, line, Meaning)))
            if (!(about.Stays ??= []).Exists(known => known.Program == stay.Program && known.Begin == stay.Begin))
                about.Stays.Add(stay);
        Identify(about, item, line, feed);

        string? Meaning(DescriptorMap map, string? raw, string column) => feed.Meaning(map, raw, Associations, line, column) is { Length: > 0 } meaning ? meaning : null;
    }

    static IEnumerable<Stay> Characteristics(EdFiItem item, int line, Func<DescriptorMap, string?, string, string?> meaning)
    {
        foreach (var characteristic in item.List("studentCharacteristics"))
            if (meaning(DescriptorMaps.Characteristic, characteristic["studentCharacteristicDescriptor"], "studentCharacteristics.studentCharacteristicDescriptor") is { } program)
                foreach (var stay in Periods(program, characteristic, line))
                    yield return stay;
        foreach (var indicator in item.List("studentIndicators"))
            // Indicators are words of the district's own: those that name a program count, with a plain yes
            if (indicator["indicatorName"] is { } name && DescriptorMaps.Characteristic.Exact(Descriptor.Fold(name)) is { Length: > 0 } program
                && indicator["indicator"]?.ToUpperInvariant() is "YES" or "Y" or "TRUE" or "1")
                foreach (var stay in Periods(program, indicator, line))
                    yield return stay;
    }

    static IEnumerable<Stay> Proficiency(EdFiItem item, int line, Func<DescriptorMap, string?, string, string?> meaning) =>
        meaning(DescriptorMaps.EnglishProficiency, item["limitedEnglishProficiencyDescriptor"], "limitedEnglishProficiencyDescriptor") == "yes" ? [new("englishLearner", null, null, null, line)] : [];

    static IEnumerable<Stay> Periods(string program, EdFiItem item, int line)
    {
        var any = false;
        foreach (var period in item.List("periods"))
        {
            any = true;
            yield return new(program, period["beginDate"], period.DayAfter("endDate"), null, line);
        }
        if (!any)
            yield return new(program, null, null, null, line);
    }

    static void Identify(AboutStudent about, EdFiItem item, int line, EdFiFeed feed)
    {
        foreach (var code in item.List("studentIdentificationCodes"))
            if (code["identificationCode"] is { } value && code["studentIdentificationSystemDescriptor"] is { } system)
            {
                var named = Descriptor.Fold(Descriptor.Code(system));
                if (named.Contains("ssn", StringComparison.Ordinal) || named.Contains("socialsecurity", StringComparison.Ordinal))
                    feed.Findings.Add(EdFiFeed.FileOf(Associations), line, "studentIdentificationCodes", "ssn.column-dropped");
                else if (named is "state" or "district" or "local" or "school" && value.AsSpan().IndexOfAny("{},:") < 0)
                {
                    var id = $"{{{(named == "school" ? "local" : named)}:{value}}}";
                    if (about.UserIds?.Contains(id, StringComparison.Ordinal) != true)
                        about.UserIds = about.UserIds is null ? id : $"{about.UserIds},{id}";
                }
            }
    }

    /// <summary>The latest entry gives school and grade; of two on one day the primary school comes first.</summary>
    static void Enroll(AboutStudent about, EdFiItem item, int line, EdFiFeed feed)
    {
        if (item.Part("schoolReference")["schoolId"] is not { } school || item.Date("entryDate") is not { } entry || entry < about.Entry)
            return;
        var grade = feed.Meaning(DescriptorMaps.Grade, item["entryGradeLevelDescriptor"], Enrollments, line, "entryGradeLevelDescriptor");
        if (entry > about.Entry || about.Schools is null)
            (about.Schools, about.Grade, about.Entry) = (school, grade, entry);
        else if (!about.Schools.Split(',').Contains(school))
            (about.Schools, about.Grade) = item["primarySchool"] == "true" ? ($"{school},{about.Schools}", grade ?? about.Grade) : ($"{about.Schools},{school}", about.Grade ?? grade);
    }
}
