using System.Text.Json.Nodes;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Privacy;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Discipline;
using EquityPlatform.Ingestion.EdFi.Connector;
using EquityPlatform.Ingestion.Erasure;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Learning;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Quality;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.SetAside;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Staffing;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.Ingestion.Supports;
using EquityPlatform.Ingestion.Surveys;
using EquityPlatform.ServiceHost;
using Published = EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Ingestion;

/// <summary>Domain events to public contracts. Hashes and salts stay inside; so do courses, classes, section enrolments and staff.</summary>
internal static class Publishing
{
    public static EventTypes Events() => new EventTypes()
        .Add<FeedReceived>("feed-received/1")
        .Add<FeedRejected>("feed-rejected/1")
        .Add<FeedHeld>("feed-held/1")
        .Add<FeedReleased>("feed-released/2").Upgrade("feed-released/1", WithoutLinks)
        .Add<FeedRefused>("feed-refused/1")
        .Add<FeedStopped>("feed-stopped/1")
        .Add<FeedTriedAgain>("feed-tried-again/1")
        .Add<FeedGivenUp>("feed-given-up/1")
        .Add<FeedApplied>("feed-applied/2").Upgrade("feed-applied/1", WithoutParked)
        .Add<RowCorrected>("row-corrected/1")
        .Add<RecordRemoved>("record-removed/1")
        .Add<OrganizationRecorded>("organization-recorded/1")
        .Add<SessionRecorded>("session-recorded/1")
        .Add<CourseRecorded>("course-recorded/1")
        .Add<ClassRecorded>("class-recorded/1")
        .Add<CalendarDayRecorded>("calendar-day-recorded/2").Upgrade("calendar-day-recorded/1", OfWholeDays)
        .Add<AttendanceCoverageDeclared>("attendance-coverage-declared/1")
        .Add<StudentRecorded>("student-recorded/1")
        .Add<StudentIdentityRecorded>(StudentIdentityRecorded.Type)
        .Add<StudentBirthDateRecorded>(StudentBirthDateRecorded.Type)
        .Add<StudentIdentifierRecorded>(StudentIdentifierRecorded.Type)
        .Add<StudentIdentitiesMerged>("student-identities-merged/1")
        .Add<PersonRecorded>("person-recorded/1")
        .Add<StudentDemographicsRecorded>("student-demographics-recorded/1")
        .Add<StudentProgramRecorded>("student-program-recorded/2").Upgrade("student-program-recorded/1", AsItWas)
        .Add<SectionEnrollmentRecorded>("section-enrollment-recorded/1")
        .Add<SchoolEnrollmentDerived>("school-enrollment-derived/1")
        .Add<AttendanceRecorded>("attendance-recorded/1")
        .Add<PeriodAttendanceRecorded>("period-attendance-recorded/1")
        .Add<SchoolEnrollmentStated>("school-enrollment-stated/1")
        .Add<EnrollmentStated>("enrollment-stated/1")
        .Add<StaffRecorded>("staff-recorded/1")
        .Add<StaffAssignmentRecorded>("staff-assignment-recorded/1")
        .Add<DisciplineIncidentRecorded>("discipline-incident-recorded/1")
        .Add<DisciplineInvolvementRecorded>("discipline-involvement-recorded/1")
        .Add<DisciplineActionRecorded>("discipline-action-recorded/1")
        .Add<AssessmentResultRecorded>("assessment-result-recorded/1")
        .Add<LineItemRecorded>("line-item-recorded/1")
        .Add<GradeRecorded>("grade-recorded/1")
        .Add<TranscriptCourseRecorded>("transcript-course-recorded/1")
        .Add<SurveyAnswerRecorded>("survey-answer-recorded/1")
        .Add<ExternalInterventionRecorded>("external-intervention-recorded/1")
        .Add<InterventionParticipationRecorded>("intervention-participation-recorded/1")
        .Add<MappingSaved>("mapping-saved/1")
        .Add<SourceRulesSaved>("source-rules-saved/3").Upgrade("source-rules-saved/2", AsItWas).Upgrade("source-rules-saved/1", AsItWas)
        .Add<QualityFindingAssigned>("quality-finding-assigned/1")
        .Add<EdFiSourceConfigured>(EdFiSourceConfigured.Type)
        .Add<ErasureRecorded>("erasure-recorded/1")
        .Add<StudentErased>("student-erased/1")
        .Add<ErasureCompleted>("erasure-completed/1");

