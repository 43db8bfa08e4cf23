using System.Text.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Indicators.Facts;

/// <summary>Which record goes into which table. The tables themselves: <c>Schema/001-facts.sql</c>.</summary>
internal static class FactTables
{
    /// <summary>Period of a program that states no begin.</summary>
    public static readonly DateOnly Undated = new(1, 1, 2);

    public static readonly FactTable<OrganizationRecorded> Organizations = new FactTable<OrganizationRecorded>("organizations", "org_id")
        .Text("org_id", r => r.OrgId).Text("kind", r => r.Kind).Text("name", r => r.Name)
        .Text("parent_org_id", r => r.ParentOrgId).Text("nces_id", r => r.NcesId);

    public static readonly FactTable<SessionRecorded> Sessions = new FactTable<SessionRecorded>("sessions", "session_id")
        .Text("session_id", r => r.SessionId).Text("title", r => r.Title).Text("kind", r => r.Kind)
        .Date("start_date", r => r.StartDate).Date("end_date", r => r.EndDate).Text("parent_session_id", r => r.ParentSessionId)
        .Int("school_year", r => r.SchoolYear).Int("instructional_days", r => r.InstructionalDays);

    public static readonly FactTable<CalendarDayRecorded> CalendarDays = new FactTable<CalendarDayRecorded>("calendar_days", "school_id", "day")
        .Text("school_id", r => r.SchoolId).Date("day", r => r.Date).Text("kind", r => r.Kind).Int("weight", r => r.Weight);

    // A later declaration from the same first day on replaces the earlier one: the year has gone on
    public static readonly FactTable<AttendanceCoverageDeclared> Coverage = new FactTable<AttendanceCoverageDeclared>("coverage_declarations", "from_date")
        .Date("from_date", r => r.From).Date("to_date", r => r.To).Text("mode", r => r.Mode).Bool("derived", r => r.Derived);

    public static readonly FactTable<StudentDemographicsRecorded> Demographics = new FactTable<StudentDemographicsRecorded>("demographics", "student_key")
        .Text("student_key", r => r.StudentKey).Text("sex", r => r.Sex)
        .Text("race_ethnicity", r => r.RaceEthnicity).Text("scheme", r => r.Scheme);

    public static readonly FactTable<StudentProgramRecorded> Programs = new FactTable<StudentProgramRecorded>("programs", "student_key", "program", "period")
        .Text("student_key", r => r.StudentKey).Text("program", r => r.Program).Bool("participates", r => r.Participates).Date("period", r => r.BeginDate ?? Undated)
        .Date("begin_date", r => r.BeginDate).Date("end_date", r => r.EndDate);

    public static readonly FactTable<SchoolEnrollmentRecorded> Enrollments = new FactTable<SchoolEnrollmentRecorded>("enrollments", "school_year", "student_key", "school_id")
        .Int("school_year", r => r.SchoolYear).Text("student_key", r => r.StudentKey).Text("school_id", r => r.SchoolId)
        .Date("entry_date", r => r.EntryDate).Date("exit_date", r => r.ExitDate).Text("grade", r => r.Grade)
        .Bool("derived", r => r.Derived).Bool("withdrawn", r => r.Withdrawn)
        .Json("rows", r => JsonSerializer.Serialize(r.Rows, EventTypes.Json));

    public static readonly FactTable<AttendanceRecorded> Attendance = new FactTable<AttendanceRecorded>("attendance", "school_year", "student_key", "school_id", "day")
        .Int("school_year", r => r.SchoolYear).Text("student_key", r => r.StudentKey).Text("school_id", r => r.SchoolId)
        .Date("day", r => r.Date).Text("category", r => r.Category).Int("absent_portion", r => r.AbsentPortion);
}
