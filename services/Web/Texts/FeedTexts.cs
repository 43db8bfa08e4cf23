namespace EquityPlatform.Web;

internal static class FeedTexts
{
    public static readonly Text Title = new("Data files", "Archivos de datos");
    public static readonly Text Lead = new("Send the files of your student information system. Each row is checked before anything changes.", "Envíe los archivos de su sistema de información escolar. Cada fila se revisa antes de cambiar algo.");
    public static readonly Text SendTitle = new("Send files", "Enviar archivos");
    public static readonly Text Source = new("Name of the source system", "Nombre del sistema de origen");
    public static readonly Text SourceHint = new("Keep it the same each time: student ids count within one source.", "Use siempre el mismo: los códigos de estudiantes valen dentro de un sistema.");
    public static readonly Text Zip = new("Package (zip)", "Paquete (zip)");
    public static readonly Text ZipHint = new("OneRoster 1.1 or 1.2, complete files (bulk) or changes only (delta), with manifest.csv; or an Ed-Fi export.", "OneRoster 1.1 o 1.2, archivos completos (bulk) o solo cambios (delta), con manifest.csv; o una exportación Ed-Fi.");
    public static readonly Text Side = new("Side files (CSV)", "Archivos adicionales (CSV)");
    public static readonly Text SideHint = new("For example attendance.csv, calendar.csv, programs.csv, assessments.csv. You can choose several at once.", "Por ejemplo attendance.csv, calendar.csv, programs.csv, assessments.csv. Puede elegir varios a la vez.");
    public static readonly Text Send = new("Send and check", "Enviar y revisar");
    public static readonly Text NoNames = new("Students' names and birth dates are sealed when the file arrives; opening them is put on record. Everything else about persons that is not needed is dropped.", "Los nombres y fechas de nacimiento de estudiantes se sellan al llegar el archivo; abrirlos queda registrado. Todo lo demás sobre personas que no se necesita se elimina.");
    public static readonly Text ListTitle = new("Files sent before", "Archivos enviados antes");
    public static readonly Text ListCaption = new("Files, newest first", "Archivos, los más nuevos primero");
    public static readonly Text Empty = new("No files have been sent yet.", "Todavía no se han enviado archivos.");
    public static readonly Text Received = new("Received", "Recibido");
    public static readonly Text By = new("By", "Por");
    public static readonly Text Read = new("Rows read", "Filas leídas");
    public static readonly Text Accepted = new("New or changed", "Nuevas o cambiadas");
    public static readonly Text Unchanged = new("Unchanged", "Sin cambios");
    public static readonly Text Quarantined = new("Set aside", "Apartadas");
    public static readonly Text WouldDelete = new("No longer in the file", "Ya no están en el archivo");
    public static readonly Text OneTitle = new("File of {0}", "Archivo del {0}");
    public static readonly Text From = new("Source system: {0}. By: {1}.", "Sistema de origen: {0}. Por: {1}.");
    public static readonly Text OneShort = new("The file", "El archivo");
    public static readonly Text IsReplay = new("Rows of earlier files that were set aside are read again here.", "Aquí se leen de nuevo filas de archivos anteriores que se habían apartado.");
    public static readonly Text Progress = new("{0} percent done.", "{0} por ciento hecho.");
    public static readonly Text Waits = new("It waits for its turn.", "Espera su turno.");
    public static readonly Text Checks = new("Every row is checked before anything changes.", "Cada fila se revisa antes de cambiar algo.");
    public static readonly Text Reloads = new("This page renews itself until the work is done.", "Esta página se renueva sola hasta que termine el trabajo.");
    public static readonly Text CountsCaption = new("Rows by file", "Filas por archivo");
    public static readonly Text File = new("File", "Archivo");
    public static readonly Text Total = new("All files", "Todos los archivos");
    public static readonly Text Parked = new("Waiting", "En espera");
    public static readonly Text ParkedNote = new("Rows that wait refer to somebody or something that has not been sent yet. They are taken up by themselves when it arrives.", "Las filas en espera se refieren a alguien o algo que aún no se ha enviado. Se retoman solas cuando llegue.");
    public static readonly Text DeletedNote = new("What a complete file no longer holds ends with this file. What was true until then stays: earlier days and years keep their numbers.", "Lo que un archivo completo ya no contiene termina con este archivo. Lo que era cierto hasta entonces se conserva: los días y años anteriores mantienen sus datos.");
    public static readonly Text HoldTitle = new("This file waits for you", "Este archivo le espera");
    public static readonly Text HoldLead = new("What it would do is unusual, so nothing has been applied. Look at it, then let it through or refuse it. If the file was cut off or exported wrongly, refuse it and send it again.", "Lo que haría es poco común, por eso no se ha aplicado nada. Revíselo y luego déjelo pasar o rechácelo. Si el archivo se cortó o se exportó mal, rechácelo y envíelo de nuevo.");
    public static readonly Text HoldOthers = new("A data steward decides whether it goes through.", "La persona encargada de los datos decide si pasa.");
    public static readonly Text EffectsTitle = new("What it would do", "Qué haría");
    public static readonly Text EffectsCaption = new("Records by school and kind", "Registros por escuela y tipo");
    public static readonly Text Place = new("School", "Escuela");
    public static readonly Text NoSchool = new("whole district", "todo el distrito");
    public static readonly Text Kind = new("Kind of record", "Tipo de registro");
    public static readonly Text Added = new("New", "Nuevos");
    public static readonly Text Changed = new("Changed", "Cambiados");
    public static readonly Text Gone = new("Would end or go", "Terminarían o saldrían");
    public static readonly Text Why = new("Why do you decide so?", "¿Por qué lo decide así?");
    public static readonly Text WhyHint = new("One sentence without names of persons. It is kept for good, with your role.", "Una frase sin nombres de personas. Se guarda para siempre, con su función.");
    public static readonly Text Release = new("Let it through", "Dejarlo pasar");
    public static readonly Text Refuse = new("Refuse it", "Rechazarlo");
    public static readonly Text WasReleased = new("It was held, and a person let it through.", "Estuvo retenido y una persona lo dejó pasar.");
    public static readonly Text WasReleasedLinking = new("It was held, and a person let it through and had students with new ids linked to the ones before.", "Estuvo retenido; una persona lo dejó pasar e hizo enlazar a los estudiantes con código nuevo con los de antes.");
    public static readonly Text LinksTitle = new("Are they the same students under new ids?", "¿Son los mismos estudiantes con códigos nuevos?");
    public static readonly Plural Newcomers = new(new("{0} student in these files has an id that is new here.", "{0} estudiante de estos archivos tiene un código que aquí es nuevo."), new("{0} students in these files have an id that is new here.", "{0} estudiantes de estos archivos tienen un código que aquí es nuevo."));
    public static readonly Text OnlyStudents = new("Of staff and families no numbers are kept: they are not counted here, and with new ids they go and come as other persons.", "Del personal y las familias no se guardan números: no se cuentan aquí y, con códigos nuevos, salen y entran como otras personas.");
    public static readonly Plural Ambiguous = new(new("{0} has numbers that do not name exactly one student who would go; this student would come as a new one.", "{0} tiene números que no nombran a un solo estudiante que saldría; entraría como nuevo."), new("{0} have numbers that do not name exactly one student who would go; they would come as new students.", "{0} tienen números que no nombran a un solo estudiante que saldría; entrarían como nuevos."));
    public static readonly Plural Unrecognised = new(new("{0} has no number that is known here; this student would come as a new one.", "{0} no tiene ningún número conocido aquí; entraría como nuevo."), new("{0} have no number that is known here; they would come as new students.", "{0} no tienen ningún número conocido aquí; entrarían como nuevos."));
    public static readonly Text LinksNote = new("If your system gave its students new ids (a migration, for example), link them: everything that is recorded stays with them, and later files may name them by the new ids or the old ones. If these are other people, let them through as new students. Linked students cannot be separated, and students who came as new cannot be linked later: if you are not sure, refuse the file and ask.",
        "Si su sistema dio códigos nuevos a sus estudiantes (por ejemplo, en una migración), enlácelos: todo lo registrado queda con ellos, y los archivos posteriores pueden usar los códigos nuevos o los antiguos. Si son otras personas, déjelas pasar como nuevas. Quienes se enlazan no se pueden separar, y quienes entraron como nuevos no se pueden enlazar después: si no está seguro, rechace el archivo y pregunte.");
    public static readonly Text NoLinksNote = new("If your system gave its students new ids, refuse the file and send it with the state numbers (userIds) or the numbers that it had before (identifier): then they can be linked.", "Si su sistema dio códigos nuevos a sus estudiantes, rechace el archivo y envíelo con los números estatales (userIds) o con los números que tenían antes (identifier): entonces se pueden enlazar.");
    public static readonly Plural ReleaseLinking = new(new("Let it through and link {0} student", "Dejarlo pasar y enlazar a {0} estudiante"), new("Let it through and link {0} students", "Dejarlo pasar y enlazar a {0} estudiantes"));
    public static readonly Text ReleaseAsNew = new("Let it through as new students", "Dejarlo pasar como estudiantes nuevos");

