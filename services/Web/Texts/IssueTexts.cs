using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>What ingestion found in a file, by its stable code, with named arguments. An unknown code shows the service's own sentence.</summary>
internal static class IssueTexts
{
    public static readonly IReadOnlyDictionary<string, Text> ByCode = new Dictionary<string, Text>
    {
        ["zip.not-a-zip"] = new("The upload is not a zip file.", "El archivo enviado no es un archivo zip."),
        ["zip.damaged"] = new("The zip file is damaged or was cut off during the upload.", "El archivo zip está dañado o se cortó durante el envío."),
        ["zip.encrypted"] = new("The zip file is protected by a password.", "El archivo zip está protegido con contraseña."),
        ["zip.path"] = new("The zip file holds an entry whose name points outside the package.", "El zip contiene un nombre que apunta fuera del paquete."),
        ["zip.too-many-entries"] = new("The zip file holds more than {limit} entries.", "El zip contiene más de {limit} archivos."),
        ["zip.too-large"] = new("The zip file unpacks to more than {limit} bytes.", "El zip, al abrirse, ocupa más de {limit} bytes."),
        ["zip.ratio"] = new("{file} unpacks to more than {limit} times its packed size.", "{file}, al abrirse, ocupa más de {limit} veces su tamaño comprimido."),
        ["zip.duplicate-entry"] = new("The zip file holds {file} more than once.", "El zip contiene {file} más de una vez."),
        ["zip.nested"] = new("The files lie in the folder {folder}; they belong at the root of the zip file.", "Los archivos están en la carpeta {folder}; deben estar en la raíz del zip."),
        ["file.unknown"] = new("This file is not part of OneRoster or of the side files and was not read.", "Este archivo no es de OneRoster ni de los archivos adicionales y no se leyó."),
        ["file.not-used"] = new("This file holds nothing that is needed here; it was held against the manifest and not read.", "Este archivo no contiene nada que se necesite aquí; se comparó con el manifiesto y no se leyó."),
        ["file.name-case"] = new("The file is named {name}; the standard writes {file}.", "El archivo se llama {name}; el estándar escribe {file}."),
        ["manifest.missing"] = new("The package has no manifest.csv.", "El paquete no tiene manifest.csv."),
        ["manifest.assumed"] = new("The package has no manifest.csv; all its files were read as {mode}, as the rules of this source say.", "El paquete no tiene manifest.csv; todos sus archivos se leyeron como {mode}, como dicen las reglas de esta fuente."),
        ["manifest.unreadable"] = new("manifest.csv cannot be read.", "No se puede leer manifest.csv."),
        ["manifest.version"] = new("The package is OneRoster {version}; versions 1.1 and 1.2 are read.", "El paquete es OneRoster {version}; se leen las versiones 1.1 y 1.2."),
        ["manifest.file-missing"] = new("The manifest lists {file}, but the package does not hold it.", "El manifiesto menciona {file}, pero el paquete no lo contiene."),
        ["manifest.file-unlisted"] = new("The package holds {file}, but the manifest does not list it.", "El paquete contiene {file}, pero el manifiesto no lo menciona."),
        ["manifest.blank"] = new("The manifest gives no value for {property}; it was read as absent.", "El manifiesto no da valor para {property}; se leyó como ausente."),
        ["manifest.mode"] = new("The manifest gives {file} a mode that does not exist.", "El manifiesto da a {file} un modo que no existe."),
        ["mode.delta"] = new("{file} is sent as changes only (delta); only complete files (bulk) are read for now.", "{file} se envió solo con cambios (delta); por ahora solo se leen archivos completos (bulk)."),
        ["mode.conflict"] = new("The manifest and the rows of {file} disagree on whether it is complete (bulk) or holds changes only (delta). It was read as changes.", "El manifiesto y las filas de {file} no coinciden en si está completo (bulk) o solo trae cambios (delta). Se leyó como cambios."),
        ["mode.status-in-bulk"] = new("Status and modification date have no meaning in a complete file and were ignored.", "El estado y la fecha de cambio no tienen sentido en un archivo completo y se ignoraron."),
        ["encoding.not-utf8"] = new("The file is not UTF-8; it was read as Windows-1252.", "El archivo no es UTF-8; se leyó como Windows-1252."),
        ["encoding.utf16"] = new("The file is UTF-16; the standard asks for UTF-8.", "El archivo es UTF-16; el estándar pide UTF-8."),
        ["csv.unterminated-quote"] = new("A quotation mark is opened and not closed where it should be, so rows cannot be told apart.", "Una comilla se abre y no se cierra donde debe; no se pueden separar las filas."),
        ["csv.newline-in-field"] = new("A line break inside a field was turned into a space.", "Un salto de línea dentro de un campo se cambió por un espacio."),
        ["csv.backslash-quote"] = new("Quotation marks are written as \\\"; the standard doubles them. They were repaired.", "Las comillas están escritas como \\\"; el estándar las duplica. Se corrigieron."),
        ["csv.stray-quote"] = new("A quotation mark stands inside a field without quotation marks around it.", "Hay una comilla dentro de un campo que no está entre comillas."),
        ["csv.quote"] = new("Text follows a closing quotation mark, so the field cannot be trusted.", "Hay texto después de la comilla de cierre; no se puede confiar en el campo."),
        ["csv.column-count"] = new("The row has {found} fields, the header has {expected}.", "La fila tiene {found} campos y el encabezado tiene {expected}."),
        ["csv.delimiter"] = new("Fields are separated by {delimiter}; the standard asks for commas.", "Los campos están separados por {delimiter}; el estándar pide comas."),
        ["csv.control-character"] = new("The field holds a control character.", "El campo contiene un carácter de control."),
        ["csv.empty"] = new("The file is empty.", "El archivo está vacío."),
        ["header.required-missing"] = new("The column {column} is missing.", "Falta la columna {column}."),
        ["header.repeated"] = new("The column {column} appears twice.", "La columna {column} aparece dos veces."),
        ["header.blank"] = new("Columns without a name were ignored.", "Se ignoraron columnas sin nombre."),
        ["header.case"] = new("The column is named {name}; the standard writes {column}.", "La columna se llama {name}; el estándar escribe {column}."),
        ["header.order"] = new("Columns are not in the order of the standard; they were read by name.", "Las columnas no están en el orden del estándar; se leyeron por su nombre."),
        ["header.unknown"] = new("The column {column} is not known and was not read.", "La columna {column} no se conoce y no se leyó."),
        ["ssn.column-dropped"] = new("A column of Social Security numbers was dropped before anything was stored. Please stop sending it.", "Una columna con números de Seguro Social se eliminó antes de guardar nada. Por favor deje de enviarla."),
        ["ssn.value"] = new("The field looks like a Social Security number; the row was set aside and the value was not stored.", "El campo parece un número de Seguro Social; la fila se apartó y el valor no se guardó."),
        ["field.required"] = new("The field is empty, but it is required.", "El campo está vacío, pero es obligatorio."),
        ["field.too-long"] = new("The field is longer than {limit} characters.", "El campo tiene más de {limit} caracteres."),
        ["id.scientific-notation"] = new("The identifier was turned into a number by a spreadsheet (as in 6.05E+05).", "Una hoja de cálculo convirtió el identificador en un número (como 6.05E+05)."),
        ["id.duplicate-identical"] = new("The same row appears twice; one was kept.", "La misma fila aparece dos veces; se conservó una."),
        ["id.duplicate-different"] = new("Several rows have the same identifier but different content; none of them was applied.", "Varias filas tienen el mismo identificador pero contenido distinto; no se aplicó ninguna."),
        ["id.several-of-one"] = new("An earlier row is about the same student, under another id: the ids were linked when the source changed them. Only one may be in the file.", "Una fila anterior trata del mismo estudiante, con otro código: los códigos se enlazaron cuando el sistema los cambió. Solo uno puede estar en el archivo."),
        ["id.case-collision"] = new("Two identifiers differ only in upper and lower case; they are treated as different.", "Dos identificadores solo se distinguen por mayúsculas y minúsculas; se tratan como distintos."),
        ["id.leading-zero-suspect"] = new("Leading zeros seem to have been lost: {before} % of the values began with a zero in the last feed, {now} % do now.", "Parece que se perdieron ceros iniciales: antes {before} % de los valores empezaba con cero, ahora {now} %."),
        ["ref.missing"] = new("It refers to a row of {target} that is not there or was set aside.", "Se refiere a una fila de {target} que no está o que se apartó."),
        ["ref.cycle"] = new("Parents form a circle.", "Los superiores forman un círculo."),
        ["ref.school-mismatch"] = new("The enrolment names another school than its class.", "La inscripción nombra otra escuela que su clase."),
        ["ref.role-mismatch"] = new("The enrolment says student, but the user is not a student.", "La inscripción dice estudiante, pero la persona no es estudiante."),
        ["demographics.not-a-student"] = new("The user is not a student; demographics of staff are not kept.", "La persona no es estudiante; no se guardan datos demográficos del personal."),
        ["enum.case"] = new("The value differs in upper and lower case from the standard; it was read as meant.", "El valor difiere del estándar en mayúsculas o minúsculas; se leyó como corresponde."),
        ["enum.unknown"] = new("The value is not one that the standard knows.", "El estándar no conoce este valor."),
        ["sex.unknown"] = new("The value is not one that the standard knows; sex counts as not reported.", "El estándar no conoce este valor; el sexo cuenta como sin dato."),
        ["boolean.form"] = new("The value was read as true or false; the standard writes true or false.", "El valor se leyó como verdadero o falso; el estándar escribe true o false."),
        ["boolean.unknown"] = new("The value is neither true nor false.", "El valor no es verdadero ni falso."),
        ["number.format"] = new("The value is not a whole number in the expected range.", "El valor no es un número entero en el rango esperado."),
        ["identifier.form"] = new("A number in userIds is not written as {system:number}; it was not read.", "Un número de userIds no está escrito como {system:number}; no se leyó."),
        ["identifier.system"] = new("A number in userIds is of a system that is not known (state, district, local); it was not read.", "Un número de userIds es de un sistema desconocido (state, district, local); no se leyó."),
        ["identifier.ambiguous"] = new("The number belongs to more than one student; the row was set aside.", "El número pertenece a más de un estudiante; la fila se apartó."),
        ["identifier.unknown"] = new("No student with this number is known.", "No se conoce a ningún estudiante con este número."),
        ["mapping.code-unknown"] = new("The mapping does not say what this value means; the row was set aside until somebody decides.", "La correspondencia no dice qué significa este valor; la fila se apartó hasta que alguien decida."),
        ["mapping.no-record"] = new("{count} rows state nothing that the mapping reads; they count neither as present nor as absent.", "{count} filas no indican nada que la correspondencia lea; no cuentan ni como presentes ni como ausentes."),
        ["enum.extension"] = new("The value is an extension of the source (ext:); it was kept as it is.", "El valor es una extensión de la fuente (ext:); se conservó tal cual."),
        ["user.two-schools"] = new("The student is at more than one school: each counts the student, the district once. The first one is taken as the primary school.", "El estudiante está en más de una escuela: cada una lo cuenta, el distrito una sola vez. La primera se toma como la escuela principal."),
        ["user.primary-elsewhere"] = new("The organization that is called primary is not one that the user is at; it was not used.", "La organización indicada como principal no es una de las del usuario; no se usó."),
        ["user.no-role"] = new("No row of roles.csv gives this user a role.", "Ninguna fila de roles.csv le da un papel a este usuario."),
        ["number.decimal"] = new("The value is not a number in the expected range with at most four decimals.", "El valor no es un número dentro del rango esperado con cuatro decimales como máximo."),
        ["record.contradiction"] = new("Rows about the same record contradict each other; none of them was applied.", "Las filas sobre el mismo registro se contradicen; ninguna se aplicó."),
        ["assessment.no-result"] = new("The row has neither a result nor a performance level nor a reason for not being tested.", "La fila no tiene resultado, ni nivel, ni motivo por el que no se hizo la prueba."),
        ["staff.is-student"] = new("The person is a student; rows about staff cannot name a student.", "La persona es estudiante; las filas sobre personal no pueden nombrar a un estudiante."),
        ["grade.form"] = new("The grade was read as a two-digit grade code.", "El grado se leyó como un código de dos cifras."),
        ["grade.unknown"] = new("The grade is not a known code; the grade counts as not reported.", "El grado no es un código conocido; cuenta como sin dato."),
        ["grade.several"] = new("The student has several grades; the grade counts as not reported.", "El estudiante tiene varios grados; cuenta como sin dato."),
        ["date.format"] = new("The date is not written as year-month-day. Other forms are not guessed.", "La fecha no está escrita como año-mes-día. Otras formas no se adivinan."),
        ["date.range"] = new("The date does not exist or is not plausible here.", "La fecha no existe o no es posible aquí."),
        ["date.order"] = new("The end lies before the beginning.", "El final está antes del principio."),
        ["date.time-dropped"] = new("A time of day was given where a date belongs; the date was kept.", "Había una hora donde va una fecha; se conservó la fecha."),
        ["date.outside-session"] = new("The dates lie outside the terms of the class.", "Las fechas están fuera de los períodos de la clase."),
        ["date.no-school"] = new("By the calendar, the school held no school on that day. The row was taken in.", "Según el calendario, ese día no hubo clases en la escuela. La fila se aceptó."),
        ["date.outside-enrollment"] = new("The student was not enrolled in the school on that day. The row was taken in.", "El estudiante no estaba inscrito en la escuela ese día. La fila se aceptó."),
        ["date.outside-year"] = new("The date lies in no school year of academicSessions.csv.", "La fecha no está en ningún año escolar de academicSessions.csv."),
        ["date.year-derived"] = new("The date lies in no school year of academicSessions.csv; it was counted for the one whose beginning was the last before it.", "La fecha no está en ningún año escolar de academicSessions.csv; se contó en el que empezó por última vez antes de ella."),
        ["enrollment.no-dates"] = new("Neither the enrolment nor the terms of its class give dates, so it does not count as school enrolment.", "Ni la inscripción ni los períodos de su clase dan fechas; no cuenta como matrícula en la escuela."),
        ["attendance.scope"] = new("The scope is day or period.", "El alcance es day (día) o period (hora de clase)."),
        ["attendance.periods-undeclared"] = new("The file holds attendance by period, and declarations.csv does not say how many periods a day has (attendance.periodsPerDay): days are not worked out of it.", "El archivo tiene asistencia por hora de clase y declarations.csv no dice cuántas horas tiene un día (attendance.periodsPerDay): no se calculan días a partir de ella."),
        ["attendance.portion"] = new("The part of the day that was missed must be a number from 0 to 1.", "La parte del día perdida debe ser un número de 0 a 1."),
        ["attendance.portion-missing"] = new("A partial absence needs the part of the day that was missed.", "Una ausencia parcial necesita la parte del día perdida."),
        ["attendance.several-categories"] = new("The day has several entries; the one with the most time missed counts.", "El día tiene varias entradas; cuenta la de más tiempo perdido."),
        ["attendance.outside-coverage"] = new("The day lies outside the span that the source declares for attendance.", "El día está fuera del período que la fuente declara para la asistencia."),
        ["attendance.coverage-derived"] = new("The source does not declare what its attendance covers; it was taken from the dates in the file ({from} to {to}).", "La fuente no declara qué cubre su asistencia; se tomó de las fechas del archivo ({from} a {to})."),
        ["calendar.weight"] = new("A day of school is a part of a day, more than 0; a day without school is none.", "Un día de clases es una parte de un día, mayor que 0; un día sin clases no es ninguna."),
        ["program.conflict"] = new("programs.csv and the column of users.csv disagree; programs.csv counts.", "programs.csv y la columna de users.csv no coinciden; vale programs.csv."),
        ["declaration.unknown"] = new("The property {property} is not known.", "No se conoce la propiedad {property}."),
        ["declaration.value"] = new("The value of {property} cannot be read.", "No se puede leer el valor de {property}."),
        ["delete.threshold"] = new("{count} of {known} known records ({kind}) would end or go. More than {limit} % need a person's consent.", "{count} de {known} registros conocidos ({kind}) terminarían o saldrían. Más de {limit} % necesita el consentimiento de una persona."),
        ["file.no-rows"] = new("{file} has a header and no rows: it would take away everything of its kind ({kind}).", "{file} tiene encabezado y ninguna fila: quitaría todo lo de su tipo ({kind})."),
        ["id.rekeyed"] = new("Nearly all persons would go and as many others come. Were all identifiers changed?", "Casi todas las personas saldrían y entrarían otras tantas. ¿Cambiaron todos los identificadores?"),
        ["hold.leading-zeros"] = new("Leading zeros seem to have been lost in {file}: {count} % of the values began with a zero in the last file, {known} % do now.", "Parece que se perdieron ceros iniciales en {file}: antes {count} % de los valores empezaba con cero, ahora {known} %."),
        ["hold.refused"] = new("A person looked at the file and refused it. Nothing was applied.", "Una persona revisó el archivo y lo rechazó. No se aplicó nada."),
        ["hold.superseded"] = new("A later file was applied before anybody let this one through. Nothing of it was applied.", "Se aplicó un archivo posterior antes de que alguien dejara pasar este. No se aplicó nada de él."),
        ["feed.no-change"] = new("Nothing in these files is new. Nothing changed.", "No hay nada nuevo en estos archivos. Nada cambió."),
        ["feed.repeated"] = new("These files were sent before. Nothing was done again.", "Estos archivos ya se enviaron antes. No se hizo nada otra vez."),
        ["issues.more"] = new("{count} more rows have the issue {code}.", "Otras {count} filas tienen el problema {code}."),
        ["folder.file-unknown"] = new("The file in the watched folder is neither a zip nor a side file, and no saved mapping of the source reads it.", "El archivo de la carpeta vigilada no es un zip ni un archivo complementario, y ningún mapeo guardado de la fuente lo lee."),
        ["folder.empty"] = new("The file in the watched folder is empty.", "El archivo de la carpeta vigilada está vacío."),
        ["folder.too-large"] = new("The file in the watched folder is larger than an upload may be.", "El archivo de la carpeta vigilada es más grande de lo permitido."),
        ["folder.link"] = new("The file in the watched folder is a link; links are not followed.", "El archivo de la carpeta vigilada es un enlace; los enlaces no se siguen."),
        ["feed.interrupted"] = new("A fault of the platform stopped this feed part way. What was recorded stays, and later feeds wait. The operator has been told; sending the same files again completes it.", "Una falla de la plataforma detuvo estos datos a medio camino. Lo registrado queda, y los datos posteriores esperan. El operador ya fue avisado; enviar otra vez los mismos archivos los completa."),
        ["feed.stopped"] = new("The service ended several times while it worked on these files. Nothing of them was applied, and later files go on. Try again, or refuse them and send them in smaller parts.", "El servicio se cerró varias veces mientras trabajaba en estos archivos. No se aplicó nada de ellos, y los archivos posteriores siguen. Intente de nuevo, o rechácelos y envíelos en partes más pequeñas."),
        ["feed.stopped-part"] = new("The service ended several times part way through these files. What was recorded stays, and later files wait. Try again, or give these files up.", "El servicio se cerró varias veces a medio camino de estos archivos. Lo registrado queda, y los archivos posteriores esperan. Intente de nuevo, o abandone estos archivos."),
        ["feed.given-up"] = new("A person gave these files up after a part of them was recorded. The next complete files of the source put everything right.", "Una persona abandonó estos archivos después de registrarse una parte. Los próximos archivos completos del sistema de origen corrigen todo."),
        ["feed.internal-error"] = new("The feed could not be applied because of a fault of the platform. The operator has been told.", "Los datos no se pudieron aplicar por una falla de la plataforma. El operador ya fue avisado."),
    };

