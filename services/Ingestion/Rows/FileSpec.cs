using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Rows;

/// <param name="Required">The header must have it; a kept column must also have a value.</param>
/// <param name="Kept">Read into memory. Columns that are not kept (user names, e-mail, phone) are dropped at the edge.</param>
internal sealed record Column(string Name, bool Required, bool Kept);

/// <summary>Rows of a file that state records of another kind than the others.</summary>
internal sealed record RowVariant(string Column, string Value, RecordKind Kind, IReadOnlyList<string> Key);

/// <summary>A file that the service reads, with its columns in the order of the standard.</summary>
internal sealed class FileSpec
{
    readonly Dictionary<string, int> exact;
    readonly Dictionary<string, int> anyCase;

    /// <param name="name">Name with extension.</param>
    /// <param name="columns">Names separated by spaces; <c>!</c> = required, <c>*</c> = kept.</param>
    public FileSpec(string name, string columns)
    {
        Name = name;
        Columns = [.. columns.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(c => new Column(c.TrimEnd('*', '!'), c.Contains('!', StringComparison.Ordinal), c.Contains('*', StringComparison.Ordinal)))];
        exact = Columns.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i, StringComparer.Ordinal);
        anyCase = new(exact, StringComparer.OrdinalIgnoreCase);
    }

    FileSpec(FileSpec other, IReadOnlyCollection<string> optional)
    {
        (Kind, Key, Meanings, Codes) = (other.Kind, other.Key, other.Meanings, other.Codes);
        (Name, exact, anyCase) = (other.Name, other.exact, other.anyCase);
        Columns = [.. other.Columns.Select(c => optional.Contains(c.Name) ? c with { Required = false } : c)];
    }

    FileSpec(string name, IReadOnlyList<string> columns, bool headed)
    {
        (Name, IsPlain, IsHeaded) = (name, true, headed);
        Columns = [.. columns.Select(c => new Column(c, Required: true, Kept: true))];
        exact = Columns.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i, StringComparer.Ordinal);
        anyCase = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (column, index) in exact)
            anyCase.TryAdd(column, index);
    }

    /// <summary>A file of another system, of which some columns are read, whatever else it holds.</summary>
    /// <param name="headed">False if the first row holds data: columns are then called #1, #2, ...</param>
    public static FileSpec Plain(string name, IReadOnlyList<string> columns, bool headed) => new(name, columns, headed);

    /// <summary>Other columns, in any order, are nothing to tell of.</summary>
    public bool IsPlain { get; }

    public bool IsHeaded { get; } = true;

    /// <summary>The same file, with columns that it may leave out.</summary>
    public FileSpec Without(params IReadOnlyCollection<string> required) => new(this, required);

    public string Name { get; }

    /// <summary>The records that its rows state, one a row; null where a row states none that can go.</summary>
    public RecordKind? Kind { get; init; }

    /// <summary>What columns beside the standard mean: <c>program:…</c>, <c>identifier:…</c>.</summary>
    public IReadOnlyList<(string Column, string Means)> Meanings { get; init; } = [];

    /// <summary>The standard's codes by column and the source's own code.</summary>
    public IReadOnlyDictionary<(string Column, string Code), string> Codes { get; private init; } = new Dictionary<(string, string), string>();

    /// <summary>The same file as a source writes it, with columns and codes of its own.</summary>
    public FileSpec As(SourceRules rules)
    {
        var columns = rules.Columns.Where(r => r.File == Name).ToList();
        var codes = rules.Codes.Where(c => c.File == Name).ToList();
        if (columns.Count == 0 && codes.Count == 0)
            return this;
        var own = columns.Where(r => !r.Becomes.StartsWith("column:", StringComparison.Ordinal)).ToList();
        var spec = new FileSpec(this, [.. own.Select(r => new Column(r.Column, Required: false, Kept: true))])
        {
            Kind = Kind,
            Key = Key,
            Meanings = [.. Meanings, .. own.Select(r => (r.Column, r.Becomes))],
            Codes = codes.ToDictionary(c => (c.Column, c.Code), c => c.Value),
        };
        foreach (var alias in columns.Except(own))
            spec.anyCase.TryAdd(alias.Column, spec.exact[alias.Becomes["column:".Length..]]);
        return spec;
    }

    FileSpec(FileSpec other, IReadOnlyList<Column> more)
    {
        Name = other.Name;
        Columns = [.. other.Columns, .. more];
        exact = Columns.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i, StringComparer.Ordinal);
        anyCase = new(exact, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Columns that name the record.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Rows with this value in this column state records of another kind, with a key of their own.</summary>
    public RowVariant? Variant { get; init; }

    bool IsVariant(Row row) => Variant is { } variant && string.Equals(row[this[variant.Column]], variant.Value, StringComparison.OrdinalIgnoreCase);

    public IEnumerable<RecordKind> Kinds => new[] { Kind, Variant?.Kind }.OfType<RecordKind>();

    /// <summary>Kind of the record that a row states.</summary>
    public RecordKind? KindOf(Row row) => IsVariant(row) ? Variant!.Kind : Kind;

    /// <summary>Key of the record of its kind that a row names, also if the row was set aside; null if it names none.</summary>
    public string? KeyOf(Row row) => KeyOf(row, IsVariant(row) ? Variant!.Key : Key);

    /// <summary>Column that names, behind the key, records of a time before the latest one.</summary>
    public string? Period { get; init; }

    /// <summary>Key of the record that the row names if it is not the latest of its kind.</summary>
    public string? EarlierKeyOf(Row row) => Period is { } column && row[this[column]] is { Length: >= 10 } begin && KeyOf(row) is { } key ? $"{key}\n{begin[..10]}" : null;

    string? KeyOf(Row row, IReadOnlyList<string> key)
    {
        var parts = new string[key.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var value = row[this[key[i]]];
            // Of a column that may be empty, the emptiness is part of the key
            if (value is null && Columns[this[key[i]]].Required)
                return null;
            parts[i] = key[i].EndsWith("ate", StringComparison.Ordinal) && value is { Length: > 10 } ? value[..10] : value ?? "";
        }
        return parts.Length == 0 ? null : string.Join('\n', parts);
    }

    public IReadOnlyList<Column> Columns { get; }
    public int this[string column] => exact[column];
    /// <summary>The column that names schools, if there is one.</summary>
    public int? School => Find("schoolSourcedId") ?? Find("orgSourcedId") ?? Find("orgSourcedIds");

    public int? Find(string column) => anyCase.TryGetValue(column, out var index) ? index : null;
}

