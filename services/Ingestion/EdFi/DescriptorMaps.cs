namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Meanings of the codes that the data standards 4 and 5 ship with, and of common district codes. A source adds its own (manifest.json, <c>descriptors</c>).</summary>
internal static class DescriptorMaps
{
    public const string AmericanIndian = "americanIndianOrAlaskaNative", Asian = "asian", Black = "blackOrAfricanAmerican", PacificIslander = "nativeHawaiianOrOtherPacificIslander", White = "white",
        Hispanic = "hispanic", MiddleEastern = "middleEasternOrNorthAfrican";

    public static readonly DescriptorMap Race = new(
        (AmericanIndian, ["American Indian or Alaska Native", "American Indian - Alaska Native", "American Indian - Alaskan Native"]),
        (Asian, ["Asian"]),
        (Black, ["Black or African American", "Black - African American"]),
        (PacificIslander, ["Native Hawaiian or Pacific Islander", "Native Hawaiian - Pacific Islander", "Native Hawaiian or Other Pacific Islander"]),
        (White, ["White"]),
        (Hispanic, ["Hispanic or Latino"]),
        (MiddleEastern, ["Middle Eastern or North African"]),
        (DescriptorMap.Nothing, ["Other", "Choose Not to Respond", "Unknown"]));

    public static readonly DescriptorMap Sex = new(("male", ["Male", "M"]), ("female", ["Female", "F"]), ("other", ["Other", "Non-binary", "X"]), ("unspecified", ["Not Selected", "Unspecified", "Unknown", "Not Reported"]));

    public static readonly DescriptorMap Grade = new(
        ("IT", ["Infant/toddler"]), ("PR", ["Preschool"]), ("PK", ["Preschool/Prekindergarten", "Prekindergarten", "Early Education"]), ("TK", ["Transitional Kindergarten"]), ("KG", ["Kindergarten"]),
        ("01", ["First grade", "01", "1"]), ("02", ["Second grade", "02", "2"]), ("03", ["Third grade", "03", "3"]), ("04", ["Fourth grade", "04", "4"]), ("05", ["Fifth grade", "05", "5"]), ("06", ["Sixth grade", "06", "6"]),
        ("07", ["Seventh grade", "07", "7"]), ("08", ["Eighth grade", "08", "8"]), ("09", ["Ninth grade", "09", "9"]), ("10", ["Tenth grade", "10"]), ("11", ["Eleventh grade", "11"]), ("12", ["Twelfth grade", "12"]),
        ("13", ["Grade 13"]), ("PS", ["Postsecondary"]), ("UG", ["Ungraded"]), ("Other", ["Other", "Adult Education"]));

    public static readonly DescriptorMap Attendance = new(
        ("absentExcused", ["Excused Absence", "Excused"]), ("absentUnexcused", ["Unexcused Absence", "Unexcused", "Truant"]), ("tardy", ["Tardy", "Excused Tardy", "Unexcused Tardy"]),
        ("earlyDeparture", ["Early departure", "Early dismissal"]), ("partial", ["Partial"]), ("present", ["In Attendance", "Present"]));

    public static readonly DescriptorMap CalendarEvent = new(
        ("instructional", ["Instructional day", "Student late arrival/early dismissal"]), ("makeup", ["Make-up day"]),
        ("nonInstructional", ["Holiday", "Non-instructional day", "Teacher only day", "Weather day", "Strike", "Emergency day", "Other"]));

    /// <summary>Characteristics and indicators of students that are programs here.</summary>
    public static readonly DescriptorMap Characteristic = new(
        ("economicallyDisadvantaged", ["Economic Disadvantaged", "Economically Disadvantaged"]), ("homeless", ["Homeless"]), ("foster", ["Foster Care"]), ("migrant", ["Migrant"]), ("military", ["Parent in Military"]),
        (DescriptorMap.Nothing, ["Immigrant", "Refugee", "Runaway", "Unaccompanied Youth", "Asylee", "Displaced Homemaker", "Homemaker", "Pregnant", "Single Parent", "Unschooled Asylee", "Unschooled Refugee", "At Risk", "Other"]));

