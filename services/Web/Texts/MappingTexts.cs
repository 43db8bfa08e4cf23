namespace EquityPlatform.Web;

internal static class MappingTexts
{
    public static readonly Text Title = new("Files of other systems", "Archivos de otros sistemas");
    public static readonly Text Link = new("Teach the platform to read files of other systems", "Enseñar a la plataforma a leer archivos de otros sistemas");
    public static readonly Text Lead = new("A test vendor or another system writes files in columns of its own. Say once what those columns mean. From then on, send the files as they come.", "Un proveedor de pruebas u otro sistema escribe archivos con columnas propias. Diga una vez qué significan. Desde entonces, envíe los archivos como llegan.");
    public static readonly Text SavedTitle = new("Saved for {0}", "Guardado para {0}");
    public static readonly Text SavedCaption = new("Descriptions by name", "Descripciones por nombre");
    public static readonly Text NothingSaved = new("Nothing is saved for this source yet.", "Todavía no hay nada guardado para este sistema.");
    public static readonly Text Name = new("Short name", "Nombre corto");
    public static readonly Text NameHint = new("Lower-case letters, digits and hyphens.", "Letras minúsculas, números y guiones.");
    public static readonly Text FileTitle = new("What people call the file", "Cómo se llama el archivo entre ustedes");
    public static readonly Text Files = new("Names of the files", "Nombres de los archivos");
    public static readonly Text FilesHint = new("One in a line; * stands for anything, such as a date.", "Uno por línea; * está en lugar de cualquier cosa, como una fecha.");
    public static readonly Text Version = new("Version", "Versión");
    public static readonly Text Edit = new("Change", "Cambiar");
    public static readonly Text EditThis = new("Change {0}", "Cambiar {0}");
    public static readonly Text ShippedTitle = new("Descriptions that come with the platform", "Descripciones que trae la plataforma");
    public static readonly Text ShippedLead = new("Begin with one of these if your file is among them. Districts differ: look at numbers of students, dates and codes before you save.", "Empiece con una de estas si su archivo está entre ellos. Los distritos son distintos: revise números de estudiantes, fechas y códigos antes de guardar.");
    public static readonly Text Begin = new("Begin with it", "Empezar con ella");
    public static readonly Text BeginThis = new("Begin with it: {0}", "Empezar con ella: {0}");

    public static readonly Text LookTitle = new("Describe a file", "Describir un archivo");
    public static readonly Text LookLead = new("Choose the file. You see its columns and first rows. Nothing of it is kept.", "Elija el archivo. Verá sus columnas y primeras filas. No se guarda nada.");
    public static readonly Text File = new("File", "Archivo");
    public static readonly Text Form = new("How it is written", "Cómo está escrito");
    public static readonly Text Look = new("Show its columns", "Mostrar sus columnas");
    public static readonly Text SeenTitle = new("This is what your file looks like", "Así se ve su archivo");
    public static readonly Text SeenLead = new("{0}: written as {1}, columns told apart by {2}.", "{0}: escrito en {1}, columnas separadas por {2}.");
    public static readonly Text SeenLines = new("{0}: written as {1}, columns by their place in the line.", "{0}: escrito en {1}, columnas por su lugar en la línea.");
    public static readonly Text SeenPrivate = new("Only you see these rows, on this page. They are not kept and not written down anywhere.", "Solo usted ve estas filas, en esta página. No se guardan ni se anotan en ninguna parte.");
    public static readonly Text SeenCaption = new("First rows of the file", "Primeras filas del archivo");
    public static readonly Text RulerCaption = new("First lines of the file, with the number of each tenth character above", "Primeras líneas del archivo, con el número de cada décimo carácter arriba");
    public static readonly Text BeginWith = new("Begin with", "Empezar con");
    public static readonly Text BeginHint = new("You can change everything afterwards.", "Después puede cambiarlo todo.");
    public static readonly Text FitsYourFile = new("Fits your file", "Va con su archivo");
    public static readonly Text SavedBefore = new("Saved for this source", "Guardado para este sistema");
    public static readonly Text NewFor = new("A new description of", "Una descripción nueva de");
    public static readonly Text OtherShipped = new("Others that come with the platform", "Otras que trae la plataforma");
    public static readonly Text GoOn = new("Go on", "Continuar");

