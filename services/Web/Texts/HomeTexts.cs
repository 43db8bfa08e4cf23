namespace EquityPlatform.Web;

internal static class HomeTexts
{
    public static readonly Text Welcome = new("Schools that serve every student well", "Escuelas que sirven bien a cada estudiante");
    public static readonly Text WelcomeLead = new("Here the district shows how its schools serve each group of students, what it wants to change, and what came of it.", "Aquí el distrito muestra cómo sus escuelas sirven a cada grupo de estudiantes, qué quiere cambiar y qué resultó.");
    public static readonly Text LoopTitle = new("How it works", "Cómo funciona");
    public static readonly Text Loop1 = new("The district's files come in. Every change leaves a mark.", "Llegan los archivos del distrito. Cada cambio deja una marca.");
    public static readonly Text Loop2 = new("Numbers by group show where schools serve a group less well, and how sure we can be.", "Los datos por grupo muestran dónde las escuelas sirven menos bien a un grupo y qué tan seguros podemos estar.");
    public static readonly Text Loop3 = new("People set a goal, open a plan, and decide again when they have seen what happened.", "Las personas fijan una meta, abren un plan y vuelven a decidir cuando vieron qué pasó.");
    public static readonly Text Loop4 = new("Public numbers go out. Each has a receipt.", "Se publican los datos. Cada uno tiene un recibo.");
    public static readonly Text SeeNumbers = new("See the public numbers", "Ver los datos públicos");
    public static readonly Text CheckReceipt = new("Check a receipt", "Comprobar un recibo");
    public static readonly Text ReceiptCode = new("Receipt code", "Código del recibo");
    public static readonly Text ReceiptHint = new("Ten letters and digits beside a number.", "Diez letras y números junto a un dato.");
    public static readonly Text Check = new("Check", "Comprobar");

    public static readonly Text Title = new("What needs you", "Qué le necesita");
    public static readonly Text Nothing = new("Nothing needs you right now.", "Nada le necesita en este momento.");
    public static readonly Text GroupsTitle = new("Where groups are served less well", "Dónde se sirve menos bien a un grupo");
    public static readonly Text GoalsTitle = new("Goals and plans that wait", "Metas y planes que esperan");
    public static readonly Text FeedsTitle = new("Data files to look at", "Archivos de datos que revisar");
    public static readonly Text GroupAbsence = new("{0}: {1} {2} miss too much school. Among all other students it is {3}.", "{0}: {1} {2} faltan demasiado a la escuela. Entre los demás estudiantes son {3}.");
    public static readonly Text Look = new("Look at it", "Verlo");
    public static readonly Text OpenGoal = new("Open the goal", "Abrir la meta");
    public static readonly Text FeedRejected = new("The file of {0} was not accepted. Nothing changed.", "El archivo del {0} no se aceptó. Nada cambió.");
    public static readonly Text FeedHeld = new("The file of {0} is held. It waits for your decision.", "El archivo del {0} está retenido. Espera su decisión.");
    public static readonly Text FeedStopped = new("The file of {0} could not be finished. It waits for your decision.", "El archivo del {0} no se pudo terminar. Espera su decisión.");
    public static readonly Text FeedGivenUp = new("The file of {0} was given up part way. Send complete files of its source again.", "El archivo del {0} se abandonó a medio camino. Envíe otra vez archivos completos de su sistema.");
    public static readonly Text FeedQuarantined = new("In the file of {0}, {1} rows were set aside.", "En el archivo del {0} se apartaron {1} filas.");
    public static readonly Text FeedWorking = new("The file of {0} is {1}. {2}", "El archivo del {0} está {1}. {2}");
    public static readonly Text OpenFeed = new("Open the file", "Abrir el archivo");
    public static readonly Text MoreGroups = new("{0} more are not listed here. The indicator page shows them all.", "Otros {0} no se listan aquí. La página de indicadores los muestra todos.");
    public static readonly Text NoDataYet = new("No data files have been applied yet.", "Todavía no se han aplicado archivos de datos.");

    public static readonly IReadOnlyDictionary<string, Text> GoalItems = new Dictionary<string, Text>
    {
        ["reviewOverdue"] = new("“{0}”: the review of its plan was due {1}. A decision is waiting.", "«{0}»: la revisión de su plan era el {1}. Falta una decisión."),
        ["reviewDue"] = new("“{0}”: the review of its plan is due {1}.", "«{0}»: la revisión de su plan es el {1}."),
        ["goalOverdue"] = new("“{0}” was due {1}.", "«{0}» tenía fecha límite el {1}."),
        ["goalDue"] = new("“{0}” is due {1}.", "«{0}» tiene fecha límite el {1}."),
        ["goalWithoutPlan"] = new("“{0}” has had no plan since {1}.", "«{0}» no tiene plan desde el {1}."),
    };
}
