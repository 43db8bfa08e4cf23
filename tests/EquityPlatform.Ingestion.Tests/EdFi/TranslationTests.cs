using EquityPlatform.Ingestion.EdFi;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Tests.EdFi;

public sealed class TranslationTests
{
    const string Incident = """{"incidentIdentifier":"7","incidentDate":"2025-10-01","schoolReference":{"schoolId":5},"reportedToLawEnforcement":true,"incidentLocationDescriptor":"uri://ed-fi.org/IncidentLocationDescriptor#Classroom","reporterName":"Secret, Person","behaviors":[{"behaviorDescriptor":"uri://ed-fi.org/BehaviorDescriptor#Fighting"}]}""";
    const string Of = """ "disciplineIncidentReference":{"incidentIdentifier":"7","schoolId":5} """;
    const string IncidentColumns = "incidentId schoolSourcedId date behavior userSourcedId role lawEnforcement location";

    static string Student(string id) => $$""" "studentReference":{"studentUniqueId":"{{id}}"} """;

    static string Code(string name, string code) => $$"""{"{{name}}Descriptor":"uri://ed-fi.org/{{name}}Descriptor#{{code}}"}""";

    [Fact]
    public void Offenders_and_others_of_data_standard_5_are_told_apart_by_their_code()
    {
        var items = Items.Given("disciplineIncidents", Incident, """{"incidentIdentifier":"8","incidentDate":"2025-10-02","schoolReference":{"schoolId":5}}""")
            .And("studentDisciplineIncidentBehaviorAssociations", $$"""{ {{Student("1")}},{{Of}},"behaviorDescriptor":"uri://ed-fi.org/BehaviorDescriptor#Vandalism"}""")
            .And("studentDisciplineIncidentNonOffenderAssociations", $$"""{ {{Student("2")}},{{Of}},"disciplineIncidentParticipationCodes":[{{Code("disciplineIncidentParticipationCode", "Victim")}}]}""");
        items.Rows(FileSpecs.Incidents, IncidentColumns).ShouldBe(["8|5|2025-10-02|Not stated||||", "7|5|2025-10-01|Vandalism|1|offender|true|Classroom", "7|5|2025-10-01|Fighting|2|victim|true|Classroom"]);
        items.Tables.SelectMany(t => t.Rows).SelectMany(r => Enumerable.Range(0, FileSpecs.Incidents.Columns.Count).Select(c => r[c])).ShouldAllBe(v => v == null || !v.Contains("Secret"));
    }

    [Fact]
    public void Data_standard_4_names_all_of_them_in_one_association()
    {
        var items = Items.Given("disciplineIncidents", Incident).And("studentDisciplineIncidentAssociations",
            $$"""{ {{Student("1")}},{{Of}},"studentParticipationCodeDescriptor":"uri://ed-fi.org/StudentParticipationCodeDescriptor#Perpetrator","behaviors":[{{Code("behavior", "Fighting")}},{{Code("behavior", "Theft")}}]}""",
            $$"""{ {{Student("2")}},{{Of}},"studentParticipationCodeDescriptor":"uri://ed-fi.org/StudentParticipationCodeDescriptor#Witness"}""");
        items.Rows(FileSpecs.Incidents, "behavior userSourcedId role").ShouldBe(["Fighting|1|offender", "Theft|1|offender", "Fighting|2|witness"]);
        Items.Given("disciplineActions", $$"""{"disciplineActionIdentifier":"a1","disciplineDate":"2025-10-03",{{Student("1")}},"disciplines":[{{Code("discipline", "Out of School Suspension")}},{{Code("discipline", "Community Service")}}],"actualDisciplineActionLength":2.5,"disciplineActionLength":3,"studentDisciplineIncidentAssociations":[{"studentDisciplineIncidentAssociationReference":{"incidentIdentifier":"7","schoolId":5,"studentUniqueId":"1"} }]}""")
            .Rows(FileSpecs.Actions, "actionId userSourcedId date kind days incidentIds").ShouldBe(["a1|1|2025-10-03|oss|2.5|7"]);
    }

    [Fact]
    public void An_association_whose_incident_is_not_there_is_set_aside()
    {
        var items = Items.Given("disciplineIncidents").And("studentDisciplineIncidentBehaviorAssociations", $$"""{ {{Student("1")}},{{Of}},"behaviorDescriptor":"uri://x/BehaviorDescriptor#Theft"}""");
        items.Rows(FileSpecs.Incidents, "incidentId userSourcedId").ShouldBe(["(7|1)"]);
        items.Codes.ShouldBe(["edfi.incident-missing"]);
    }