    /// <summary>By the system of the number that tells.</summary>
    public static readonly IReadOnlyDictionary<string, Plural> RecognisedBy = new Dictionary<string, Plural>
    {
        ["state"] = new(new("{0} can be recognised by the state number.", "{0} se puede reconocer por el número estatal."), new("{0} can be recognised by their state number.", "{0} se pueden reconocer por su número estatal.")),
        ["district"] = new(new("{0} can be recognised by the district number.", "{0} se puede reconocer por el número del distrito."), new("{0} can be recognised by their district number.", "{0} se pueden reconocer por su número del distrito.")),
        ["local"] = new(new("{0} can be recognised by the local number (identifier).", "{0} se puede reconocer por el número local (identifier)."), new("{0} can be recognised by their local number (identifier).", "{0} se pueden reconocer por su número local (identifier).")),
    };

    /// <summary>How many would be linked.</summary>
    public static int Linkable(this Contracts.Ingestion.HoldLinks links) => links.Recognised.Values.Sum();

    public static int Unknown(this Contracts.Ingestion.HoldLinks links) => links.Students - links.Linkable() - links.Ambiguous;

    public static readonly Text StoppedTitle = new("These files could not be finished", "Estos archivos no se pudieron terminar");
    public static readonly Text StoppedOthers = new("A data steward decides whether they are tried again.", "La persona encargada de los datos decide si se intentan de nuevo.");
    public static readonly Text GiveUpNote = new("If you give them up, later files go on. What was recorded stays, and what was under way counts as unknown until you send complete files of this source again.", "Si los abandona, los archivos posteriores siguen. Lo registrado queda, y lo que estaba en curso cuenta como desconocido hasta que envíe otra vez archivos completos de este sistema.");
    public static readonly Text Retry = new("Try again", "Intentar de nuevo");
    public static readonly Text GiveUp = new("Give them up", "Abandonarlos");
    public static readonly Text GivenUp = new("given up part way", "abandonado a medio camino");
    public static readonly Text SetAside = new("set aside; the service could not finish it", "apartado; el servicio no pudo terminarlo");
    public static readonly Text IssuesTitle = new("What to look at", "Qué revisar");
    public static readonly Text NoIssues = new("Every row was read without a remark.", "Todas las filas se leyeron sin observaciones.");
    public static readonly Text IssuesCaption = new("Remarks by file and row. The header is row 1.", "Observaciones por archivo y fila. El encabezado es la fila 1.");
    public static readonly Text Row = new("Row", "Fila");
    public static readonly Text Column = new("Column", "Columna");
    public static readonly Text Finding = new("What we found", "Qué encontramos");
    public static readonly Text Effect = new("What it means", "Qué significa");
    public static readonly Text HistoryLink = new("Show every event of this file", "Mostrar cada evento de este archivo");