    public static readonly Text EditTitle = new("What the columns mean", "Qué significan las columnas");
    public static readonly Text EditLead = new("Say for each piece of data where it stands in your file. Then try it. Nothing changes until you save it and send the file.", "Diga para cada dato dónde está en su archivo. Luego pruébelo. Nada cambia hasta que lo guarde y envíe el archivo.");
    public static readonly Text AboutFile = new("The file", "El archivo");
    public static readonly Text Header = new("First row", "Primera fila");
    public static readonly Text HeaderYes = new("holds the names of the columns", "contiene los nombres de las columnas");
    public static readonly Text HeaderNo = new("holds data; columns are called #1, #2, ...", "contiene datos; las columnas se llaman #1, #2, ...");
    public static readonly Text Widths = new("Columns by place", "Columnas por lugar");
    public static readonly Text WidthsHint = new("Only for files without separators. One in a line: name, first character, number of characters. Example: id, 1, 9", "Solo para archivos sin separadores. Una por línea: nombre, primer carácter, número de caracteres. Ejemplo: id, 1, 9");
    public static readonly Text Nulls = new("Words for “no data”", "Palabras para «sin dato»");
    public static readonly Text NullsHint = new("One in a line. Blank, NULL, N/A and dashes are known already.", "Una por línea. En blanco, NULL, N/A y guiones ya se conocen.");
    public static readonly Text TableTitle = new("A row of the file tells of: {0}", "Una fila del archivo habla de: {0}");
    public static readonly Text Table = new("What a row tells of", "De qué habla una fila");
    public static readonly Text Identifier = new("How the file names students", "Cómo nombra el archivo a los estudiantes");
    public static readonly Text Filled = new("Where it stands in your file", "Dónde está en su archivo");
    public static readonly Text FilledText = new("Text, or columns joined by |", "Texto, o columnas unidas con |");
    public static readonly Text Nothing = new("nowhere", "en ninguna parte");
    public static readonly Text Constant = new("the same text in every row: fill it in", "el mismo texto en cada fila: escríbalo");
    public static readonly Text Join = new("several columns joined: fill in their names", "varias columnas unidas: escriba sus nombres");
    public static readonly Text InColumn = new("column {0}", "columna {0}");
    public static readonly Plural Others = new(new("{0} more piece of data that a file may hold", "Otro dato ({0}) que un archivo puede tener"), new("{0} more pieces of data that a file may hold", "Otros {0} datos que un archivo puede tener"));
    public static readonly Text MoreAbout = new("Dates, codes and parts: {0}", "Fechas, códigos y partes: {0}");
    public static readonly Text Dates = new("How dates are written", "Cómo se escriben las fechas");
    public static readonly Text NoDates = new("not a date, or year-month-day", "no es fecha, o año-mes-día");
    public static readonly Text Codes = new("What codes mean", "Qué significan los códigos");
    public static readonly Text CodesHint = new("One in a line: the file's value = the platform's. Nothing after the sign means no data. (blank) stands for an empty field. A value that is not listed sets its row aside.", "Uno por línea: valor del archivo = valor de la plataforma. Nada después del signo quiere decir sin dato. (blank) está por un campo vacío. Un valor que no está en la lista aparta su fila.");
    public static readonly Text Part = new("Part of the text", "Parte del texto");
    public static readonly Text Around = new("Text around it, with * for the value", "Texto alrededor, con * por el valor");
    public static readonly Text When = new("Only some rows count", "Solo cuentan algunas filas");
    public static readonly Text WhenColumn = new("Column", "Columna");
    public static readonly Text WhenIs = new("Rows count with these values", "Cuentan las filas con estos valores");
    public static readonly Text WhenIsNot = new("Rows are left out with these values", "Se omiten las filas con estos valores");
    public static readonly Text WhenHint = new("One in a line; (blank) for an empty field.", "Uno por línea; (blank) para un campo vacío.");
    public static readonly Text Needs = new("Leave a row out where these are empty", "Omitir la fila si esto está vacío");
    public static readonly Text NeedsHint = new("Names of the platform's columns, with blanks between them. Without any, an empty field that is required sets the row aside.", "Nombres de columnas de la plataforma, separados por espacios. Sin ninguno, un campo obligatorio vacío aparta la fila.");
    public static readonly Text Facts = new("Several facts side by side in one row", "Varios datos lado a lado en una fila");
    public static readonly Text FactsHint = new("Which of the platform's columns differ from fact to fact, with blanks between them. Example: subject result", "Qué columnas de la plataforma cambian de un dato a otro, separadas por espacios. Ejemplo: subject result");
    public static readonly Text Fact = new("Fact {0}", "Dato {0}");
    public static readonly Text AddFact = new("Add a fact", "Agregar un dato");
    public static readonly Text AddTable = new("A row tells of something else, too", "Una fila habla también de otra cosa");
    public static readonly Text Renew = new("Renew the form", "Renovar el formulario");
    public static readonly Text RenewHint = new("After you changed what a row tells of, or which columns differ.", "Después de cambiar de qué habla una fila o qué columnas cambian.");
    public static readonly Text TryTitle = new("Try it, then save it", "Pruébelo y luego guárdelo");
    public static readonly Text TryFile = new("Your file once more", "Su archivo otra vez");
    public static readonly Text TryHint = new("Needed to try it. It is read and forgotten; up to 25 MB.", "Hace falta para probar. Se lee y se olvida; hasta 25 MB.");
    public static readonly Text Try = new("Try it", "Probar");
    public static readonly Text Save = new("Save it for {0}", "Guardar para {0}");
    public static readonly Text TriedTitle = new("What would come of it", "Qué resultaría");
    public static readonly Text TriedLead = new("Nothing was changed and nothing was kept.", "No se cambió ni se guardó nada.");
    public static readonly Text TriedHolds = new("The file would be held for a person to look: {0}", "El archivo se retendría para que una persona lo vea: {0}");
    public static readonly Text TriedNothing = new("No row would be read. Please look at the findings below.", "No se leería ninguna fila. Vea los hallazgos abajo.");

