using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

internal static class QualityTexts
{
    public static readonly Text Title = new("What is wrong with the data, and what is missing", "Qué está mal en los datos y qué falta");
    public static readonly Text Short = new("Data quality", "Calidad de los datos");
    public static readonly Text Link = new("What is wrong with our data, and what is missing?", "¿Qué está mal en nuestros datos y qué falta?");
    public static readonly Text Lead = new("Each line is one thing to mend. It closes by itself when you send the file again and it is right.", "Cada línea es algo por arreglar. Se cierra sola cuando envía el archivo de nuevo y está bien.");
    public static readonly Text SourceLabel = new("Source system", "Sistema de origen");
    public static readonly Text SourceChoice = new("{0} ({1} open)", "{0} ({1} por arreglar)");
    public static readonly Text NoSources = new("No files have been sent yet, so there is nothing to say about them.", "Todavía no se han enviado archivos, así que no hay nada que decir.");
    public static readonly Text OpenTitle = new("To mend", "Por arreglar");
    public static readonly Text OpenCaption = new("Findings in the files of {0}, by file", "Hallazgos en los archivos de {0}, por archivo");
    public static readonly Text NothingOpen = new("Nothing is open. The last files of this source were read without a remark.", "No hay nada pendiente. Los últimos archivos de este sistema se leyeron sin observaciones.");
    public static readonly Text Rows = new("Rows in the last file", "Filas en el último archivo");
    public static readonly Text SetAside = new("Rows set aside now", "Filas apartadas ahora");
    public static readonly Text Since = new("Since", "Desde");
    public static readonly Text Owner = new("Who must act", "A quién le toca");
    public static readonly Text Schools = new("Schools", "Escuelas");
    public static readonly Text NoSchools = new("not told by school", "sin dato por escuela");
    public static readonly Text InColumns = new("Columns: {0}", "Columnas: {0}");
    public static readonly Text ByPerson = new("said by {0}, {1}", "según {0}, {1}");
    public static readonly Text ByCode = new("follows from the kind of finding", "según el tipo de hallazgo");
    public static readonly Text Change = new("Change", "Cambiar");
    public static readonly Text ChangeThis = new("Change who must act: {0}, {1}", "Cambiar a quién le toca: {0}, {1}");
    public static readonly Text ClosedTitle = new("Mended in the last 30 days", "Arreglado en los últimos 30 días");
    public static readonly Text ClosedCaption = new("Findings that a later file no longer had", "Hallazgos que un archivo posterior ya no tenía");
    public static readonly Text Closed = new("Closed", "Cerrado");
    public static readonly Text Download = new("Download as a table (CSV)", "Descargar como tabla (CSV)");
    public static readonly Text NoValues = new("This page counts rows. It shows nothing about single students.", "Esta página cuenta filas. No muestra nada de un estudiante en particular.");

    public static readonly Text Today = new("since today", "desde hoy");
    public static readonly Plural Age = new(new("{0} day", "{0} día"), new("{0} days", "{0} días"));
    public static readonly Plural SchoolCount = new(new("{0} school", "{0} escuela"), new("{0} schools", "{0} escuelas"));

    public static readonly Text AssignTitle = new("Who must act?", "¿A quién le toca?");
    public static readonly Text AssignLead = new("Choose a task, not a person. Your choice is kept with your role and the time. It also holds when the finding comes back.", "Elija una función, no una persona. Su elección queda guardada con su función y la hora. También vale si el hallazgo vuelve.");
    public static readonly Text AssignSave = new("Save", "Guardar");

    public static readonly Text FeedTitle = new("Findings of this file, counted", "Hallazgos de este archivo, contados");
    public static readonly Text FeedLink = new("Count these remarks by file and school", "Contar estas observaciones por archivo y escuela");
    public static readonly Text FeedLead = new("What was found when this file was read. Whether it is still open follows from the files that came later.", "Lo que se encontró al leer este archivo. Si sigue pendiente depende de los archivos que llegaron después.");
    public static readonly Text FeedNothing = new("Nothing was found in this file.", "No se encontró nada en este archivo.");

