using System.Text.Json;
using System.Text.RegularExpressions;

namespace EquityPlatform.Web;

/// <summary>Stored events in words.</summary>
internal static class AuditTexts
{
    public static readonly Text Title = new("What happened, and who did it", "Qué pasó y quién lo hizo");
    public static readonly Text Lead = new("Everything that changes leaves a mark that nobody edits. Choose what you want to follow.", "Todo lo que cambia deja una marca que nadie edita. Elija qué quiere seguir.");
    public static readonly Text LookUp = new("Look up", "Buscar");
    public static readonly Text Kind = new("What", "Qué");
    public static readonly Text Key = new("Its code", "Su código");
    public static readonly Text KeyHint = new("The code stands in the address of its page. For a school it is the school number.", "El código está en la dirección de su página. Para una escuela es el número de la escuela.");
    public static readonly Text Find = new("Show its history", "Mostrar su historial");
    public static readonly Text StudentTitle = new("A student record", "El registro de un estudiante");
    public static readonly Text StudentLead = new("Looking at a student record is recorded with your account, the time and your reason. Fill in one of the two codes.", "Consultar el registro de un estudiante queda registrado con su cuenta, la hora y su motivo. Llene uno de los dos códigos.");
    public static readonly Text StudentKey = new("Random student key", "Clave al azar del estudiante");
    public static readonly Text SourcedId = new("Or: id in the source system", "O: código en el sistema de origen");
    public static readonly Text StudentFind = new("Record my reason and show the record", "Registrar mi motivo y mostrar el registro");
    public static readonly Text StudentNotYou = new("Student records can be seen by: {0}.", "Los registros de estudiantes los pueden ver: {0}.");
    public static readonly Plural Found = new(new("{0} event, oldest first", "{0} evento, el más antiguo primero"), new("{0} events, oldest first", "{0} eventos, los más antiguos primero"));
    public static readonly Text NotFound = new("There is no history under this code. Please check the code.", "No hay historial con este código. Por favor revíselo.");
    public static readonly Text SourceRow = new("{0}, row {1}", "{0}, fila {1}");
    public static readonly Text AllFields = new("All fields", "Todos los campos");
    public static readonly Text Sealed = new("sealed (readable only with the student's key)", "sellado (solo se lee con la clave del estudiante)");
    public static readonly Text Position = new("event {0}", "evento {0}");
    public static readonly Text OtherEvent = new("Event “{0}”", "Evento «{0}»");

    public static readonly IReadOnlyDictionary<string, Text> Kinds = new Dictionary<string, Text>
    {
        ["goal"] = new("A goal, with its plans and decisions", "Una meta, con sus planes y decisiones"),
        ["feed"] = new("A data file", "Un archivo de datos"),
        ["release"] = new("A release of public numbers", "Una publicación de datos"),
        ["evidence"] = new("Frozen numbers (evidence)", "Datos congelados (evidencia)"),
        ["school"] = new("A school", "Una escuela"),
        ["student"] = new("A student record", "El registro de un estudiante"),
    };

