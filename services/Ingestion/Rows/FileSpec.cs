namespace EquityPlatform.Ingestion.Rows;

/// <param name="Required">The header must have it; a kept column must also have a value.</param>
/// <param name="Kept">Read into memory. Columns that are not kept (user names, e-mail, phone) are dropped at the edge.</param>
internal sealed record Column(string Name, bool Required, bool Kept);

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

    public string Name { get; }
    public IReadOnlyList<Column> Columns { get; }
    public int this[string column] => exact[column];
    public int? Find(string column) => anyCase.TryGetValue(column, out var index) ? index : null;
}

/// <summary>The files by name. Column lists after OneRoster CSV 1.1 and the README's side files.</summary>
internal static class FileSpecs
{
    const string Head = "sourcedId!* status* dateLastModified* ";

    public static readonly FileSpec Manifest = new("manifest.csv", "propertyName!* value!*");
    public static readonly FileSpec Orgs = new("orgs.csv", Head + "name!* type!* identifier* parentSourcedId*");
    public static readonly FileSpec Sessions = new("academicSessions.csv", Head + "title!* type!* startDate!* endDate!* parentSourcedId* schoolYear!*");
    public static readonly FileSpec Courses = new("courses.csv", Head + "schoolYearSourcedId* title!* courseCode* grades orgSourcedId!* subjects subjectCodes*");
    public static readonly FileSpec Classes = new("classes.csv", Head + "title!* grades courseSourcedId!* classCode classType!* location schoolSourcedId!* termSourcedIds!* subjects subjectCodes periods");
    public static readonly FileSpec Users = new("users.csv", Head + "enabledUser!* orgSourcedIds!* role!* username! userIds givenName!* familyName!* middleName* identifier* email sms phone agentSourcedIds grades* password "
        + "metadata.englishLearner* metadata.iep* metadata.section504* metadata.freeReducedLunch* metadata.homeless*");
    public static readonly FileSpec Enrollments = new("enrollments.csv", Head + "classSourcedId!* schoolSourcedId!* userSourcedId!* role!* primary beginDate* endDate*");
    public static readonly FileSpec Demographics = new("demographics.csv", Head + "birthDate* sex* americanIndianOrAlaskaNative* asian* blackOrAfricanAmerican* nativeHawaiianOrOtherPacificIslander* white* "
        + "demographicRaceTwoOrMoreRaces* hispanicOrLatinoEthnicity* countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus");
    public static readonly FileSpec Attendance = new("attendance.csv", "userSourcedId!* schoolSourcedId!* date!* scope* category!* portion* reason");
    public static readonly FileSpec Calendar = new("calendar.csv", "schoolSourcedId!* date!* kind!*");
    public static readonly FileSpec Programs = new("programs.csv", "userSourcedId!* program!* beginDate* endDate* schoolSourcedId*");
    public static readonly FileSpec Declarations = new("declarations.csv", "propertyName!* value!*");

    /// <summary>Roster files in the order in which they refer to one another.</summary>
    public static readonly IReadOnlyList<FileSpec> Roster = [Orgs, Sessions, Courses, Classes, Users, Enrollments, Demographics];

    /// <summary>Files beside OneRoster; they are not in the manifest and state facts, never completeness.</summary>
    public static readonly IReadOnlyList<FileSpec> Side = [Declarations, Calendar, Programs, Attendance];

    /// <summary>Files of OneRoster that are known and not read.</summary>
    public static readonly IReadOnlySet<string> NotUsed = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "categories.csv", "classResources.csv", "courseResources.csv", "lineItems.csv", "resources.csv", "results.csv",
        "lineItemLearningObjectiveIds.csv", "lineItemScoreScales.csv", "resultLearningObjectiveIds.csv", "resultScoreScales.csv",
        "roles.csv", "scoreScales.csv", "userProfiles.csv", "userResources.csv",
    };
}