    public static readonly Text CompletenessTitle = new("What came, and what is missing", "Qué llegó y qué falta");
    public static readonly Text CompletenessLink = new("See which schools and weeks sent nothing", "Ver qué escuelas y semanas no enviaron nada");
    public static readonly Text CompletenessLead = new("For each school: days of school, and days on which at least one row of attendance came. When nothing came, it says so. That is not the same as zero.", "Para cada escuela: días de clases y días en que llegó al menos una fila de asistencia. Si no llegó nada, lo dice. No es lo mismo que cero.");
    public static readonly Text CompletenessCaption = new("Days and records by school, {0}, in the order of school numbers", "Días y registros por escuela, {0}, en el orden de los números de escuela");
    public static readonly Text Exceptions = new("This source sends only who was not there. A day without a row may mean that everybody came, or that nothing was sent. Nobody can tell, so it is shown as missing.", "Este sistema envía solo a quienes faltaron. Un día sin filas puede significar que todos vinieron o que no se envió nada. Nadie lo sabe, por eso se muestra como faltante.");
    public static readonly Text All = new("This source sends a row for each student and day.", "Este sistema envía una fila por estudiante y día.");
    public static readonly Text NoMode = new("Nobody has said yet what your attendance means. Send declarations.csv with attendance.mode.", "Nadie ha dicho todavía qué significa su asistencia. Envíe declarations.csv con attendance.mode.");
    public static readonly Text Counting = new("The days are being counted. Please look again in a moment.", "Los días se están contando. Vuelva a mirar en un momento.");
    public static readonly Text CountedAt = new("Counted {0}. Days after {1} are not expected yet.", "Contado el {0}. Los días después del {1} todavía no se esperan.");
    public static readonly Text NoSchoolsYet = new("No schools are known for this year.", "No se conocen escuelas para este año.");
    public static readonly Text DaysOfSchool = new("Days of school", "Días de clases");
    public static readonly Text DaysReceived = new("Days with attendance", "Días con asistencia");
    public static readonly Text DaysMissing = new("Days missing", "Días que faltan");
    public static readonly Text LastDay = new("Last day", "Último día");
    public static readonly Text Enrolled = new("Students enrolled", "Estudiantes inscritos");
    public static readonly Text Tested = new("Students with a test result", "Estudiantes con resultado de prueba");
    public static readonly Text Missing = new("missing", "falta");
    public static readonly Text DerivedMark = new("no calendar", "sin calendario");
    public static readonly Text DerivedNote = new("“No calendar”: the school sent no calendar. Its days were worked out from the days that other schools sent and from the length of the terms, so a holiday may show as missing. Send calendar.csv to mend that.", "«Sin calendario»: la escuela no envió calendario. Sus días se calcularon con los días de otras escuelas y la duración de los períodos; un feriado puede salir como faltante. Envíe calendar.csv para arreglarlo.");
    public static readonly Text Weeks = new("By week", "Por semana");
    public static readonly Text WeeksOf = new("Weeks of {0}", "Semanas de {0}");
    public static readonly Text WeeksCaption = new("Attendance by week, {0}", "Asistencia por semana, {0}");
    public static readonly Text Week = new("Week of", "Semana del");
    public static readonly Text WeekRows = new("Rows", "Filas");
    public static readonly Text OtherDays = new("{0} days with attendance are no days of school by the calendar. Please check the calendar or the dates.", "{0} días con asistencia no son días de clases según el calendario. Revise el calendario o las fechas.");
    public static readonly Text AllSchools = new("All schools", "Todas las escuelas");

    public static readonly IReadOnlyDictionary<string, Text> WeekStates = new Dictionary<string, Text>
    {
        ["complete"] = new("complete", "completa"),
        ["partly"] = new("partly missing", "falta una parte"),
        ["missing"] = new("nothing came", "no llegó nada"),
        ["noSchool"] = new("no school", "sin clases"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Owners = new Dictionary<string, Text>
    {
        [FindingOwners.SisAdministrator] = new("Student information system (exports)", "Sistema de información escolar (exportaciones)"),
        [FindingOwners.SchoolClerk] = new("School office", "Oficina de la escuela"),
        [FindingOwners.DataSteward] = new("Data steward", "Cuidado de los datos"),
        [FindingOwners.Vendor] = new("Vendor of the file", "Proveedor del archivo"),
        [FindingOwners.Platform] = new("Operator of this platform", "Operación de esta plataforma"),
    };

    public static readonly IReadOnlyDictionary<string, Text> States = new Dictionary<string, Text>
    {
        ["open"] = new("open", "pendiente"),
        ["closed"] = new("mended", "arreglado"),
        ["notApplied"] = new("the file was not applied", "el archivo no se aplicó"),
    };
}