    /// <summary>Before rows could wait and records go, there were none.</summary>
    static JsonObject WithoutParked(JsonObject applied)
    {
        foreach (var counts in new[] { applied["total"] }.Concat(applied["files"]!.AsArray().Select(f => f!["counts"])))
            (counts!["parked"], counts["removed"]) = (0, 0);
        return applied;
    }

    /// <summary>Before ids could be linked, none were.</summary>
    static JsonObject WithoutLinks(JsonObject released)
    {
        released["relink"] = false;
        return released;
    }

    /// <summary>A day of school was a whole one.</summary>
    static JsonObject OfWholeDays(JsonObject day)
    {
        day["weight"] = (string?)day["kind"] == Calendar.Off ? 0 : Amounts.One;
        return day;
    }

    /// <summary>What came later may be missing.</summary>
    static JsonObject AsItWas(JsonObject before) => before;

    public static PublishedContract? Map(RecordedEvent recorded) => recorded.Type switch
    {
        // Most events of a feed are section enrolments; they are not even read
        "section-enrollment-recorded/1" or "class-recorded/1" or "course-recorded/1" or "line-item-recorded/1" or "period-attendance-recorded/1" => null,
        // Who a student is never leaves this way
        StudentIdentityRecorded.Type or StudentBirthDateRecorded.Type or StudentIdentifierRecorded.Type => null,
        StudentDataDisclosed.Type or StudentDataDenied.Type => null,
        _ => Map(recorded.Data),
    };

