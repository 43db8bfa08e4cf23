namespace EquityPlatform.Web;

/// <summary>Goals, plans and decisions in words.</summary>
internal static class GoalTexts
{
    public static readonly Text Title = new("Goals", "Metas");
    public static readonly Text Lead = new("Each goal says for whom, by how much and by when. It keeps the numbers it started from.", "Cada meta dice para quién, cuánto y para cuándo. Guarda los datos de los que partió.");
    public static readonly Text Empty = new("There is no goal yet. Look at an indicator and set a goal from what you see.", "Todavía no hay metas. Vea un indicador y fije una meta a partir de lo que ve.");
    public static readonly Text ToIndicators = new("Look at the indicators", "Ver los indicadores");
    public static readonly Text ListCaption = new("Goals, newest first", "Metas, las más nuevas primero");
    public static readonly Text Goal = new("Goal", "Meta");
    public static readonly Text Start = new("Start", "Inicio");
    public static readonly Text Target = new("Target", "Objetivo");
    public static readonly Text Due = new("Due", "Fecha límite");
    public static readonly Text Owner = new("Who answers for it", "Responsable");
    public static readonly Text NextReview = new("Next review", "Próxima revisión");
    public static readonly Text LastDecision = new("Last decision", "Última decisión");
    public static readonly Text ByDate = new("by {0}", "para el {0}");

    public static readonly Text Sentence = new("{0} at {1}, {2}: from {3} to {4} by {5}.", "{0} en {1}, {2}: de {3} a {4} para el {5}.");
    public static readonly Text TrendTitleOn = new("Newest number ({2}): {0}. The goal line stands at {1} today: on the line or better", "Último dato ({2}): {0}. La línea de la meta está hoy en {1}: en la línea o mejor");
    public static readonly Text TrendTitleOff = new("Newest number ({2}): {0}. The goal line stands at {1} today: not there yet", "Último dato ({2}): {0}. La línea de la meta está hoy en {1}: todavía no");
    public static readonly Text TrendTitleUnknown = new("Started at {0}; the target is {1}. There is no number for today.", "Empezó en {0}; el objetivo es {1}. No hay dato de hoy.");
    public static readonly Text TrendSummary = new("The line goes from {0} on {1} to {2} on {3}. Bars show the likely range of each share.", "La línea va de {0} el {1} a {2} el {3}. Las barras muestran el rango probable de cada parte.");
    public static readonly Text NowUnavailable = new("Today's number cannot be read right now. The picture shows what is stored.", "El dato de hoy no se puede leer en este momento. La imagen muestra lo guardado.");
    public static readonly Text GoalLine = new("goal line", "línea de la meta");
    public static readonly Text PointBaseline = new("Start (frozen)", "Inicio (congelado)");
    public static readonly Text PointThen = new("Seen at a decision (frozen)", "Visto en una decisión (congelado)");
    public static readonly Text PointNow = new("School year {0}, as known today", "Año escolar {0}, como se conoce hoy");
    public static readonly Text LegendNow = new("Dot: a school year, as known today", "Punto: un año escolar, como se conoce hoy");
    public static readonly Text LegendBaseline = new("Square: the start, frozen with the goal", "Cuadrado: el inicio, congelado con la meta");
    public static readonly Text LegendThen = new("Diamond: what was seen at a decision, frozen", "Rombo: lo visto en una decisión, congelado");
    public static readonly Text LegendGoal = new("Dashed line: the goal", "Línea cortada: la meta");
    public static readonly Text TrendCaption = new("The same numbers as a table", "Los mismos datos en tabla");
    public static readonly Text ColumnPoint = new("Point", "Punto");
    public static readonly Text ColumnDate = new("Date", "Fecha");
    public static readonly Text ColumnTarget = new("Target reached", "Objetivo alcanzado");
    public static readonly Text Yes = new("yes", "sí");
    public static readonly Text No = new("no", "no");
    public static readonly Text Version = new("Definition version {0}", "Definición, versión {0}");

