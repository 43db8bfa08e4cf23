namespace EquityPlatform.Web;

/// <summary>What went wrong, calmly, and what the reader can do. By code of the service, else by HTTP status.</summary>
internal static class ProblemTexts
{
    public static readonly Text NotFoundTitle = new("We cannot find this page", "No encontramos esta página");
    public static readonly Text NotFound = new("There is nothing at this address. The link may be old, or a letter may be missing.", "No hay nada en esta dirección. El enlace puede ser antiguo o puede faltar una letra.");
    public static readonly Text ForbiddenTitle = new("Your role may not open this", "Su función no permite abrir esto");
    public static readonly Text Forbidden = new("You are signed in as {0}. This page is for other roles. If you need it for your work, ask your data steward.", "Entró como {0}. Esta página es para otras funciones. Si la necesita para su trabajo, pregunte a la persona encargada de los datos.");
    public static readonly Text ForbiddenRoles = new("Roles that may: {0}.", "Funciones que pueden: {0}.");
    public static readonly Text DownTitle = new("This part is resting", "Esta parte no responde");
    public static readonly Text Down = new("The part of the system that holds these facts ({0}) does not answer right now. Nothing is lost. Please try again in a minute.", "La parte del sistema que guarda estos datos ({0}) no responde en este momento. No se perdió nada. Intente de nuevo en un minuto.");
    public static readonly Text FaultTitle = new("Something went wrong on our side", "Algo falló de nuestro lado");
    public static readonly Text Fault = new("Your data is safe. Please try again. If it happens twice, tell your operator the time and the page.", "Sus datos están seguros. Intente de nuevo. Si pasa dos veces, avise al operador con la hora y la página.");
    public static readonly Text RefusedTitle = new("This could not be done", "Esto no se pudo hacer");
    public static readonly Text Refused = new("The system did not accept this. Please check what you entered and try again.", "El sistema no aceptó esto. Revise lo que escribió e intente de nuevo.");
    public static readonly Text Stale = new("Someone changed this while you were writing. Look at the new state, then send it again.", "Alguien cambió esto mientras usted escribía. Vea el estado nuevo y envíelo otra vez.");
    public static readonly Text FormExpired = new("The form was open too long, or cookies are off. Go back, reload the page and send it again.", "El formulario estuvo abierto demasiado tiempo o las cookies están apagadas. Vuelva, recargue la página y envíelo otra vez.");
    public static readonly Text TooLarge = new("The file is too large for this site. Ask your operator to raise the limit, or send it in parts.", "El archivo es demasiado grande para este sitio. Pida al operador subir el límite o envíelo en partes.");
    public static readonly Text TooMany = new("Too many requests came at once. Please wait a minute and try again.", "Llegaron demasiadas solicitudes a la vez. Espere un minuto e intente de nuevo.");
    public static readonly Text Code = new("Code for support: {0}", "Código para soporte: {0}");
    public static readonly Text ServiceSays = new("The service says: {0}", "El servicio dice (en inglés): {0}");
    public static readonly Text GoHome = new("Go to the home page", "Ir a la página de inicio");
    public static readonly Text PartDown = new("Some facts cannot be shown now: {0} does not answer. The rest of the page is complete.", "Algunos datos no se pueden mostrar ahora: {0} no responde. El resto de la página está completo.");

    public static readonly IReadOnlyDictionary<string, Text> Services = new Dictionary<string, Text>
    {
        ["ingestion"] = new("data files", "archivos de datos"),
        ["indicators"] = new("indicators", "indicadores"),
        ["interventions"] = new("goals and decisions", "metas y decisiones"),
        ["reporting"] = new("public numbers", "datos públicos"),
    };

    public static string Title(Language l, Refusal no) => l[no switch
    {
        { IsDown: true } => DownTitle,
        { Status: 404 or 405 } => NotFoundTitle,
        { Status: 403 } => ForbiddenTitle,
        { Status: >= 500 } => FaultTitle,
        _ => RefusedTitle,
    }];

    /// <summary>One sentence for a refusal, in the reader's language; never empty.</summary>
    public static string Sentence(Language l, Refusal no, string name = "") => no switch
    {
        { IsDown: true } => l[Down, Service(l, no.Service)],
        _ when RefusalTexts.ByCode.TryGetValue(no.Code, out var known) => l[known],
        _ when RefusalTexts.ByEnding.FirstOrDefault(e => no.Code.EndsWith(e.Key, StringComparison.Ordinal)).Value is { } ending => l[ending],
        { Status: 404 or 405 } => l[NotFound],
        { Status: 403 } => l[Forbidden, name],
        { Status: 412 or 428 } => l[Stale],
        { Status: 413 } => l[TooLarge],
        { Status: 429 } => l[TooMany],
        { Status: >= 500 } => l[Fault],
        { Status: 400, Code: "site.form-expired" } => l[FormExpired],
        { Detail: { Length: > 0 } detail } => l == Language.English ? detail : l[Refused] + " " + l[ServiceSays, detail],
        _ => l[Refused],
    };

    public static string Service(Language l, string service) => Services.TryGetValue(service, out var name) ? l[name] : service;
}
