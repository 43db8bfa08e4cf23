namespace EquityPlatform.Web;

/// <summary>Indicators in words. A number always comes with its meaning.</summary>
internal static class IndicatorTexts
{
    public static readonly Text Title = new("Indicators by student group", "Indicadores por grupo de estudiantes");
    public static readonly Text Lead = new("Choose what to look at. The picture shows how the schools serve each group, and how sure we can be.", "Elija qué quiere ver. La imagen muestra cómo las escuelas sirven a cada grupo y qué tan seguros podemos estar.");
    public static readonly Text Choose = new("Choose", "Elegir");
    public static readonly Text Indicator = new("Indicator", "Indicador");
    public static readonly Text Dimension = new("Student groups", "Grupos de estudiantes");
    public static readonly Text Compare = new("Compare with", "Comparar con");
    public static readonly Text NoData = new("No data files have been loaded yet. As soon as a file is applied, the numbers appear here.", "Todavía no se han cargado archivos de datos. En cuanto se aplique un archivo, los datos aparecerán aquí.");

    public static readonly Text TitleWorseAbsence = new("{0}: {1} {2} miss too much school. Among {3} it is {4}.", "{0}: {1} {2} faltan demasiado a la escuela. Entre {3} son {4}.");
    public static readonly Text TitleWorseAttendance = new("{0}: {2} are in class {1} school days. Among {3} it is {4}.", "{0}: {2} están en clase {1} días escolares. Entre {3} son {4}.");
    public static readonly Text TitleNoneClearAbsence = new("{0}: no group clearly misses more school than {1}", "{0}: ningún grupo falta claramente más a la escuela que {1}");
    public static readonly Text TitleNoneClearAttendance = new("{0}: no group is clearly in class less than {1}", "{0}: ningún grupo está claramente menos en clase que {1}");
    public static readonly Text TitleTooFew = new("{0}: the groups are too small to tell a difference from {1}", "{0}: los grupos son muy pequeños para ver una diferencia con {1}");
    public static readonly Text TitleEnrollment = new("{0} serves {1} students. The picture shows the share of each group.", "{0} sirve a {1} estudiantes. La imagen muestra la parte de cada grupo.");
    public static readonly Text TitleNothing = new("{0}: there is nothing to show for this choice", "{0}: no hay nada que mostrar para esta selección");
    public static readonly Text TitleAllAbsence = new("{0}: {1} students miss too much school", "{0}: {1} estudiantes faltan demasiado a la escuela");
    public static readonly Text TitleAllAttendance = new("{0}: students are in class {1} school days", "{0}: los estudiantes están en clase {1} días escolares");

    public static readonly Text TitleShares = new("{0}: {1} by group", "{0}: {1} por grupo");

    public static readonly Text SummaryClear = new("The difference is clear for {0}.", "La diferencia es clara para {0}.");
    public static readonly Text SummaryTooFew = new("For {0} there are too few students to tell.", "Para {0} hay muy pocos estudiantes para saberlo.");
    public static readonly Text SummaryHidden = new("Hidden to protect students: {0}.", "Oculto para proteger a los estudiantes: {0}.");
    public static readonly Text SummaryMissing = new("No data: {0}.", "Sin datos: {0}.");
    public static readonly Text SummaryNoStudents = new("No students here in these groups: {0}.", "Aquí no hay estudiantes de estos grupos: {0}.");
    public static readonly Plural SummaryUnknown = new(
        new("For {0} student the files do not say; this student is not counted.", "De {0} estudiante los archivos no dicen nada; no se cuenta."),
        new("For {0} students the files do not say; they are not counted.", "De {0} estudiantes los archivos no dicen nada; no se cuentan."));
    public static readonly Text SummaryReference = new("Among {0} it is {1}.", "Entre {0} son {1}.");

