using EquityPlatform.Contracts;

namespace EquityPlatform.Web;

/// <summary>Refusal codes of the services as sentences. A code that is not here shows the service's own English sentence.</summary>
internal static class RefusalTexts
{
    public static readonly IReadOnlyDictionary<string, Text> ByCode = new Dictionary<string, Text>
    {
        ["goal.title-missing"] = new("Say in one sentence what will be different, and for whom.", "Diga en una oración qué será distinto y para quién."),
        ["goal.purpose-missing"] = new("Say why you commit to this goal.", "Diga por qué se compromete con esta meta."),
        ["goal.owner-missing"] = new("Name the office that answers for the goal.", "Nombre el cargo que responde por la meta."),
        ["goal.target-missing"] = new("State the share to reach, of 100.", "Indique la parte que se quiere alcanzar, de cada 100."),
        ["goal.target-out-of-range"] = new("The share to reach lies between 0 and 100.", "La parte que se quiere alcanzar está entre 0 y 100."),
        ["goal.target-not-better"] = new("The target must be better than the number you start from.", "El objetivo debe ser mejor que el dato de partida."),
        ["goal.due-missing"] = new("State the day by which the goal is reached.", "Indique el día para el que se alcanza la meta."),
        ["goal.due-passed"] = new("The day by which the goal is reached must be after today.", "El día para alcanzar la meta debe ser posterior a hoy."),
        ["goal.due-too-far"] = new("Choose a day within the next ten years, so that someone can answer for it.", "Elija un día dentro de los próximos diez años, para que alguien pueda responder."),
        ["goal.baseline-no-value"] = new("There is no number for this group yet, so nobody could tell later whether it got better.", "Todavía no hay dato para este grupo; nadie podría decir después si mejoró."),
        ["goal.baseline-suppressed"] = new("The group is too small for its number to be shown, so no goal can start from it.", "El grupo es muy pequeño para mostrar su dato; una meta no puede partir de él."),
        ["goal.baseline-not-applicable"] = new("The indicator does not apply to this group here, so no goal can start from it.", "El indicador no se aplica aquí a este grupo; una meta no puede partir de él."),
        ["goal.group-not-reported"] = new("Students whose group was not reported are not a group that a goal can be for.", "Los estudiantes sin dato de grupo no forman un grupo para el que se pueda fijar una meta."),
        ["goal.indicator-no-direction"] = new("For this indicator neither more nor less is better, so it cannot carry a goal.", "En este indicador ni más ni menos es mejor; no puede llevar una meta."),
        ["goal.no-authority"] = new("Your role may not set a goal for this school or district.", "Su función no permite fijar una meta para esta escuela o distrito."),
        ["goal.absent"] = new("There is no goal with this id.", "No hay una meta con este código."),
        ["plan.purpose-missing"] = new("Say what the plan does.", "Diga qué hace el plan."),
        ["plan.cause-missing"] = new("Name the cause that the plan acts on.", "Nombre la causa sobre la que actúa el plan."),
        ["plan.roles-missing"] = new("Name at least one role and what it does.", "Nombre al menos una función y qué hace."),
        ["plan.role-missing"] = new("Name the role that does this task.", "Nombre la función que hace esta tarea."),
        ["plan.role-task-missing"] = new("Say what each role does.", "Diga qué hace cada función."),
        ["plan.milestones-missing"] = new("Name at least one step with its day.", "Nombre al menos un paso con su día."),
        ["plan.milestone-missing"] = new("Say what is done in each step.", "Diga qué se hace en cada paso."),
        ["plan.milestone-date-missing"] = new("Each step needs its day.", "Cada paso necesita su día."),
        ["plan.milestone-outside"] = new("A step's day lies between the plan's first day and the day the goal is due.", "El día de un paso está entre el primer día del plan y la fecha límite de la meta."),
        ["plan.dose-missing"] = new("State how much, of what, how many times, and per what.", "Indique cuánto, de qué, cuántas veces y por qué período."),
        ["plan.dose-out-of-range"] = new("How much and how often must be whole numbers of at least 1.", "Cuánto y cuántas veces deben ser números enteros de al menos 1."),
        ["plan.start-missing"] = new("State the plan's first day.", "Indique el primer día del plan."),
        ["plan.start-after-due"] = new("The plan must start before the day the goal is due.", "El plan debe empezar antes de la fecha límite de la meta."),
        ["plan.start-too-early"] = new("The plan's first day is more than a year ago. Please check it.", "El primer día del plan fue hace más de un año. Por favor revíselo."),
        ["plan.review-missing"] = new("State the day on which you come back to decide.", "Indique el día en que vuelven para decidir."),
        ["plan.review-passed"] = new("The review must be after today.", "La revisión debe ser posterior a hoy."),
        ["plan.review-before-start"] = new("The review comes after the plan's first day.", "La revisión viene después del primer día del plan."),
        ["plan.review-after-due"] = new("The review comes before the day the goal is due, so that there is time to change course.", "La revisión viene antes de la fecha límite, para que haya tiempo de cambiar de rumbo."),
        ["plan.success-rule-missing"] = new("State beforehand what counts as working.", "Indique de antemano qué cuenta como que funciona."),
        ["plan.success-rule"] = new("State beforehand what counts as working.", "Indique de antemano qué cuenta como que funciona."),
        ["plan.stop-rule-missing"] = new("State beforehand when the plan ends.", "Indique de antemano cuándo termina el plan."),
        ["plan.stop-rule"] = new("State beforehand when the plan ends.", "Indique de antemano cuándo termina el plan."),
        ["plan.rules-cross"] = new("The share that counts as working must be better than the share at which the plan ends.", "La parte que cuenta como que funciona debe ser mejor que la parte con la que el plan termina."),
        ["plan.goal-over"] = new("The goal's day has passed. Set a new goal before you open a plan.", "La fecha de la meta ya pasó. Fije una meta nueva antes de abrir un plan."),
        ["plan.no-authority"] = new("Your role may not open a plan for this school or district.", "Su función no permite abrir un plan para esta escuela o distrito."),
        ["plan.replaces-open"] = new("First decide to replace that plan, then open the one that takes its place.", "Primero decida reemplazar ese plan; después abra el que toma su lugar."),
        ["decision.kind-missing"] = new("Choose what was decided: refine, replace, scale or stop.", "Elija qué se decidió: ajustar, reemplazar, ampliar o detener."),
        ["decision.kind-unknown"] = new("Choose what was decided: refine, replace, scale or stop.", "Elija qué se decidió: ajustar, reemplazar, ampliar o detener."),
        ["decision.reason-missing"] = new("Say why, in a sentence.", "Diga por qué, en una oración."),
        ["decision.changes-missing"] = new("Say what will be different.", "Diga qué será distinto."),
        ["decision.evidence-missing"] = new("Freeze the numbers first. A decision without them cannot be recorded.", "Primero congele los datos. Sin ellos no se puede registrar una decisión."),
        ["decision.evidence-not-newer"] = new("These numbers are not newer than those the goal started from. Freeze today's numbers.", "Estos datos no son más nuevos que los de partida. Congele los de hoy."),
        ["decision.evidence-unknown"] = new("There are no frozen numbers with this id.", "No hay datos congelados con este código."),
        ["decision.review-missing"] = new("State the day of the next review.", "Indique el día de la próxima revisión."),
        ["decision.review-passed"] = new("The next review must be after today.", "La próxima revisión debe ser posterior a hoy."),
        ["decision.review-after-due"] = new("The next review comes before the day the goal is due.", "La próxima revisión viene antes de la fecha límite de la meta."),
        ["decision.review-not-wanted"] = new("The plan ends with this decision, so it has no next review. Leave the day empty.", "El plan termina con esta decisión; no tiene próxima revisión. Deje el día vacío."),
        ["decision.plan-replaced"] = new("This plan was replaced. Decide about the plan that took its place.", "Este plan fue reemplazado. Decida sobre el plan que tomó su lugar."),
        ["decision.plan-stopped"] = new("This plan was stopped. Nothing more can be decided about it.", "Este plan se detuvo. Ya no se puede decidir sobre él."),
        ["decision.no-authority"] = new("Your role may not take this decision. The attempt was recorded.", "Su función no permite tomar esta decisión. El intento quedó registrado."),
        ["school.forbidden"] = new("Your account shows your own school and the whole district. This school is another one.", "Su cuenta muestra su propia escuela y todo el distrito. Esta escuela es otra."),
        ["indicator.unknown"] = new("There is no such indicator. Choose one from the list.", "No existe ese indicador. Elija uno de la lista."),
        ["school.unknown"] = new("There is no such school. Choose one from the list.", "No existe esa escuela. Elija una de la lista."),
        ["school-year.unknown"] = new("There are no numbers for this school year. Choose one from the list.", "No hay datos de este año escolar. Elija uno de la lista."),
        ["reference.unknown"] = new("These groups cannot be compared with that. Choose another comparison.", "Estos grupos no se pueden comparar con eso. Elija otra comparación."),
        ["dimension.unknown"] = new("There are no such groups. Choose from the list.", "No existen esos grupos. Elija de la lista."),
        ["gap.no-comparison"] = new("A share of all students has nothing to be compared with.", "Una parte de todos los estudiantes no tiene con qué compararse."),
        ["stream.stale"] = new("Someone changed this while you were writing. Look at the new state, then send it again.", "Alguien cambió esto mientras usted escribía. Vea el estado nuevo y envíelo otra vez."),
        ["auth.expired"] = new("Your session has ended. Please sign in again.", "Su sesión terminó. Entre de nuevo."),
        ["site.form-expired"] = new("The form was open too long, or cookies are off. Go back, reload the page and send it again.", "El formulario estuvo abierto demasiado tiempo o las cookies están apagadas. Vuelva, recargue la página y envíelo otra vez."),
        ["site.no-file"] = new("Choose at least one file to send.", "Elija al menos un archivo para enviar."),
        ["site.purpose-missing"] = new("Say why you need to see student records. The reason is recorded.", "Diga por qué necesita ver datos de estudiantes. El motivo queda registrado."),
    };

    private static readonly (string Path, IReadOnlyList<string> Roles)[] RolesByPath =
    [
        ("/indicators", [Roles.DistrictLeader, Roles.EquityAnalyst, Roles.Principal, Roles.Educator, Roles.Auditor, Roles.DataSteward]),
        ("/goals", [Roles.DistrictLeader, Roles.EquityAnalyst, Roles.Principal, Roles.Educator, Roles.Auditor]),
        ("/feeds", [Roles.DataSteward, Roles.Operator, Roles.EquityAnalyst, Roles.Auditor, Roles.DistrictLeader]),
        ("/releases/new", [Roles.DistrictLeader, Roles.EquityAnalyst]),
        ("/receipts", [Roles.EquityAnalyst, Roles.DataSteward, Roles.PrivacyOfficer, Roles.Auditor]),
        ("/audit/student", [Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward]),
        ("/audit", [Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward, Roles.DistrictLeader, Roles.EquityAnalyst]),
    ];

    /// <summary>Who may open a page, for the page that says "your role may not".</summary>
    public static IReadOnlyList<string> RolesFor(string here) =>
        RolesByPath.FirstOrDefault(p => here.StartsWith(p.Path, StringComparison.Ordinal)).Roles ?? [];
}