/// <summary>The files by name. Column lists after OneRoster CSV 1.1 and the README's side files.</summary>
internal static class FileSpecs
{
    const string Head = "sourcedId!* status* dateLastModified* ";

    /// <summary>Side files may say of a row that it is deleted, and when it was changed, as delta files of OneRoster do.</summary>
    const string Tail = " status* dateLastModified*";

    public static readonly FileSpec Manifest = new("manifest.csv", "propertyName!* value!*");
    public static readonly FileSpec Orgs = new("orgs.csv", Head + "name!* type!* identifier* parentSourcedId*") { Kind = RecordKind.Organization, Key = ["sourcedId"] };
    public static readonly FileSpec Sessions = new("academicSessions.csv", Head + "title!* type!* startDate!* endDate!* parentSourcedId* schoolYear!*") { Kind = RecordKind.Session, Key = ["sourcedId"] };
    public static readonly FileSpec Courses = new("courses.csv", Head + "schoolYearSourcedId* title!* courseCode* grades orgSourcedId!* subjects subjectCodes*") { Kind = RecordKind.Course, Key = ["sourcedId"] };
    public static readonly FileSpec Classes = new("classes.csv", Head + "title!* grades courseSourcedId!* classCode classType!* location schoolSourcedId!* termSourcedIds!* subjects subjectCodes periods") { Kind = RecordKind.Class, Key = ["sourcedId"] };
    public static readonly FileSpec Users = new("users.csv", Head + "enabledUser!* orgSourcedIds!* role!* username! userIds* givenName!* familyName!* middleName* identifier* email sms phone agentSourcedIds grades* password "
        + "userMasterIdentifier resourceSourcedIds preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId* pronouns "
        + "metadata.englishLearner* metadata.iep* metadata.section504* metadata.freeReducedLunch* metadata.homeless*")
    {
        Kind = RecordKind.Person,
        Key = ["sourcedId"],
        Meanings =
        [
            ("metadata.englishLearner", "program:englishLearner"), ("metadata.iep", "program:iep"), ("metadata.section504", "program:section504"),
            ("metadata.freeReducedLunch", "program:economicallyDisadvantaged"), ("metadata.homeless", "program:homeless"),
        ],
    };
    /// <summary>From version 1.2 on, roles and organizations are in roles.csv.</summary>
    static readonly FileSpec Users12 = Users.Without("orgSourcedIds", "role");
    public static readonly FileSpec Roles = new("roles.csv", Head + "userSourcedId!* roleType!* role!* beginDate* endDate* orgSourcedId!* userProfileSourcedId")
    {
        Kind = RecordKind.StaffAssignment,
        // The last one is not kept: an assignment of staffing.csv names a section there
        Key = ["userSourcedId", "orgSourcedId", "role", "beginDate", "userProfileSourcedId"],
    };
    public static readonly FileSpec LineItems = new("lineItems.csv", Head + "title! description assignDate!* dueDate!* classSourcedId!* categorySourcedId! gradingPeriodSourcedId* academicSessionSourcedId* resultValueMin* resultValueMax* schoolSourcedId") { Kind = RecordKind.LineItem, Key = ["sourcedId"] };
    public static readonly FileSpec Results = new("results.csv", Head + "lineItemSourcedId!* studentSourcedId!* scoreStatus!* score* textScore* classSourcedId scoreDate!* comment inProgress incomplete late missing") { Kind = RecordKind.Result, Key = ["sourcedId"] };
    public static readonly FileSpec Enrollments = new("enrollments.csv", Head + "classSourcedId!* schoolSourcedId!* userSourcedId!* role!* primary beginDate* endDate*") { Kind = RecordKind.SectionEnrollment, Key = ["sourcedId"] };
    public static readonly FileSpec Demographics = new("demographics.csv", Head + "birthDate* sex* americanIndianOrAlaskaNative* asian* blackOrAfricanAmerican* nativeHawaiianOrOtherPacificIslander* white* "
        + "demographicRaceTwoOrMoreRaces* hispanicOrLatinoEthnicity* countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus "
        + "middleEasternOrNorthAfrican* otherRace* declinedToRespond*")
    { Kind = RecordKind.Demographics, Key = ["sourcedId"] };
    public static readonly FileSpec Attendance = new("attendance.csv", "userSourcedId!* schoolSourcedId!* date!* scope* category!* portion* reason period*" + Tail)
    {
        Kind = RecordKind.Attendance,
        Key = ["userSourcedId", "schoolSourcedId", "date"],
        Variant = new("scope", SideFiles.Attendance.Period, RecordKind.PeriodAttendance, ["userSourcedId", "schoolSourcedId", "date", "period"]),
    };
    public static readonly FileSpec Calendar = new("calendar.csv", "schoolSourcedId!* date!* kind!* weight*" + Tail) { Kind = RecordKind.CalendarDay, Key = ["schoolSourcedId", "date"] };
    public static readonly FileSpec Programs = new("programs.csv", "userSourcedId!* program!* beginDate* endDate* schoolSourcedId* detail*" + Tail) { Kind = RecordKind.Program, Key = ["userSourcedId", "program"], Period = "beginDate" };
    public static readonly FileSpec SchoolEnrollments = new("schoolEnrollments.csv", "userSourcedId!* schoolSourcedId!* entryDate!* exitDate* grade* exitReason* primary* fte* schoolYear*" + Tail) { Kind = RecordKind.SourceEnrollment, Key = ["userSourcedId", "schoolSourcedId", "entryDate"] };
    public static readonly FileSpec Incidents = new("disciplineIncidents.csv", "incidentId!* schoolSourcedId!* date!* behavior!* userSourcedId* role* location* lawEnforcement* description" + Tail) { Kind = RecordKind.DisciplineInvolvement, Key = ["userSourcedId", "schoolSourcedId", "incidentId", "role", "behavior"] };
    public static readonly FileSpec Actions = new("disciplineActions.csv", "actionId!* userSourcedId!* date!* kind!* days* incidentIds* schoolSourcedId*" + Tail) { Kind = RecordKind.DisciplineAction, Key = ["userSourcedId", "actionId"] };
    public static readonly FileSpec Assessments = new("assessments.csv", "userSourcedId!* assessmentId!* subject* date!* grade* scale* result* performanceLevel* met* accommodated* notTestedReason* schoolYear*" + Tail) { Kind = RecordKind.AssessmentResult, Key = ["userSourcedId", "assessmentId", "subject", "date", "scale"] };
    public static readonly FileSpec Grades = new("grades.csv", "userSourcedId!* courseId!* schoolYear!* term* letter* numeric* attemptedCredits* earnedCredits* result* level* sectionSourcedId* date*" + Tail) { Kind = RecordKind.GradeResult, Key = ["userSourcedId", "courseId", "sectionSourcedId", "schoolYear", "term"] };
    public static readonly FileSpec Transcripts = new("transcripts.csv", "userSourcedId!* courseId!* schoolYear!* term* letter* numeric* attemptedCredits* earnedCredits* result* level*" + Tail) { Kind = RecordKind.TranscriptCourse, Key = ["userSourcedId", "courseId", "schoolYear", "term"] };
    public static readonly FileSpec SurveyResponses = new("surveyResponses.csv", "surveyId!* responseId!* schoolSourcedId* date* userSourcedId* questionCode!* numeric* text*" + Tail) { Kind = RecordKind.SurveyResponse, Key = ["surveyId", "responseId", "questionCode"] };
    public static readonly FileSpec Staffing = new("staffing.csv", "staffSourcedId!* orgSourcedId!* role!* beginDate* endDate* fte* sectionSourcedId* sex* hispanicOrLatinoEthnicity* "
        + "americanIndianOrAlaskaNative* asian* blackOrAfricanAmerican* nativeHawaiianOrOtherPacificIslander* white*" + Tail)
    { Kind = RecordKind.StaffAssignment, Key = ["staffSourcedId", "orgSourcedId", "role", "beginDate", "sectionSourcedId"] };
    public static readonly FileSpec Interventions = new("interventions.csv", "interventionId!* orgSourcedId* class* delivery* targetGroup* minDosage* maxDosage* beginDate* endDate*" + Tail) { Kind = RecordKind.ExternalIntervention, Key = ["interventionId"] };
    public static readonly FileSpec Participations = new("interventionParticipations.csv", "userSourcedId!* interventionId!* dosage* date* effect*" + Tail) { Kind = RecordKind.InterventionParticipation, Key = ["userSourcedId", "interventionId", "date"] };
    public static readonly FileSpec Declarations = new("declarations.csv", "propertyName!* value!*");