    [Fact]
    public void Attendance_keeps_the_part_of_the_day_and_periods_are_periods()
    {
        static string Event(string code, string more = "") => $$"""{ {{Student("1")}},"schoolReference":{"schoolId":5},"eventDate":"2025-09-02","attendanceEventCategoryDescriptor":"uri://ed-fi.org/AttendanceEventCategoryDescriptor#{{code}}"{{more}}}""";
        Items.Given("studentSchoolAttendanceEvents", Event("Excused Absence"), Event("Unexcused Absence", ""","eventDuration":0.333333"""), Event("Tardy", ""","arrivalTime":"09:10:00" """), Event("In Attendance", ""","eventDuration":1"""))
            .Rows(FileSpecs.Attendance, "scope category portion").ShouldBe(["day|absentExcused|", "day|absentUnexcused|0.3333", "day|tardy|", "day|present|"]);
        Items.Given("studentSectionAttendanceEvents",
                $$"""{ {{Student("1")}},"sectionReference":{"schoolId":5,"localCourseCode":"ALG","sectionIdentifier":"s1"},"eventDate":"2025-09-02","attendanceEventCategoryDescriptor":"uri://ed-fi.org/AttendanceEventCategoryDescriptor#Tardy","classPeriods":[{"classPeriodReference":{"classPeriodName":"1st","schoolId":5} },{"classPeriodReference":{"classPeriodName":"2nd","schoolId":5} }]}""")
            .Rows(FileSpecs.Attendance, "schoolSourcedId scope category period").ShouldBe(["5|period|tardy|1st", "5|period|tardy|2nd"]);
    }

    [Fact]
    public void Sessions_give_the_school_year_its_span_and_days()
    {
        static string Session(int school, string name, string from, string to) => $$"""{"sessionName":"{{name}}","schoolReference":{"schoolId":{{school}}},"schoolYearTypeReference":{"schoolYear":2026},"beginDate":"{{from}}","endDate":"{{to}}","termDescriptor":"uri://ed-fi.org/TermDescriptor#Fall Semester","totalInstructionalDays":81}""";
        var items = Items.Given("sessions", Session(5, "Fall", "2025-08-20", "2025-12-17"), Session(6, "Spring, late", "2026-01-05", "2026-05-28"));
        items.Rows(FileSpecs.Sessions, "sourcedId type startDate endDate parentSourcedId schoolYear").ShouldBe([
            "sy-2026|schoolYear|2025-08-20|2026-05-29||2026", "5/2026/Fall|semester|2025-08-20|2025-12-18|sy-2026|2026", "6/2026/Spring  late|semester|2026-01-05|2026-05-29|sy-2026|2026"]);
        items.Rows(FileSpecs.Declarations, "propertyName value")[0].ShouldBe("session.5/2026/Fall.instructionalDays|81");
    }

    [Fact]
    public void A_day_in_session_in_one_calendar_of_a_school_is_a_day_in_session()
    {
        static string Day(string calendar, string code) => $$"""{"date":"2025-09-01","calendarReference":{"calendarCode":"{{calendar}}","schoolId":5,"schoolYear":2026},"calendarEvents":[{{Code("calendarEvent", code)}}]}""";
        Items.Given("calendarDates", Day("K", "Holiday"), Day("6", "Instructional day"), Day("9", "Holiday")).Rows(FileSpecs.Calendar, "schoolSourcedId date kind").ShouldBe(["5|2025-09-01|instructional"]);
    }

    [Fact]
    public void Every_score_is_a_row_and_a_level_goes_with_the_score_of_its_method()
    {
        static string Method(string m) => $""" "assessmentReportingMethodDescriptor":"uri://ed-fi.org/AssessmentReportingMethodDescriptor#{m}" """;
        var items = Items.Given("studentAssessments",
                $$"""{ {{Student("1")}},"assessmentReference":{"assessmentIdentifier":"SA-8","namespace":"uri://n"},"administrationDate":"2026-04-01T16:00:00","whenAssessedGradeLevelDescriptor":"uri://ed-fi.org/GradeLevelDescriptor#Eighth grade","scoreResults":[{ {{Method("Raw score")}},"result":"28"},{ {{Method("Lexile")}},"result":"BR400L"}],"performanceLevels":[{ {{Method("Raw score")}},"performanceLevelDescriptor":"uri://ed-fi.org/PerformanceLevelDescriptor#Did Not Meet Standard"}]}""",
                $$"""{ {{Student("2")}},"assessmentReference":{"assessmentIdentifier":"SA-8","namespace":"uri://n"},"administrationDate":"2026-04-01","reasonNotTestedDescriptor":"uri://ed-fi.org/ReasonNotTestedDescriptor#Absent","accommodations":[{}]}""")
            .And("assessments", """{"assessmentIdentifier":"SA-8","namespace":"uri://n","academicSubjects":[{"academicSubjectDescriptor":"uri://ed-fi.org/AcademicSubjectDescriptor#Mathematics"}]}""");
        items.Rows(FileSpecs.Assessments, "userSourcedId assessmentId subject date grade scale result performanceLevel met accommodated notTestedReason").ShouldBe([
            "1|SA-8|Mathematics|2026-04-01|08|Raw score|28|Did Not Meet Standard|false||", "1|SA-8|Mathematics|2026-04-01|08|Lexile|BR400L||||", "2|SA-8|Mathematics|2026-04-01||||||true|Absent"]);
    }