    /// <summary>By alias without version. Words in braces are fields of the event.</summary>
    public static readonly IReadOnlyDictionary<string, Text> Events = new Dictionary<string, Text>
    {
        ["goal-set"] = new("The goal was set: {title}", "Se fijó la meta: {title}"),
        ["plan-opened"] = new("A plan was opened: {purpose}", "Se abrió un plan: {purpose}"),
        ["decision-recorded"] = new("A decision was recorded: {kind}", "Se registró una decisión: {kind}"),
        ["decision-refused"] = new("A decision was refused, because the right was not held: {kind}", "Se rechazó una decisión por no tener el derecho: {kind}"),
        ["feed-received"] = new("Files were received", "Se recibieron archivos"),
        ["feed-applied"] = new("The files were applied", "Se aplicaron los archivos"),
        ["feed-held"] = new("The files were held, since what they would do is unusual", "Se retuvieron los archivos, porque lo que harían es poco común"),
        ["feed-released"] = new("A person let the held files through", "Una persona dejó pasar los archivos retenidos"),
        ["feed-refused"] = new("A person refused the held files", "Una persona rechazó los archivos retenidos"),
        ["feed-stopped"] = new("The service ended several times while it worked on the files; they wait for a person", "El servicio se cerró varias veces mientras trabajaba en los archivos; esperan a una persona"),
        ["feed-tried-again"] = new("A person had the files tried again", "Una persona hizo que se intentaran de nuevo los archivos"),
        ["feed-given-up"] = new("A person gave the files up after a part was recorded", "Una persona abandonó los archivos después de registrarse una parte"),
        ["row-corrected"] = new("A row that was set aside was corrected: {file}, row {row}", "Se corrigió una fila apartada: {file}, fila {row}"),
        ["record-removed"] = new("A record no longer holds: {kind}", "Un registro ya no vale: {kind}"),
        ["feed-rejected"] = new("The files were not accepted; nothing changed", "No se aceptaron los archivos; nada cambió"),
        ["evidence-frozen"] = new("Numbers were frozen as evidence", "Se congelaron datos como evidencia"),
        ["release-requested"] = new("A release was asked for", "Se pidió una publicación"),
        ["release-published"] = new("The release was published", "Se publicaron los datos"),
        ["release-failed"] = new("The release could not be made", "La publicación no se pudo hacer"),
        ["organization-recorded"] = new("School or district recorded: {name}", "Escuela o distrito registrado: {name}"),
        ["session-recorded"] = new("School year or term recorded: {title}", "Año o período escolar registrado: {title}"),
        ["calendar-day-recorded"] = new("Calendar day recorded: {date}, {kind}", "Día del calendario registrado: {date}, {kind}"),
        ["attendance-coverage-declared"] = new("What attendance covers was declared", "Se declaró qué cubre la asistencia"),
        ["student-recorded"] = new("Student recorded under a random key, without name", "Estudiante registrado con una clave al azar, sin nombre"),
        ["person-recorded"] = new("Member of staff recorded under a random key, without name", "Miembro del personal registrado con una clave al azar, sin nombre"),
        ["course-recorded"] = new("Course recorded: {title}", "Curso registrado: {title}"),
        ["class-recorded"] = new("Class recorded", "Clase registrada"),
        ["indicator-defined"] = new("A definition was set: {code}, version {version}", "Se fijó una definición: {code}, versión {version}"),
        ["student-demographics-recorded"] = new("Group facts recorded", "Se registraron datos de grupo"),
        ["student-program-recorded"] = new("Program recorded: {program}, {participates}", "Programa registrado: {program}, {participates}"),
        ["school-enrollment-derived"] = new("School enrollment worked out from classes: {entryDate} to {exitDate}", "Matrícula en la escuela calculada de las clases: {entryDate} a {exitDate}"),
        ["section-enrollment-recorded"] = new("Class enrollment recorded", "Inscripción en una clase registrada"),
        ["attendance-recorded"] = new("Attendance recorded: {date}, {category}", "Asistencia registrada: {date}, {category}"),
        ["period-attendance-recorded"] = new("Attendance in a class period recorded: {date}, {period}, {category}", "Asistencia en una hora de clase registrada: {date}, {period}, {category}"),
        ["school-enrollment-stated"] = new("School enrollment as the source states it: {entryDate} to {exitDate}", "Matrícula en la escuela según la fuente: {entryDate} a {exitDate}"),
        ["enrollment-stated"] = new("School enrollment stated by the source: from {entryDate}", "Matrícula indicada por la fuente: desde {entryDate}"),
        ["staff-recorded"] = new("Groups of a member of staff recorded, without name", "Grupos de un miembro del personal registrados, sin nombre"),
        ["staff-assignment-recorded"] = new("Staff assignment recorded: {role}", "Puesto del personal registrado: {role}"),
        ["discipline-incident-recorded"] = new("Incident recorded: {date}", "Incidente registrado: {date}"),
        ["discipline-involvement-recorded"] = new("Part in an incident recorded: {date}, {role}", "Participación en un incidente registrada: {date}, {role}"),
        ["discipline-action-recorded"] = new("Disciplinary action recorded: {date}, {kind}", "Medida disciplinaria registrada: {date}, {kind}"),
        ["assessment-result-recorded"] = new("Assessment result recorded: {assessmentId}, {date}", "Resultado de evaluación registrado: {assessmentId}, {date}"),
        ["line-item-recorded"] = new("Piece of work recorded, without title", "Tarea registrada, sin título"),
        ["grade-recorded"] = new("Grade recorded: {term}", "Calificación registrada: {term}"),
        ["transcript-course-recorded"] = new("Transcript course recorded: {courseId}, {schoolYear}", "Curso del expediente registrado: {courseId}, {schoolYear}"),
        ["survey-answer-recorded"] = new("Survey answer recorded: {surveyId}, {questionCode}", "Respuesta de encuesta registrada: {surveyId}, {questionCode}"),
        ["external-intervention-recorded"] = new("Intervention of another system recorded", "Intervención de otro sistema registrada"),
        ["intervention-participation-recorded"] = new("Part in an intervention recorded: {date}", "Participación en una intervención registrada: {date}"),
        ["student-identity-recorded"] = new("Names and numbers recorded, sealed with the student's key", "Nombres y números registrados, sellados con la clave del estudiante"),
        ["student-identities-merged"] = new("The source gave the student another id; a number told who it is, and a person had it linked: {system}", "El sistema dio al estudiante otro código; un número dijo quién es y una persona hizo enlazarlo: {system}"),
        ["student-identifier-recorded"] = new("A number of the student recorded, sealed with the student's key: {system}", "Un número del estudiante registrado, sellado con la clave del estudiante: {system}"),
        ["mapping-saved"] = new("How a file of {source} is read was saved", "Se guardó cómo se lee un archivo de {source}"),
        ["quality-finding-assigned"] = new("It was said who must act on a finding: {code}", "Se dijo a quién le toca un hallazgo: {code}"),
        ["ed-fi-source-configured"] = new("The Ed-Fi address of {source} was set", "Se fijó la dirección Ed-Fi de {source}"),
        ["source-rules-saved"] = new("What the own columns and codes of {source} mean was saved", "Se guardó qué significan las columnas y códigos propios de {source}"),
        ["student-birth-date-recorded"] = new("Birth date recorded, sealed with the student's key", "Fecha de nacimiento registrada, sellada con la clave del estudiante"),
        ["student-data-denied"] = new("Somebody asked for student data and was refused", "Alguien pidió datos de estudiantes y se le negaron"),
        ["erasure-recorded"] = new("It was decided to erase the student: {reason}", "Se decidió borrar al estudiante: {reason}"),
        ["student-erased"] = new("The student was erased: names and links are gone for good", "Se borró al estudiante: los nombres y vínculos desaparecieron para siempre"),
        ["student-erasure-acknowledged"] = new("A service cleared what it held about the student", "Un servicio borró lo que tenía sobre el estudiante"),
        ["erasure-completed"] = new("Every service has cleared what it held", "Todos los servicios borraron lo que tenían"),
        ["student-data-disclosed"] = new("Student data was shown to a person", "Se mostraron datos de estudiantes a una persona"),
    };

