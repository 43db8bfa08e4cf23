namespace EquityPlatform.Ingestion.EdFi;

/// <summary>An incident, as the rows of those involved repeat it.</summary>
internal sealed record Incident(string? Date, string? Location, string? Police, string? Behavior);

/// <summary>An assessment's subject, and its levels.</summary>
internal sealed record AssessmentFacts(string? Subject);

/// <summary>A response to a survey.</summary>
internal sealed record Response(string? Date, string? Student, string? School);

/// <summary>Groups of a member of staff.</summary>
internal sealed record StaffGroups(string? Sex, string? Hispanic, IReadOnlySet<string> Races);

/// <summary>Smaller resources that others are joined with, each read when first asked for.</summary>
internal sealed class Lookups(EdFiFeed feed)
{
    Dictionary<string, Incident>? incidents;
    Dictionary<string, AssessmentFacts>? assessments;
    Dictionary<string, Response>? responses;
    Dictionary<string, StaffGroups>? staff;
    HashSet<string>? involved;
    Dictionary<(string School, string Date), (string Kind, int Line)>? days;
    HashSet<string>? schools;

    public Incident? Incident(EdFiItem key) => (incidents ??= ReadIncidents()).GetValueOrDefault(Key(key["schoolId"], key["incidentIdentifier"]));

    public AssessmentFacts? Assessment(EdFiItem key) => (assessments ??= ReadAssessments()).GetValueOrDefault(Key(key["namespace"], key["assessmentIdentifier"]));

    public Response? Response(EdFiItem key) => (responses ??= ReadResponses()).GetValueOrDefault(Key(key["namespace"], key["surveyIdentifier"], key["surveyResponseIdentifier"]));

    public StaffGroups? Staff(string? id) => id is null ? null : (staff ??= ReadStaff()).GetValueOrDefault(id);

    /// <summary>True if an association names a student of the incident; then the incident needs no row of its own.</summary>
    public bool HasStudents(string? school, string? incident)
    {
        if (involved is null)
        {
            involved = new(StringComparer.Ordinal);
            foreach (var resource in DisciplineRows.Associations)
                foreach (var (item, _) in feed.Items(resource))
                    involved.Add(Key(item.Part("disciplineIncidentReference")["schoolId"], item.Part("disciplineIncidentReference")["incidentIdentifier"]));
        }
        return involved.Contains(Key(school, incident));
    }

    /// <summary>Kind of a school's day over all its calendars (a school may have one for each grade), and the line that says so: a day in session in one of them is a day in session.</summary>
    public (string Kind, int Line)? Day(string? school, string? date)
    {
        days ??= ReadDays();
        return school is not null && date is not null && days.TryGetValue((school, date), out var day) ? day : null;
    }

    public bool IsSchool(string? id)
    {
        schools ??= [.. feed.Items("schools").Select(s => s.Item["schoolId"]).OfType<string>()];
        return id is not null && schools.Contains(id);
    }

    Dictionary<string, Incident> ReadIncidents()
    {
        var found = new Dictionary<string, Incident>(StringComparer.Ordinal);
        foreach (var (item, _) in feed.Items("disciplineIncidents"))
            found[Key(item.Part("schoolReference")["schoolId"], item["incidentIdentifier"])] = new(item["incidentDate"], CodeOf(item["incidentLocationDescriptor"]), item["reportedToLawEnforcement"],
                item.List("behaviors").Select(b => CodeOf(b["behaviorDescriptor"])).FirstOrDefault());
        return found;
    }

    Dictionary<string, AssessmentFacts> ReadAssessments()
    {
        var found = new Dictionary<string, AssessmentFacts>(StringComparer.Ordinal);
        foreach (var (item, _) in feed.Items("assessments"))
            found[Key(item["namespace"], item["assessmentIdentifier"])] = new(item.List("academicSubjects").Select(s => CodeOf(s["academicSubjectDescriptor"])).FirstOrDefault());
        return found;
    }

    Dictionary<string, Response> ReadResponses()
    {
        var owners = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (item, _) in feed.Items("surveys"))
            owners[Key(item["namespace"], item["surveyIdentifier"])] = item.Part("educationOrganizationReference")["educationOrganizationId"] ?? item.Part("sessionReference")["schoolId"];
        var found = new Dictionary<string, Response>(StringComparer.Ordinal);
        foreach (var (item, _) in feed.Items("surveyResponses"))
        {
            var survey = item.Part("surveyReference");
            found[Key(survey["namespace"], survey["surveyIdentifier"], item["surveyResponseIdentifier"])] = new(item["responseDate"], item.Part("studentReference")["studentUniqueId"],
                owners.GetValueOrDefault(Key(survey["namespace"], survey["surveyIdentifier"])));
        }
        return found;
    }

    Dictionary<string, StaffGroups> ReadStaff()
    {
        var found = new Dictionary<string, StaffGroups>(StringComparer.Ordinal);
        foreach (var (item, line) in feed.Items("staffs"))
            if (item["staffUniqueId"] is { } id)
            {
                var races = item.List("races").Select(r => feed.Meaning(DescriptorMaps.Race, r["raceDescriptor"], "staffs", line, "races.raceDescriptor")).Where(r => r is { Length: > 0 }).Select(r => r!).ToHashSet(StringComparer.Ordinal);
                var hispanic = races.Remove(DescriptorMaps.Hispanic) ? "true" : item["hispanicLatinoEthnicity"];
                found[id] = new(feed.Meaning(DescriptorMaps.Sex, item["sexDescriptor"], "staffs", line, "sexDescriptor") is { Length: > 0 } sex ? sex : null, hispanic, races);
            }
        return found;
    }

    Dictionary<(string, string), (string, int)> ReadDays()
    {
        var found = new Dictionary<(string, string), (string Kind, int Line)>();
        foreach (var (item, line) in feed.Items("calendarDates"))
            if (item.Part("calendarReference")["schoolId"] is { } school && item["date"] is { } date)
            {
                var kinds = item.List("calendarEvents").Select(e => feed.Meaning(DescriptorMaps.CalendarEvent, e["calendarEventDescriptor"], "calendarDates", line, "calendarEvents.calendarEventDescriptor")).ToList();
                var kind = kinds.Contains("makeup") ? "makeup" : kinds.Contains("instructional") ? "instructional" : "nonInstructional";
                if (!found.TryGetValue((school, date), out var seen) || (seen.Kind == "nonInstructional" && kind != "nonInstructional"))
                    found[(school, date)] = (kind, line);
            }
        return found;
    }

    public static string? CodeOf(string? descriptor) => descriptor is null ? null : Descriptor.Code(descriptor);

    static string Key(params ReadOnlySpan<string?> parts) => string.Join('\u001f', parts!);
}