    public static readonly Text NewTitle = new("Set a goal", "Fijar una meta");
    public static readonly Text NewLead = new("A goal says in plain words what will be different, for whom, and by when.", "Una meta dice con palabras sencillas qué será distinto, para quién y para cuándo.");
    public static readonly Text NeedsEvidence = new("A goal starts from numbers that people have seen. Choose an indicator first, then press “{0}”.", "Una meta parte de datos que las personas han visto. Elija primero un indicador y luego pulse «{0}».");
    public static readonly Text FieldTitle = new("What will be different, and for whom?", "¿Qué será distinto y para quién?");
    public static readonly Text HintTitle = new("One sentence. Example: More of our English learners are in class every day.", "Una oración. Ejemplo: más de nuestros estudiantes que aprenden inglés están en clase cada día.");
    public static readonly Text FieldPurpose = new("Why do we commit to this?", "¿Por qué nos comprometemos?");
    public static readonly Text FieldTarget = new("Target, of 100", "Objetivo, de cada 100");
    public static readonly Text HintTarget = new("The share to reach. Now it is {0}.", "La parte que se quiere alcanzar. Ahora es {0}.");
    public static readonly Text FieldDue = new("By when?", "¿Para cuándo?");
    public static readonly Text FieldOwner = new("Who answers for it?", "¿Quién responde por ella?");
    public static readonly Text HintOwner = new("An office, not a person. Example: Principal, Grand Bend High School.", "Un cargo, no una persona. Ejemplo: Dirección de la escuela Grand Bend High School.");
    public static readonly Text Save = new("Set this goal", "Fijar esta meta");
    public static readonly Text EvidenceTitle = new("The numbers this starts from", "Los datos de partida");
    public static readonly Text EvidenceSeen = new("The numbers you decide on", "Los datos sobre los que decide");
    public static readonly Text EvidenceHash = new("Fingerprint of the frozen numbers: {0}", "Huella de los datos congelados: {0}");

    public static readonly Text PlansTitle = new("Plans", "Planes");
    public static readonly Text NoPlans = new("No plan yet. A goal without a plan is only a wish.", "Todavía no hay plan. Una meta sin plan es solo un deseo.");
    public static readonly Text OpenPlan = new("Open a plan", "Abrir un plan");
    public static readonly Text MayNotPlan = new("Opening a plan is for: {0}.", "Abrir un plan corresponde a: {0}.");
    public static readonly Text MayNotDecide = new("Deciding here is for: {0}.", "Decidir aquí corresponde a: {0}.");
    public static readonly Text Decide = new("Decide about this plan", "Decidir sobre este plan");
    public static readonly Text PlanTitle = new("Plan of {0}", "Plan del {0}");
    public static readonly Text PlanPurpose = new("What we do", "Qué hacemos");
    public static readonly Text PlanCause = new("The cause it acts on", "La causa sobre la que actúa");
    public static readonly Text PlanRoles = new("Who does what", "Quién hace qué");
    public static readonly Text PlanMilestones = new("Steps", "Pasos");
    public static readonly Text PlanDose = new("How much, how often", "Cuánto y con qué frecuencia");
    public static readonly Text PlanDoseLine = new("{1}: {0}; {2} times per {3}", "{1}: {0}; {2} veces por {3}");
    public static readonly Text PlanStart = new("Starts", "Empieza");
    public static readonly Text PlanReview = new("Review", "Revisión");
    public static readonly Text PlanSuccess = new("It works if", "Funciona si");
    public static readonly Text PlanStop = new("We stop if", "Se detiene si");
    public static readonly Text NewPlanTitle = new("Open a plan", "Abrir un plan");
    public static readonly Text NewPlanLead = new("For the goal “{0}”. Write so that a new colleague understands it.", "Para la meta «{0}». Escriba de modo que lo entienda un colega nuevo.");
    public static readonly Text RoleOf = new("Role {0}", "Función {0}");
    public static readonly Text TaskOf = new("Task of role {0}", "Tarea de la función {0}");
    public static readonly Text StepOf = new("Step {0}", "Paso {0}");
    public static readonly Text DateOf = new("Date of step {0}", "Fecha del paso {0}");
    public static readonly Text DoseAmount = new("How much", "Cuánto");
    public static readonly Text DoseUnit = new("of what", "de qué");
    public static readonly Text DoseTimes = new("How many times", "Cuántas veces");
    public static readonly Text DosePer = new("per", "por");
    public static readonly Text RuleWords = new("In words", "Con palabras");
    public static readonly Text HintRule = new("Below you may add a share of 100 that settles it, and a day.", "Abajo puede añadir una parte de cada 100 que lo decida, y un día.");
    public static readonly Text RuleThreshold = new("Share of 100", "Parte de cada 100");
    public static readonly Text RuleBy = new("Until", "Hasta");
    public static readonly Text Replaces = new("It takes the place of", "Reemplaza a");
    public static readonly Text SavePlan = new("Open this plan", "Abrir este plan");