    private static readonly Text AnotherFile = new("another file", "otro archivo");

    public static readonly IReadOnlyDictionary<string, Text> Severities = new Dictionary<string, Text>
    {
        ["batchRejected"] = new("nothing was applied", "no se aplicó nada"),
        ["fileRejected"] = new("this file was not applied", "este archivo no se aplicó"),
        ["quarantined"] = new("this row was set aside", "esta fila se apartó"),
        ["parked"] = new("this row waits for what it refers to", "esta fila espera aquello a lo que se refiere"),
        ["warning"] = new("accepted; please mend at the source", "se aceptó; corríjalo en la fuente"),
    };

    public static string Sentence(Language l, FeedIssue issue) => Sentence(l, issue.Code, issue.Message, issue.Arguments);

    /// <summary>A finding without its arguments; the part of the sentence that needs one is left out.</summary>
    public static string Short(Language l, string code) => ByCode.TryGetValue(code, out var text) ? System.Text.RegularExpressions.Regex.Replace(l[text].Replace("{target}", l[AnotherFile], StringComparison.Ordinal), "\\{[a-z]+\\}", "…") : code;

    /// <summary>Why a file is held; some codes say something else there than as findings.</summary>
    public static string Sentence(Language l, HoldReason reason) =>
        Sentence(l, reason.Code == "id.leading-zero-suspect" ? "hold.leading-zeros" : reason.Code, reason.Message, reason.Arguments);

    private static string Sentence(Language l, string code, string message, IReadOnlyDictionary<string, string> arguments)
    {
        if (!ByCode.TryGetValue(code, out var text))
            return message;
        var sentence = l[text];
        foreach (var (name, value) in arguments)
            sentence = sentence.Replace("{" + name + "}", name == "kind" ? FeedTexts.KindOf(l, value) : value, StringComparison.Ordinal);
        return sentence;
    }
}