    public static readonly Text AxisShare = new("Share (of 100)", "Parte (de cada 100)");
    public static readonly Text ColumnGroup = new("Group", "Grupo");
    public static readonly Text ColumnStudents = new("Students", "Estudiantes");
    public static readonly Text ColumnCount = new("Count", "Cuenta");
    public static readonly Text ColumnRate = new("Share", "Parte");
    public static readonly Text ColumnInterval = new("Likely range", "Rango probable");
    public static readonly Text ColumnDifference = new("Difference in points", "Diferencia en puntos");
    public static readonly Text ColumnRatio = new("Ratio", "Razón");
    public static readonly Text ColumnReading = new("How sure", "Qué tan seguro");
    public static readonly Text Range = new("{0} to {1}", "{0} a {1}");
    public static readonly Text TooFewToTell = new("too few to tell", "muy pocos para saber");
    public static readonly Text ClearlyMore = new("clearly more", "claramente más");
    public static readonly Text ClearlyLess = new("clearly less", "claramente menos");
    public static readonly Text IsReference = new("compared with this", "se compara con este");
    public static readonly Text Hidden = new("hidden: too few students", "oculto: muy pocos estudiantes");
    public static readonly Text Missing = new("no data", "sin datos");
    public static readonly Text NotApplicable = new("no students", "sin estudiantes");
    public static readonly Text TableCaption = new("The same numbers as a table: {0}, {1}, {2}", "Los mismos datos en tabla: {0}, {1}, {2}");
    public static readonly Text Legend = new("How to read this picture", "Cómo leer esta imagen");
    public static readonly Text LegendClear = new("Full dot: the share; clearly different from {0}", "Punto lleno: la parte; claramente distinta de {0}");
    public static readonly Text LegendTooFew = new("Open dot, dashed bar: too few to tell a difference", "Punto abierto, barra cortada: muy pocos para ver una diferencia");
    public static readonly Text LegendBar = new("Bar: the range that the true share likely lies in (19 times of 20)", "Barra: el rango en que probablemente está la parte real (19 de 20 veces)");
    public static readonly Text LegendCut = new("Arrow: the range goes on beyond the picture; the table has its end", "Flecha: el rango sigue fuera de la imagen; la tabla tiene el final");
    public static readonly Text LegendLine = new("Line: {0}", "Línea: {0}");
    public static readonly Text LegendTick = new("Short line: all other students", "Línea corta: los demás estudiantes");
    public static readonly Text LegendHatch = new("Striped row: hidden to protect students", "Fila rayada: oculto para proteger a los estudiantes");
    public static readonly Text About = new("About these numbers", "Sobre estos datos");
    public static readonly Text Definition = new("Definition", "Definición");
    public static readonly Text DefinitionLine = new("{0}, version {1}. Source:", "{0}, versión {1}. Fuente:");
    public static readonly Text DataFrom = new("Newest data file applied", "Último archivo de datos aplicado");
    public static readonly Text DataAsOf = new("Data state", "Estado de los datos");
    public static readonly Text Positions = new("event {0} of {1}", "evento {0} de {1}");
    public static readonly Text FreezeTitle = new("Use this as evidence", "Usar esto como evidencia");
    public static readonly Text FreezeLead = new("Freeze the numbers as they stand now. A goal or a decision can then point to exactly what you saw.", "Congele los datos como están ahora. Así una meta o una decisión puede señalar exactamente lo que usted vio.");
    public static readonly Text FreezeGroup = new("For which group?", "¿Para qué grupo?");
    public static readonly Text FreezeGoal = new("Freeze and set a goal", "Congelar y fijar una meta");
    public static readonly Text Frozen = new("These numbers were frozen {0} by {1}.", "Estos datos se congelaron el {0} por {1}.");
    public static readonly Text Chart = new("Picture", "Imagen");

    public static readonly IReadOnlyDictionary<string, Text> Names = new Dictionary<string, Text>
    {
        ["enrollment"] = new("Enrollment", "Matrícula"),
        ["average-daily-attendance"] = new("Average daily attendance", "Asistencia diaria promedio"),
        ["chronic-absence"] = new("Chronic absence", "Ausencia crónica"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Meanings = new Dictionary<string, Text>
    {
        ["enrollment"] = new("Of all students in the school, the share that belongs to the group.", "De todos los estudiantes de la escuela, la parte que pertenece al grupo."),
        ["average-daily-attendance"] = new("Of all days that students were enrolled, the share on which they were in class. A half day counts as half.", "De todos los días en que los estudiantes estaban inscritos, la parte en que estuvieron en clase. Medio día cuenta como medio."),
        ["chronic-absence"] = new("Students who missed 10 of 100 school days or more, for any reason, of all students enrolled for at least 10 days. A half day of school counts as one day.", "Estudiantes que faltaron 10 de cada 100 días escolares o más, por cualquier motivo, de todos los inscritos al menos 10 días. Medio día de clases cuenta como un día."),
    };

    /// <summary>"38 of 325 students" and the like, by unit of the definition.</summary>
    public static readonly Text CountStudents = new("{0} of {1} students", "{0} de {1} estudiantes");
    public static readonly Text CountDays = new("{0} of {1} days", "{0} de {1} días");

    public static readonly IReadOnlyDictionary<string, Text> Derived = new Dictionary<string, Text>
    {
        ["calendar"] = new("The school calendar was not in the files. It was worked out from the days with attendance records and the number of school days.", "El calendario escolar no venía en los archivos. Se calculó con los días que tienen registros de asistencia y el número de días escolares."),
        ["schoolEnrollment"] = new("The dates on which students joined and left a school were worked out from their classes.", "Las fechas de entrada y salida de una escuela se calcularon a partir de las clases."),
        ["attendanceCoverage"] = new("The files do not say which days attendance covers. A school day without a record counts as present.", "Los archivos no dicen qué días cubre la asistencia. Un día escolar sin registro cuenta como presente."),
    };

    public static string Name(Language l, string code) => Names.TryGetValue(code, out var text) ? l[text] : code;
}