    [Fact]
    public void Marks_and_finished_courses_find_their_course()
    {
        const string section = """ "studentSectionAssociationReference":{"studentUniqueId":"1","schoolId":5,"schoolYear":2026,"sessionName":"Fall","localCourseCode":"ALG-L","sectionIdentifier":"s1","beginDate":"2025-08-20"} """;
        Items.Given("grades", $$"""{ {{section}},"gradeTypeDescriptor":"uri://ed-fi.org/GradeTypeDescriptor#Semester","gradingPeriodReference":{"gradingPeriodName":"P1","schoolId":5,"schoolYear":2026},"numericGradeEarned":83.5,"letterGradeEarned":"B"}""")
            .And("courseOfferings", """{"localCourseCode":"ALG-L","schoolReference":{"schoolId":5},"sessionReference":{"schoolId":5,"schoolYear":2026,"sessionName":"Fall"},"courseReference":{"courseCode":"ALG-1","educationOrganizationId":255}}""")
            .Rows(FileSpecs.Grades, "userSourcedId courseId schoolYear term letter numeric sectionSourcedId").ShouldBe(["1|255/ALG-1|2026|P1: Semester|B|83.5|5/2026/Fall/ALG-L/s1"]);
        Items.Given("courseTranscripts", """{"studentAcademicRecordReference":{"studentUniqueId":"1","educationOrganizationId":255,"schoolYear":2026,"termDescriptor":"uri://ed-fi.org/TermDescriptor#Fall Semester"},"courseReference":{"courseCode":"ALG-1","educationOrganizationId":255},"courseAttemptResultDescriptor":"uri://ed-fi.org/CourseAttemptResultDescriptor#Pass","attemptedCredits":1.0,"earnedCredits":1,"finalLetterGradeEarned":"A"}""")
            .Rows(FileSpecs.Transcripts, "userSourcedId courseId schoolYear term letter attemptedCredits earnedCredits result").ShouldBe(["1|255/ALG-1|2026|Fall Semester|A|1|1|Pass"]);
    }

    [Fact]
    public void Answers_of_surveys_carry_no_name_and_no_text()
    {
        const string key = """ "surveyResponseReference":{"surveyIdentifier":"S","surveyResponseIdentifier":"r1","namespace":"uri://n"},"surveyQuestionReference":{"questionCode":"Q1","surveyIdentifier":"S","namespace":"uri://n"} """;
        Items.Given("surveys", """{"surveyIdentifier":"S","namespace":"uri://n","educationOrganizationReference":{"educationOrganizationId":5}}""")
            .And("surveyResponses", """{"surveyResponseIdentifier":"r1","surveyReference":{"surveyIdentifier":"S","namespace":"uri://n"},"responseDate":"2025-11-01","fullName":"Dave Hahn","electronicMailAddress":"d@example.com"}""")
            .And("surveyQuestionResponses", $$"""{ {{key}},"values":[{"surveyQuestionResponseValueIdentifier":1,"numericResponse":4,"textResponse":"Agree, says Dave"}]}""", $$"""{ {{key}},"noResponse":true}""")
            .Rows(FileSpecs.SurveyResponses, "surveyId responseId schoolSourcedId date userSourcedId questionCode numeric text").ShouldBe(["S|r1|5|2025-11-01||Q1|4|(given)"]);
    }

    [Fact]
    public void Staff_are_groups_and_work_without_names() => Items.Given("staffs", $$"""{"staffUniqueId":"9","firstName":"Barry","sexDescriptor":"uri://ed-fi.org/SexDescriptor#Male","hispanicLatinoEthnicity":false,"races":[{{Code("race", "White")}}]}""")
        .And("staffEducationOrganizationAssignmentAssociations", """{"staffReference":{"staffUniqueId":"9"},"educationOrganizationReference":{"educationOrganizationId":5},"staffClassificationDescriptor":"uri://ed-fi.org/StaffClassificationDescriptor#Teacher","beginDate":"2018-02-09","fullTimeEquivalency":0.5}""")
        .Rows(FileSpecs.Staffing, "staffSourcedId orgSourcedId role beginDate fte sex hispanicOrLatinoEthnicity white asian").ShouldBe(["9|5|teacher|2018-02-09|0.5|male|false|true|false"]);
}
