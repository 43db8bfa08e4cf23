using EquityPlatform.Contracts;

namespace EquityPlatform.Web;

/// <summary>Roles in words, and what each comes here for.</summary>
internal static class RoleTexts
{
    public static readonly IReadOnlyDictionary<string, Text> Names = new Dictionary<string, Text>
    {
        [Roles.DistrictLeader] = new("District leader", "Dirección del distrito"),
        [Roles.EquityAnalyst] = new("Equity analyst", "Análisis de equidad"),
        [Roles.Principal] = new("Principal", "Dirección de escuela"),
        [Roles.Educator] = new("Educator", "Docencia"),
        [Roles.CommunityMember] = new("Community member", "Comunidad"),
        [Roles.Auditor] = new("Auditor", "Auditoría"),
        [Roles.Integrator] = new("Integrator", "Integración"),
        [Roles.DataSteward] = new("Data steward", "Cuidado de los datos"),
        [Roles.PrivacyOfficer] = new("Privacy officer", "Privacidad"),
        [Roles.Operator] = new("Operator", "Operación"),
        [Roles.Service] = new("Service", "Servicio"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Jobs = new Dictionary<string, Text>
    {
        [Roles.DistrictLeader] = new("See where groups are served less well, set goals, decide, publish.", "Ver dónde se sirve menos bien a un grupo, fijar metas, decidir y publicar."),
        [Roles.EquityAnalyst] = new("Find the differences that are real, and explain them.", "Encontrar las diferencias reales y explicarlas."),
        [Roles.Principal] = new("See what your school needs this week, and lead the plan.", "Ver qué necesita su escuela esta semana y dirigir el plan."),
        [Roles.Educator] = new("Follow your school's goals and the decisions about them.", "Seguir las metas de su escuela y las decisiones sobre ellas."),
        [Roles.CommunityMember] = new("Read the public numbers and check where they come from.", "Leer los datos públicos y comprobar de dónde vienen."),
        [Roles.Auditor] = new("Trace a number or a decision back to its source.", "Seguir un dato o una decisión hasta su origen."),
        [Roles.Integrator] = new("Connect other systems to the events of this one.", "Conectar otros sistemas con los eventos de este."),
        [Roles.DataSteward] = new("Send data files and mend what was not accepted.", "Enviar archivos de datos y arreglar lo que no se aceptó."),
        [Roles.PrivacyOfficer] = new("See who looked at student records, and why.", "Ver quién consultó datos de estudiantes y por qué."),
        [Roles.Operator] = new("Keep the data files flowing.", "Mantener el flujo de archivos de datos."),
        [Roles.Service] = new("A part of the system itself.", "Una parte del propio sistema."),
    };

    public static string Name(Language l, string role) => Names.TryGetValue(role, out var text) ? l[text] : role;

    private static readonly Text WatchedFolder = new("watched folder", "carpeta vigilada");
    private static readonly Text Schedule = new("schedule of the Ed-Fi connection", "horario de la conexión Ed-Fi");

    /// <summary>An account in words: demo accounts carry their role in the id.</summary>
    public static string Account(Language l, string? user) => user switch
    {
        null or "" => l[SiteTexts.None],
        "watched-folder" => l[WatchedFolder],
        "ed-fi-schedule" => l[Schedule],
        _ when user.StartsWith("demo:", StringComparison.Ordinal) => Name(l, user[5..]),
        _ when user.StartsWith("service:", StringComparison.Ordinal) => ProblemTexts.Service(l, user[8..]),
        _ => user,
    };
}