    public static readonly DescriptorMap EnglishProficiency = new(("yes", ["Limited"]), ("no", ["NotLimited"]), (DescriptorMap.Nothing, ["Limited Monitored 1", "Limited Monitored 2", "Limited Monitored 3", "Limited Monitored 4"]));

    /// <summary>Types of programs whose associations have no resource of their own.</summary>
    public static readonly DescriptorMap Program = new(
        ("gifted", ["Gifted and Talented"]), ("iep", ["Special Education"]), ("section504", ["Section 504 Placement"]), ("englishLearner", ["English as a Second Language (ESL)"]), ("homeless", ["Homeless"]),
        ("migrant", ["Migrant Education"]), ("titleI", ["Title I Part A"]), ("foster", ["Foster Care"]),
        (DescriptorMap.Nothing, ["Bilingual", "Bilingual Summer", "Career and Technical Education", "Support", "Neglected and Delinquent Program", "Compensatory Services for Disadvantaged Students", "Adult/Continuing Education",
            "Alternative Education", "Athletics", "Counseling Services", "Extended Day/Child Care Services", "Regular Education", "Vocational Education", "Other", "Early Head Start", "Head Start", "Remedial Education"]));

    public static readonly DescriptorMap Participation = new(("offender", ["Perpetrator", "Offender"]), ("victim", ["Victim"]), ("witness", ["Witness"]), ("reporter", ["Reporter"]));

    public static readonly DescriptorMap Discipline = new(
        ("iss", ["In School Suspension"]), ("oss", ["Out of School Suspension"]), ("expulsion", ["Expulsion", "Expulsion with Services", "Expulsion without Services"]),
        ("removal", ["Removal from Classroom", "Change of Placement", "Change of Placement (long term)"]),
        ("other", ["Community Service", "Conference with and Warning to Student", "Detention", "Loss of Privileges", "Parent Contact", "Partial Day Out of School Suspension", "Mandatory Student Conference", "Other", "Reprimand",
            "Restitution", "Suspension of Transportation Privileges", "School Probation", "Physical Exertion", "Saturday School", "Work Detail"]));

    /// <summary>Whether a level of performance means that the standard was met. Basic levels differ from state to state, so they say nothing.</summary>
    public static readonly DescriptorMap Met = new(
        ("true", ["Met Standard", "Meets Standard", "Advanced", "Proficient", "Pass", "Above Benchmark", "Met", "Exceeded", "Exceeds Standard", "Commended", "Mastered"]),
        ("false", ["Did Not Meet Standard", "Below Basic", "Fail", "Failed", "Below Benchmark", "Well Below Benchmark", "Not Proficient", "Not Met", "Unsatisfactory"]),
        (DescriptorMap.Nothing, ["Basic", "At Benchmark", "Approaching", "Approaching Proficiency", "Needs Improvement", "Satisfactory"]));

    public static readonly DescriptorMap StaffRole = new(
        ("teacher", ["Teacher", "Substitute Teacher"]), ("principal", ["Principal"]), ("assistantPrincipal", ["Assistant Principal"]), ("counselor", ["Counselor"]), ("aide", ["Instructional Aide", "Paraprofessional", "Teacher Aide"]),
        ("administrator", ["School Administrator", "LEA Administrator", "LEA System Administrator", "Superintendent", "Assistant Superintendent", "School Leader", "State Administrator"]),
        ("support", ["Support Services Staff", "Librarians/Media Specialists", "Library Media Specialist", "Nurse", "School Specialist", "Psychologist", "Social Worker", "Student Support Services Staff", "Instructional Coordinator",
            "Operational Support", "School Administrative Support Staff", "LEA Administrative Support Staff", "LEA Specialist", "Specialist/Consultant", "Therapist", "Other"]));
}