    public static readonly IReadOnlyDictionary<string, Text> Forms = new Dictionary<string, Text>
    {
        ["header"] = new("columns with separators; the first row holds their names", "columnas con separadores; la primera fila tiene sus nombres"),
        ["plain"] = new("columns with separators; the first row holds data", "columnas con separadores; la primera fila tiene datos"),
        ["fixed"] = new("no separators; each column has its place in the line", "sin separadores; cada columna tiene su lugar en la línea"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Identifiers = new Dictionary<string, Text>
    {
        [""] = new("by the id of this source's roster", "con el código de la lista de este sistema"),
        ["state"] = new("by the state's number", "con el número del estado"),
        ["district"] = new("by the district's number", "con el número del distrito"),
        ["local"] = new("by the local number", "con el número local"),
    };

    public static readonly IReadOnlyDictionary<string, Text> DateForms = new Dictionary<string, Text>
    {
        ["yyyy-MM-dd"] = new("2026-01-31 (year-month-day)", "2026-01-31 (año-mes-día)"),
        ["yyyy/MM/dd"] = new("2026/01/31 (year/month/day)", "2026/01/31 (año/mes/día)"),
        ["M/d/yyyy"] = new("1/31/2026 (month/day/year)", "1/31/2026 (mes/día/año)"),
        ["d/M/yyyy"] = new("31/1/2026 (day/month/year)", "31/1/2026 (día/mes/año)"),
        ["MMddyyyy"] = new("01312026 (month, day, year)", "01312026 (mes, día, año)"),
        ["yyyyMMdd"] = new("20260131 (year, month, day)", "20260131 (año, mes, día)"),
        ["MMyy"] = new("0126 (month and year)", "0126 (mes y año)"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Parts = new Dictionary<string, Text>
    {
        [""] = new("all of it", "todo"),
        ["beforeComma"] = new("before the comma", "antes de la coma"),
        ["afterComma"] = new("after the comma", "después de la coma"),
        ["firstWord"] = new("the first word", "la primera palabra"),
        ["lastWord"] = new("the last word", "la última palabra"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Separators = new Dictionary<string, Text>
    {
        [","] = new("commas", "comas"),
        [";"] = new("semicolons", "puntos y comas"),
        ["tab"] = new("tabs", "tabulaciones"),
        ["|"] = new("bars", "barras"),
    };

    public static readonly IReadOnlyDictionary<string, Text> Tables = new Dictionary<string, Text>
    {
        ["orgs.csv"] = new("a school or other organization", "una escuela u otra organización"),
        ["academicSessions.csv"] = new("a school year or term", "un año escolar o período"),
        ["courses.csv"] = new("a course", "un curso"),
        ["classes.csv"] = new("a class", "una clase"),
        ["roles.csv"] = new("a role of a person", "una función de una persona"),
        ["users.csv"] = new("a student or other person", "un estudiante u otra persona"),
        ["enrollments.csv"] = new("a place in a class", "un lugar en una clase"),
        ["demographics.csv"] = new("demographics of a student", "datos demográficos de un estudiante"),
        ["lineItems.csv"] = new("an assignment that is marked", "una tarea con nota"),
        ["results.csv"] = new("a mark of an assignment", "la nota de una tarea"),
        ["calendar.csv"] = new("a day of a school's calendar", "un día del calendario de una escuela"),
        ["schoolEnrollments.csv"] = new("an enrolment in a school", "una inscripción en una escuela"),
        ["programs.csv"] = new("a program that a student takes part in", "un programa en que participa un estudiante"),
        ["attendance.csv"] = new("attendance on a day", "asistencia de un día"),
        ["disciplineIncidents.csv"] = new("a student's part in an incident", "la parte de un estudiante en un incidente"),
        ["disciplineActions.csv"] = new("a disciplinary action", "una medida disciplinaria"),
        ["assessments.csv"] = new("a test result", "un resultado de prueba"),
        ["grades.csv"] = new("a grade in a course", "una calificación en un curso"),
        ["transcripts.csv"] = new("a course taken", "un curso cursado"),
        ["surveyResponses.csv"] = new("an answer in a survey", "una respuesta en una encuesta"),
        ["staffing.csv"] = new("a post of a member of staff", "un puesto del personal"),
        ["interventions.csv"] = new("an intervention", "una intervención"),
        ["interventionParticipations.csv"] = new("a student's part in an intervention", "la parte de un estudiante en una intervención"),
    };

    /// <summary>The platform's columns in words; others are shown by their name alone.</summary>
    public static readonly IReadOnlyDictionary<string, Text> Columns = new Dictionary<string, Text>
    {
        ["userSourcedId"] = new("Number of the student", "Número del estudiante"),
        ["schoolSourcedId"] = new("Number of the school", "Número de la escuela"),
        ["orgSourcedId"] = new("Number of the school or district", "Número de la escuela o distrito"),
        ["date"] = new("Day", "Día"),
        ["assessmentId"] = new("Name of the test", "Nombre de la prueba"),
        ["subject"] = new("Subject", "Materia"),
        ["grade"] = new("Grade level", "Grado"),
        ["scale"] = new("Kind of score", "Tipo de puntaje"),
        ["result"] = new("Score", "Puntaje"),
        ["performanceLevel"] = new("Level of performance", "Nivel de desempeño"),
        ["met"] = new("Standard met (true or false)", "Estándar alcanzado (true o false)"),
        ["accommodated"] = new("With accommodations (true or false)", "Con adaptaciones (true o false)"),
        ["notTestedReason"] = new("Why not tested", "Por qué no hizo la prueba"),
        ["category"] = new("Kind of attendance", "Tipo de asistencia"),
        ["scope"] = new("Whole day or period", "Día entero o período"),
        ["portion"] = new("Part of the day missed (0 to 1)", "Parte del día perdida (0 a 1)"),
        ["program"] = new("Program", "Programa"),
        ["beginDate"] = new("First day", "Primer día"),
        ["endDate"] = new("First day after", "Primer día después"),
        ["incidentId"] = new("Number of the incident", "Número del incidente"),
        ["behavior"] = new("Behavior", "Conducta"),
        ["role"] = new("Role", "Función"),
        ["location"] = new("Place", "Lugar"),
        ["lawEnforcement"] = new("Police called (true or false)", "Se llamó a la policía (true o false)"),
        ["actionId"] = new("Number of the action", "Número de la medida"),
        ["kind"] = new("Kind", "Tipo"),
        ["days"] = new("Days", "Días"),
        ["incidentIds"] = new("Numbers of the incidents", "Números de los incidentes"),
        ["courseId"] = new("Number of the course", "Número del curso"),
        ["schoolYear"] = new("School year (by the year it ends)", "Año escolar (por el año en que termina)"),
        ["term"] = new("Term", "Período"),
        ["letter"] = new("Letter grade", "Nota con letra"),
        ["numeric"] = new("Number", "Número"),
        ["surveyId"] = new("Name of the survey", "Nombre de la encuesta"),
        ["responseId"] = new("Number of the response", "Número de la respuesta"),
        ["questionCode"] = new("Question", "Pregunta"),
        ["entryDate"] = new("First day at the school", "Primer día en la escuela"),
        ["exitDate"] = new("First day after leaving", "Primer día después de salir"),
        ["exitReason"] = new("Why the student left", "Por qué salió el estudiante"),
        ["sourcedId"] = new("Number in the source system", "Número en el sistema de origen"),
        ["status"] = new("Status (tobedeleted takes it away)", "Estado (tobedeleted lo elimina)"),
        ["dateLastModified"] = new("When it last changed", "Cuándo cambió por última vez"),
    };

    public static string Column(Language l, string name) => Columns.TryGetValue(name, out var text) ? l[text] : name;

    public static string Of(Language l, string table) => Tables.TryGetValue(table, out var text) ? l[text] : table;
}
