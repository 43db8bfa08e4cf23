namespace EquityPlatform.EdFiServer;

/// <summary>Natural keys of resources, flattened as deletes and key changes give them.</summary>
static class Identities
{
    static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["stateEducationAgencies"] = "stateEducationAgencyId",
        ["localEducationAgencies"] = "localEducationAgencyId",
        ["schools"] = "schoolId",
        ["students"] = "studentUniqueId",
        ["staffs"] = "staffUniqueId",
        ["sessions"] = "schoolId schoolYear sessionName",
        ["calendarDates"] = "calendarCode date schoolId schoolYear",
        ["courses"] = "courseCode educationOrganizationId",
        ["courseOfferings"] = "localCourseCode schoolId schoolYear sessionName",
        ["sections"] = "localCourseCode schoolId schoolYear sectionIdentifier sessionName",
        ["studentSectionAssociations"] = "beginDate localCourseCode schoolId schoolYear sectionIdentifier sessionName studentUniqueId",
        ["studentSchoolAssociations"] = "entryDate schoolId studentUniqueId",
        ["studentEducationOrganizationAssociations"] = "educationOrganizationId studentUniqueId",
        ["studentSchoolAttendanceEvents"] = "attendanceEventCategoryDescriptor eventDate schoolId schoolYear sessionName studentUniqueId",
        ["disciplineIncidents"] = "incidentIdentifier schoolId",
        ["studentDisciplineIncidentBehaviorAssociations"] = "behaviorDescriptor incidentIdentifier schoolId studentUniqueId",
        ["studentDisciplineIncidentNonOffenderAssociations"] = "incidentIdentifier schoolId studentUniqueId",
        ["disciplineActions"] = "disciplineActionIdentifier disciplineDate studentUniqueId",
        ["assessments"] = "assessmentIdentifier namespace",
        ["studentAssessments"] = "assessmentIdentifier namespace studentAssessmentIdentifier studentUniqueId",
        ["surveys"] = "namespace surveyIdentifier",
        ["surveyResponses"] = "namespace surveyIdentifier surveyResponseIdentifier",
        ["surveyQuestionResponses"] = "namespace questionCode surveyIdentifier surveyResponseIdentifier",
        ["staffEducationOrganizationAssignmentAssociations"] = "beginDate educationOrganizationId staffClassificationDescriptor staffUniqueId",
        ["interventions"] = "educationOrganizationId interventionIdentificationCode",
        ["studentInterventionAssociations"] = "educationOrganizationId interventionIdentificationCode studentUniqueId",
    };

    /// <summary>Names of the key's parts; program associations share theirs.</summary>
    public static IReadOnlyList<string> Of(string resource) =>
        Keys.TryGetValue(resource, out var keys) ? keys.Split(' ')
        : resource.EndsWith("ProgramAssociations", StringComparison.Ordinal) ? ["beginDate", "educationOrganizationId", "programName", "programTypeDescriptor", "studentUniqueId"]
        : ["id"];
}