    static PublishedContract? Map(object happened) => happened switch
    {
        OrganizationRecorded o => new(Published.OrganizationRecorded.Type, new Published.OrganizationRecorded(o.OrgId, o.Kind, o.Name, o.ParentOrgId, o.NcesId)),
        SessionRecorded s => new(Published.SessionRecorded.Type, new Published.SessionRecorded(s.SessionId, s.Title, s.Kind, s.StartDate, s.EndDate, s.ParentSessionId, s.SchoolYear, s.InstructionalDays)),
        CalendarDayRecorded c => new(Published.CalendarDayRecorded.Type, new Published.CalendarDayRecorded(c.SchoolId, c.Date, c.Kind, c.Weight)),
        AttendanceCoverageDeclared c => new(Published.AttendanceCoverageDeclared.Type, new Published.AttendanceCoverageDeclared(c.Mode, c.From, c.To, c.Derived)),
        StudentDemographicsRecorded d => new(Published.StudentDemographicsRecorded.Type, new Published.StudentDemographicsRecorded(d.StudentKey, d.Sex, d.Hispanic, d.Races, d.RaceEthnicity, d.Scheme)),
        StudentProgramRecorded p => new(Published.StudentProgramRecorded.Type, new Published.StudentProgramRecorded(p.StudentKey, p.Program, p.Participates, p.BeginDate, p.EndDate)),
        SchoolEnrollmentDerived e => new(Published.SchoolEnrollmentRecorded.Type, new Published.SchoolEnrollmentRecorded(e.StudentKey, e.SchoolId, e.SchoolYear, e.EntryDate, e.ExitDate, e.Grade, Derived: true,
            [.. e.Rows.Select(r => new RowOrigin(r.Feed, r.File, r.Row))], e.Withdrawn)),
        AttendanceRecorded a => new(Published.AttendanceRecorded.Type, new Published.AttendanceRecorded(a.StudentKey, a.SchoolId, a.SchoolYear, a.Date, a.Category, a.AbsentPortion)),
        StaffRecorded s => new(Published.StaffRecorded.Type, new Published.StaffRecorded(s.StaffKey, s.Sex, s.Hispanic, s.Races, s.RaceEthnicity, s.Scheme)),
        StaffAssignmentRecorded a => new(Published.StaffAssignmentRecorded.Type, new Published.StaffAssignmentRecorded(a.StaffKey, a.OrgId, a.Role, a.BeginDate, a.EndDate, a.Fte, a.SectionId)),
        DisciplineIncidentRecorded i => new(Published.DisciplineIncidentRecorded.Type, new Published.DisciplineIncidentRecorded(i.SchoolId, i.IncidentId, i.SchoolYear, i.Date, i.Location, i.LawEnforcement)),
        DisciplineInvolvementRecorded i => new(Published.DisciplineInvolvementRecorded.Type,
            new Published.DisciplineInvolvementRecorded(i.StudentKey, i.SchoolId, i.IncidentId, i.SchoolYear, i.Date, i.Role, i.Behavior)),
        DisciplineActionRecorded a => new(Published.DisciplineActionRecorded.Type,
            new Published.DisciplineActionRecorded(a.StudentKey, a.ActionId, a.SchoolId, a.SchoolYear, a.Date, a.Kind, a.Days, a.IncidentIds)),
        AssessmentResultRecorded a => new(Published.AssessmentResultRecorded.Type, new Published.AssessmentResultRecorded(a.StudentKey, a.AssessmentId, a.Subject, a.SchoolYear, a.Date, a.Grade, a.Scale, a.Result, a.Numeric,
            a.PerformanceLevel, a.Met, a.Accommodated, a.NotTestedReason)),
        GradeRecorded g => new(Published.GradeRecorded.Type, new Published.GradeRecorded(g.StudentKey, g.CourseId, g.SectionId, g.SchoolId, g.SchoolYear, g.Term, g.Item, g.Date, g.Letter, g.Numeric,
            g.AttemptedCredits, g.EarnedCredits, g.Result)),
        TranscriptCourseRecorded t => new(Published.TranscriptCourseRecorded.Type, new Published.TranscriptCourseRecorded(t.StudentKey, t.CourseId, t.SchoolYear, t.Term, t.Letter, t.Numeric,
            t.AttemptedCredits, t.EarnedCredits, t.Result, t.Level)),
        SurveyAnswerRecorded s => new(Published.SurveyAnswerRecorded.Type, new Published.SurveyAnswerRecorded(s.SurveyId, s.ResponseId, s.StudentKey, s.SchoolId, s.SchoolYear, s.Date, s.QuestionCode, s.Numeric)),
        ExternalInterventionRecorded i => new(Published.ExternalInterventionRecorded.Type, new Published.ExternalInterventionRecorded(i.InterventionId, i.OrgId, i.Class, i.Delivery, i.TargetGroup,
            i.MinDosage, i.MaxDosage, i.BeginDate, i.EndDate)),
        InterventionParticipationRecorded p => new(Published.InterventionParticipationRecorded.Type,
            new Published.InterventionParticipationRecorded(p.StudentKey, p.InterventionId, p.SchoolYear, p.Dosage, p.Date, p.Effect)),
        // Names and roles of persons stay inside, so their going does, too
        RecordRemoved { PersonKey: null, Kind: not ("person" or "identity" or "birthDate" or "sectionEnrollment" or "class" or "course" or "periodAttendance") } r =>
            new(Published.RecordRemoved.Type, new Published.RecordRemoved(r.Kind, r.Cause, r.StudentKey, r.RecordId, r.SchoolId, r.SchoolYear, r.Date, r.Program)),
        SchoolEnrollmentStated e => new(Published.SchoolEnrollmentRecorded.Type, new Published.SchoolEnrollmentRecorded(e.StudentKey, e.SchoolId, e.SchoolYear, e.EntryDate, e.ExitDate, e.Grade, Derived: false,
            [.. e.Rows.Select(r => new RowOrigin(r.Feed, r.File, r.Row))])),
        // Only now: nothing about the student follows in this log
        StudentErased e => new(StudentErasureRequested.Type, new StudentErasureRequested(e.ErasureId, e.StudentKey)),
        FeedApplied f => new(Published.FeedApplied.Type, new Published.FeedApplied(f.FeedId, f.Total.Read, f.Total.Accepted, f.Total.Unchanged, f.Total.Quarantined, f.Total.WouldDelete, f.Total.Parked, f.Total.Removed)),
        _ => null,
    };
}