    public static readonly Text DecideTitle = new("Decide", "Decidir");
    public static readonly Text DecideLead = new("A decision is bound to the numbers you see now. Freeze them first; then say what you decide and why.", "Una decisión queda unida a los datos que ve ahora. Primero congélelos; después diga qué decide y por qué.");
    public static readonly Text StepFreeze = new("1. Freeze what you see", "1. Congelar lo que ve");
    public static readonly Text StepDecide = new("2. Decide", "2. Decidir");
    public static readonly Text FreezeNow = new("Freeze the numbers now", "Congelar los datos ahora");
    public static readonly Text FreezeFirst = new("Freeze the numbers above. The form opens after that.", "Congele los datos de arriba. Después se abre el formulario.");
    public static readonly Text FieldKind = new("What do you decide?", "¿Qué decide?");
    public static readonly Text FieldReason = new("Why?", "¿Por qué?");
    public static readonly Text HintReason = new("A sentence that people can read in five years. No names of students.", "Una oración que se pueda leer en cinco años. Sin nombres de estudiantes.");
    public static readonly Text FieldChanges = new("What will be different?", "¿Qué será distinto?");
    public static readonly Text HintChanges = new("Needed to refine, replace or scale.", "Necesario para ajustar, reemplazar o ampliar.");
    public static readonly Text FieldNextReview = new("Next review", "Próxima revisión");
    public static readonly Text HintNextReview = new("Needed to refine or scale; leave empty to replace or stop.", "Necesario para ajustar o ampliar; déjelo vacío para reemplazar o detener.");
    public static readonly Text SaveDecision = new("Record this decision", "Registrar esta decisión");
    public static readonly Text TimelineTitle = new("Decisions", "Decisiones");
    public static readonly Text NoDecisions = new("No decision yet.", "Todavía no hay decisiones.");
    public static readonly Text DecidedBy = new("{0}, by {1}, who held the right as {2} (map of rights, version {3})", "{0}, por {1}, con derecho como {2} (mapa de derechos, versión {3})");
    public static readonly Text SeenThen = new("Seen then", "Visto entonces");
    public static readonly Text SeenNow = new("Today", "Hoy");
    public static readonly Text RefusedTitle = new("Decisions that were not allowed", "Decisiones que no se permitieron");
    public static readonly Text RefusedLine = new("{0}: {1} was asked for by {2}, who does not hold this right.", "{0}: {2} pidió «{1}», pero no tiene ese derecho.");
    public static readonly Text HistoryLink = new("Show everything that happened to this goal", "Mostrar todo lo que pasó con esta meta");
    public static readonly Text WasSet = new("The goal was set; the starting numbers are frozen.", "La meta está fijada; los datos de partida están congelados.");
    public static readonly Text WasOpened = new("The plan is open.", "El plan está abierto.");
    public static readonly Text WasDecided = new("The decision is recorded with its evidence.", "La decisión quedó registrada con su evidencia.");

    public static readonly IReadOnlyDictionary<string, Text> States = new Dictionary<string, Text>
    {
        ["noPlan"] = new("no plan yet", "sin plan todavía"),
        ["inProgress"] = new("in progress", "en marcha"),
        ["noOpenPlan"] = new("all plans ended", "todos los planes terminaron"),
        ["open"] = new("open", "abierto"),
        ["scaled"] = new("scaled: in more places", "ampliado: en más lugares"),
        ["replaced"] = new("replaced", "reemplazado"),
        ["stopped"] = new("stopped", "detenido"),
        ["reached"] = new("reached", "alcanzado"),
        ["notReached"] = new("not reached", "no alcanzado"),
        ["datePassed"] = new("its date has passed", "su fecha ya pasó"),
        ["unknown"] = new("not known", "no se sabe"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Kinds = new Dictionary<string, Text>
    {
        ["refine"] = new("Refine", "Ajustar"),
        ["replace"] = new("Replace", "Reemplazar"),
        ["scale"] = new("Scale", "Ampliar"),
        ["stop"] = new("Stop", "Detener"),
    };

    public static readonly IReadOnlyDictionary<string, Text> KindMeanings = new Dictionary<string, Text>
    {
        ["refine"] = new("Go on with changes.", "Seguir con cambios."),
        ["replace"] = new("End this plan; another takes its place.", "Terminar este plan; otro toma su lugar."),
        ["scale"] = new("Go on, in more places or for more students.", "Seguir, en más lugares o para más estudiantes."),
        ["stop"] = new("End this plan for good. Stopping is learning too.", "Terminar este plan. Detenerse también es aprender."),
    };

    public static readonly IReadOnlyDictionary<string, Text> Units = new Dictionary<string, Text>
    {
        ["minutes"] = new("minutes", "minutos"),
        ["hours"] = new("hours", "horas"),
        ["days"] = new("days", "días"),
        ["sessions"] = new("sessions", "sesiones"),
        ["visits"] = new("visits", "visitas"),
        ["calls"] = new("calls", "llamadas"),
        ["messages"] = new("messages", "mensajes"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Pers = new Dictionary<string, Text>
    {
        ["day"] = new("day", "día"),
        ["week"] = new("week", "semana"),
        ["month"] = new("month", "mes"),
        ["term"] = new("term", "período"),
        ["year"] = new("year", "año"),
    };

    public static string Of(Language l, IReadOnlyDictionary<string, Text> texts, string? code) =>
        code is null ? "" : texts.TryGetValue(code, out var text) ? l[text] : code;
}