    public static readonly IReadOnlyDictionary<string, Text> States = new Dictionary<string, Text>
    {
        ["received"] = new("received, waiting", "recibido, en espera"),
        ["validating"] = new("being checked", "en revisión"),
        ["held"] = new("held; waits for a person", "retenido; espera a una persona"),
        ["applying"] = new("being applied", "aplicándose"),
        ["interrupted"] = new("stopped part way by a fault; later files wait", "detenido a medio camino por una falla; los archivos posteriores esperan"),
        ["applied"] = new("applied", "aplicado"),
        ["rejected"] = new("not accepted; nothing changed", "no aceptado; nada cambió"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Kinds = new Dictionary<string, Text>
    {
        ["organization"] = new("schools and other organizations", "escuelas y otras organizaciones"),
        ["session"] = new("terms", "períodos"),
        ["course"] = new("courses", "cursos"),
        ["class"] = new("classes", "clases"),
        ["person"] = new("students, staff and family", "estudiantes, personal y familia"),
        ["demographics"] = new("demographics", "datos demográficos"),
        ["program"] = new("programs", "programas"),
        ["sectionEnrollment"] = new("places in classes", "inscripciones en clases"),
        ["schoolEnrollment"] = new("enrolments in schools", "inscripciones en escuelas"),
        ["sourceEnrollment"] = new("enrolments in schools", "inscripciones en escuelas"),
        ["calendarDay"] = new("calendar days", "días del calendario"),
        ["coverage"] = new("declarations", "declaraciones"),
        ["attendance"] = new("days of attendance", "días de asistencia"),
        ["periodAttendance"] = new("class periods of attendance", "horas de clase de asistencia"),
        ["periodDay"] = new("days of attendance", "días de asistencia"),
        ["identity"] = new("names and numbers of students", "nombres y números de estudiantes"),
        ["birthDate"] = new("birth dates", "fechas de nacimiento"),
        ["identifier"] = new("numbers of students", "números de estudiantes"),
        ["staff"] = new("staff", "personal"),
        ["staffAssignment"] = new("posts of staff", "puestos del personal"),
        ["disciplineIncident"] = new("incidents", "incidentes"),
        ["disciplineInvolvement"] = new("students in incidents", "estudiantes en incidentes"),
        ["disciplineAction"] = new("disciplinary actions", "medidas disciplinarias"),
        ["assessmentResult"] = new("test results", "resultados de pruebas"),
        ["gradeResult"] = new("grades", "calificaciones"),
        ["transcriptCourse"] = new("courses taken", "cursos cursados"),
        ["lineItem"] = new("assignments", "tareas"),
        ["surveyResponse"] = new("survey answers", "respuestas de encuestas"),
        ["externalIntervention"] = new("interventions", "intervenciones"),
        ["interventionParticipation"] = new("sessions of interventions", "sesiones de intervenciones"),
    };

    public static string KindOf(Language l, string kind) => Kinds.TryGetValue(kind, out var text) ? l[text] : kind;

    public static string ProgressOf(Language l, Contracts.Ingestion.Feed feed) => feed.Percent() is { } percent ? l[Progress, percent] : l[feed.State == "received" ? Waits : Checks];

    public static string State(Language l, Contracts.Ingestion.Feed feed) => feed switch
    {
        { Code: "feed.given-up" } => l[GivenUp],
        { State: "held", Code: "feed.stopped" } => l[SetAside],
        _ => States.TryGetValue(feed.State, out var text) ? l[text] : feed.State,
    };
}