    /// <summary>Codes inside events that have words of their own.</summary>
    public static readonly IReadOnlyDictionary<string, Text> Codes = new Dictionary<string, Text>
    {
        ["absentExcused"] = new("absent, excused", "ausente, con justificación"),
        ["absentUnexcused"] = new("absent, not excused", "ausente, sin justificación"),
        ["tardy"] = new("came late", "llegó tarde"),
        ["earlyDeparture"] = new("left early", "salió temprano"),
        ["partial"] = new("absent for part of the day", "ausente parte del día"),
        ["present"] = new("present", "presente"),
        ["instructional"] = new("school day", "día de clases"),
        ["nonInstructional"] = new("no school", "sin clases"),
        ["makeup"] = new("make-up day", "día de recuperación"),
        ["englishLearner"] = new("English learner", "aprende inglés"),
        ["iep"] = new("special education plan (IEP)", "plan de educación especial (IEP)"),
        ["section504"] = new("Section 504 plan", "plan de la Sección 504"),
        ["economicallyDisadvantaged"] = new("family with low income", "familia con bajos ingresos"),
        ["frl"] = new("free or reduced-price meals", "comidas gratis o a precio reducido"),
        ["homeless"] = new("without a fixed home", "sin vivienda fija"),
        ["foster"] = new("foster care", "hogar temporal"),
        ["migrant"] = new("migrant family", "familia migrante"),
        ["military"] = new("military family", "familia militar"),
        ["titleI"] = new("Title I", "Título I"),
        ["gifted"] = new("gifted program", "programa de alto potencial"),
        ["exceptions"] = new("only exceptions are sent", "solo se envían excepciones"),
        ["all"] = new("every day is sent", "se envía cada día"),
    };

    /// <summary>One sentence for an event; a type without words of its own is named as it is.</summary>
    public static string Sentence(Language l, StoredEvent e)
    {
        var alias = e.Type.Split('/')[0];
        if (!Events.TryGetValue(alias, out var text))
            return l[OtherEvent, alias.Replace('-', ' ')];
        var sentence = l[text];
        if (e.Data.ValueKind == JsonValueKind.Object)
            foreach (var field in e.Data.EnumerateObject())
                sentence = sentence.Replace("{" + field.Name + "}", Word(l, field), StringComparison.Ordinal);
        return Unfilled.Replace(sentence, "").TrimEnd(' ', ':', ',');
    }

    private static string Word(Language l, JsonProperty field) => field.Name switch
    {
        "category" or "program" or "kind" or "mode" when Codes.TryGetValue(field.Value.ToString(), out var text) => l[text],
        "kind" when GoalTexts.Kinds.ContainsKey(field.Value.ToString()) => GoalTexts.Of(l, GoalTexts.Kinds, field.Value.ToString()),
        _ => Value(l, field.Value),
    };

    /// <summary>Fields as rows; nested ones with their path; sealed ones never opened here.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(Language l, JsonElement data, string path = "")
    {
        if (data.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var field in data.EnumerateObject())
        {
            var name = path + field.Name;
            // The salt only keeps hashes from being guessed; it tells nothing
            if (field.Name == "salt")
                continue;
            if (field.Name == "sealed")
                yield return (name, l[Sealed]);
            else if (field.Value.ValueKind == JsonValueKind.Object)
                foreach (var inner in Fields(l, field.Value, name + "."))
                    yield return inner;
            else
                yield return (name, Value(l, field.Value));
        }
    }

    private static string Value(Language l, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => l[SiteTexts.None],
        JsonValueKind.True => l[GoalTexts.Yes],
        JsonValueKind.False => l[GoalTexts.No],
        JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind is JsonValueKind.String or JsonValueKind.Number) => string.Join(", ", value.EnumerateArray()),
        _ => value.ToString(),
    };

    private static readonly Regex Unfilled = new(@"\{[A-Za-z]+\}", RegexOptions.Compiled);
}
