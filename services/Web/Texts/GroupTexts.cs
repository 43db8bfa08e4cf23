using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Reporting;

namespace EquityPlatform.Web;

/// <summary>Groups in words, people first: a short label for rows, a phrase for sentences.</summary>
internal static class GroupTexts
{
    public static readonly Text AllStudents = new("All students", "Todos los estudiantes");
    public static readonly Text AllStudentsPhrase = new("all students", "todos los estudiantes");
    public static readonly Text AllOthers = new("All other students", "Los demás estudiantes");
    public static readonly Text AllOthersPhrase = new("all other students", "los demás estudiantes");
    public static readonly Text NotReported = new("Not reported", "Sin dato");
    public static readonly Text NotReportedPhrase = new("students for whom this is not reported", "estudiantes sin este dato");
    public static readonly Text MergedRaces = new("Smaller groups together", "Grupos pequeños juntos");
    public static readonly Text MergedRacesPhrase = new("students of the smaller groups, counted together", "estudiantes de los grupos más pequeños, contados juntos");
    public static readonly Text Grade = new("Grade {0}", "Grado {0}");
    public static readonly Text GradePhrase = new("students in grade {0}", "estudiantes de grado {0}");
    public static readonly Text GradeOther = new("Grade code {0}", "Código de grado {0}");

    public static readonly IReadOnlyDictionary<string, Text> Dimensions = new Dictionary<string, Text>
    {
        [StudentGroups.All] = new("All students together", "Todos los estudiantes juntos"),
        [StudentGroups.RaceEthnicity] = new("Race and ethnicity", "Raza y etnia"),
        [StudentGroups.EnglishLearner] = new("English learners", "Estudiantes que aprenden inglés"),
        [StudentGroups.Disability] = new("Disability", "Discapacidad"),
        [StudentGroups.EconomicDisadvantage] = new("Family income", "Ingreso familiar"),
        [StudentGroups.Gender] = new("Gender", "Género"),
        [StudentGroups.Grade] = new("Grade", "Grado"),
    };

    private static readonly Dictionary<string, (Text Label, Text Phrase)> Groups = new()
    {
        ["raceEthnicity/americanIndian"] = (new("American Indian or Alaska Native", "Indígena de las Américas o nativo de Alaska"), new("American Indian or Alaska Native students", "estudiantes indígenas de las Américas o nativos de Alaska")),
        ["raceEthnicity/asian"] = (new("Asian", "Asiático"), new("Asian students", "estudiantes asiáticos")),
        ["raceEthnicity/black"] = (new("Black or African American", "Negro o afroamericano"), new("Black or African American students", "estudiantes negros o afroamericanos")),
        ["raceEthnicity/hispanic"] = (new("Hispanic or Latino", "Hispano o latino"), new("Hispanic or Latino students", "estudiantes hispanos o latinos")),
        ["raceEthnicity/middleEastern"] = (new("Middle Eastern or North African", "De Oriente Medio o el norte de África"), new("Middle Eastern or North African students", "estudiantes de Oriente Medio o el norte de África")),
        ["raceEthnicity/pacificIslander"] = (new("Native Hawaiian or other Pacific Islander", "Nativo de Hawái u otra isla del Pacífico"), new("Native Hawaiian or other Pacific Islander students", "estudiantes nativos de Hawái u otras islas del Pacífico")),
        ["raceEthnicity/twoOrMore"] = (new("Two or more races", "Dos o más razas"), new("students of two or more races", "estudiantes de dos o más razas")),
        ["raceEthnicity/white"] = (new("White", "Blanco"), new("White students", "estudiantes blancos")),
        ["englishLearner/yes"] = (new("English learners", "Aprenden inglés"), new("English learners", "estudiantes que aprenden inglés")),
        ["englishLearner/no"] = (new("Not English learners", "No aprenden inglés"), new("students who are not English learners", "estudiantes que no están aprendiendo inglés")),
        ["disability/yes"] = (new("Students with disabilities", "Con discapacidad"), new("students with disabilities", "estudiantes con discapacidad")),
        ["disability/no"] = (new("Students without disabilities", "Sin discapacidad"), new("students without disabilities", "estudiantes sin discapacidad")),
        ["economicDisadvantage/yes"] = (new("From families with low income", "De familias con bajos ingresos"), new("students from families with low income", "estudiantes de familias con bajos ingresos")),
        ["economicDisadvantage/no"] = (new("From other families", "De otras familias"), new("students from other families", "estudiantes de otras familias")),
        ["gender/female"] = (new("Girls", "Niñas"), new("girls", "niñas")),
        ["gender/male"] = (new("Boys", "Niños"), new("boys", "niños")),
        ["gender/other"] = (new("Another gender", "Otro género"), new("students of another gender", "estudiantes de otro género")),
        ["grade/KG"] = (new("Kindergarten", "Kínder"), new("students in kindergarten", "estudiantes de kínder")),
        ["grade/PK"] = (new("Prekindergarten", "Prekínder"), new("students in prekindergarten", "estudiantes de prekínder")),
        ["grade/PR"] = (new("Preschool", "Preescolar"), new("students in preschool", "estudiantes de preescolar")),
        ["grade/IT"] = (new("Infants and toddlers", "Bebés y niños pequeños"), new("infants and toddlers", "bebés y niños pequeños")),
        ["grade/TK"] = (new("Transitional kindergarten", "Kínder de transición"), new("students in transitional kindergarten", "estudiantes de kínder de transición")),
        ["grade/UG"] = (new("Ungraded", "Sin grado"), new("students without a grade", "estudiantes sin grado")),
    };

    public static IEnumerable<Text> AllTexts => Groups.Values.SelectMany(g => new[] { g.Label, g.Phrase });

    public static string Dimension(Language l, string code) => Dimensions.TryGetValue(code, out var text) ? l[text] : code;

    public static string Label(Language l, string dimension, string group) => (dimension, group) switch
    {
        (StudentGroups.All, _) => l[AllStudents],
        (_, StudentGroups.NotReported) => l[NotReported],
        (_, ReleasedGroups.Merged) => l[MergedRaces],
        _ when Groups.TryGetValue($"{dimension}/{group}", out var texts) => l[texts.Label],
        (StudentGroups.Grade, _) => l[IsNumber(group) ? Grade : GradeOther, group.TrimStart('0')],
        _ => group,
    };

    /// <summary>The group as it stands inside a sentence.</summary>
    public static string Phrase(Language l, string dimension, string group) => (dimension, group) switch
    {
        (StudentGroups.All, _) => l[AllStudentsPhrase],
        (_, StudentGroups.NotReported) => l[NotReportedPhrase],
        (_, ReleasedGroups.Merged) => l[MergedRacesPhrase],
        _ when Groups.TryGetValue($"{dimension}/{group}", out var texts) => l[texts.Phrase],
        (StudentGroups.Grade, _) => l[GradePhrase, group.TrimStart('0')],
        _ => group,
    };

    /// <summary>What the groups are compared with: <c>all</c>, <c>allOthers</c> or a group of the dimension.</summary>
    public static string Reference(Language l, string dimension, string reference) => reference switch
    {
        StudentGroups.All => l[AllStudentsPhrase],
        "allOthers" => l[AllOthersPhrase],
        _ => Phrase(l, dimension, reference),
    };

    private static bool IsNumber(string group) => group.All(char.IsAsciiDigit);
}