    /// <summary>A file as a version of the standard has it.</summary>
    public static FileSpec Of(FileSpec spec, string version) => spec == Users && version.StartsWith("1.2", StringComparison.Ordinal) ? Users12 : spec;

    /// <summary>Roster files in the order in which they refer to one another.</summary>
    public static readonly IReadOnlyList<FileSpec> Roster = [Orgs, Sessions, Courses, Classes, Roles, Users, Enrollments, Demographics, LineItems, Results];

    /// <summary>Files beside OneRoster; they are not in the manifest and state facts, never completeness.</summary>
    public static readonly IReadOnlyList<FileSpec> Side = [Declarations, Calendar, SchoolEnrollments, Programs, Attendance, Incidents, Actions, Assessments, Grades, Transcripts,
        SurveyResponses, Staffing, Interventions, Participations];

    /// <summary>Files of OneRoster that hold nothing for equity work: they are held against the manifest and not read.</summary>
    public static readonly IReadOnlySet<string> NotUsed = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "categories.csv", "classResources.csv", "courseResources.csv", "resources.csv",
        "lineItemLearningObjectiveIds.csv", "lineItemScoreScales.csv", "resultLearningObjectiveIds.csv", "resultScoreScales.csv",
        "scoreScales.csv", "userProfiles.csv", "userResources.csv",
    };
}
