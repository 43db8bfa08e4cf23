namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>
/// Resources that are read together because one record comes of several items: if one changed, all items with the same <paramref name="CloseBy"/> are read, so that a feed of
/// changes says everything about those records and nothing has to be remembered of students between readings.
/// </summary>
/// <param name="CloseBy">Names of the properties that tie items together; empty where an item is a record by itself.</param>
/// <param name="Watch">A resource whose changes alone ask for other items (the course of a section, the subject of a result).</param>
/// <param name="References">Resources that are read in full beside, if anything of the group changed.</param>
/// <param name="Whole">Small: read in full if anything changed.</param>
internal sealed record Group(string Resources, string CloseBy = "", string? Watch = null, string References = "", bool Whole = false)
{
    public IReadOnlyList<string> Names { get; } = Resources.Split(' ');
    public IReadOnlyList<string> Keys { get; } = CloseBy.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    public IReadOnlyList<string> Beside { get; } = References.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Everything whose changes matter to the group.</summary>
    public IReadOnlyList<string> Watched => Watch is null ? Names : [.. Names, Watch];

    /// <summary>True if deletes of the resource do not tell which record is gone: then the group is read in full.</summary>
    public static bool DeletesAskForAll(string resource) => EdFiResources.Translations.Where(t => t.Resource == resource) is var translations && (!translations.Any() || translations.Any(t => t.Deleted is null && t.Spec != Rows.FileSpecs.Declarations && !IsSecondary(t)));

    /// <summary>Programs that come of a student's characteristics: the students' group states them anew.</summary>
    static bool IsSecondary(Translation translation) => translation is { Resource: ProgramRows.Associations } && translation.Spec == Rows.FileSpecs.Programs;

    public static readonly IReadOnlyList<Group> All =
    [
        new("stateEducationAgencies localEducationAgencies schools", Whole: true),
        new("sessions", Whole: true),
        new("calendarDates", Whole: true),
        new("courses"),
        new("sections", "localCourseCode schoolId schoolYear sessionName", "courseOfferings", "courseOfferings"),
        new("students studentEducationOrganizationAssociations studentSchoolAssociations", "studentUniqueId"),
        new("studentSectionAssociations"),
        .. ProgramRows.All.Where(program => program.Resource != ProgramRows.Associations).Select(program => new Group(program.Resource, "studentUniqueId", References: "schools")),
        new("studentSchoolAttendanceEvents", "eventDate"),
        new("studentSectionAttendanceEvents", "eventDate"),
        new("disciplineIncidents studentDisciplineIncidentBehaviorAssociations studentDisciplineIncidentNonOffenderAssociations studentDisciplineIncidentAssociations", "incidentIdentifier schoolId"),
        new("disciplineActions"),
        new("studentAssessments", "assessmentIdentifier namespace", "assessments", "assessments"),
        new("grades", References: "courseOfferings"),
        new("courseTranscripts"),
        new("surveys surveyResponses surveyQuestionResponses", "namespace surveyIdentifier"),
        new("staffs staffEducationOrganizationAssignmentAssociations staffSectionAssociations", "staffUniqueId"),
        new("interventions"),
        new("studentInterventionAssociations"),
        new("studentInterventionAttendanceEvents"),
    ];
}
