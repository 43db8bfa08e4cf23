namespace EquityPlatform.Web;

internal static class ReleaseTexts
{
    public static readonly Text Title = new("Public numbers", "Datos públicos");
    public static readonly Text Lead = new("The district publishes these numbers for everyone. Each one has a receipt that tells where it comes from.", "El distrito publica estos datos para todos. Cada uno tiene un recibo que dice de dónde viene.");
    public static readonly Text Empty = new("Nothing has been published yet.", "Todavía no se ha publicado nada.");
    public static readonly Text ListCaption = new("Releases, newest first", "Publicaciones, las más nuevas primero");
    public static readonly Text Published = new("Published", "Publicado");
    public static readonly Text OneTitle = new("Our schools in {0}", "Nuestras escuelas en {0}");
    public static readonly Text OneLead = new("Published {0}. These numbers are frozen: they stay as they were published.", "Publicado el {0}. Estos datos están congelados: quedan como se publicaron.");
    public static readonly Text NotYet = new("This release is being made ready: {0} percent done. This page renews itself.", "Esta publicación se está preparando: {0} por ciento. Esta página se renueva sola.");
    public static readonly Text Failed = new("This release could not be made: {0}", "Esta publicación no se pudo hacer: {0}");
    public static readonly Text Choose = new("Choose what to see", "Elija qué ver");
    public static readonly Text AllSchools = new("District and every school", "Distrito y todas las escuelas");
    public static readonly Text TableCaption = new("{0}, {1}, {2}", "{0}, {1}, {2}");
    public static readonly Text Receipt = new("Receipt", "Recibo");
    public static readonly Text ReceiptOf = new("Receipt {0}", "Recibo {0}");
    public static readonly Text HiddenMark = new("▨ hidden", "▨ oculto");
    public static readonly Text HiddenTitle = new("Why some numbers are hidden", "Por qué algunos datos están ocultos");
    public static readonly Text HiddenWhy = new("▨ hidden means that the number is about very few students, or that it would give away such a number. We hide it so that nobody can find out about one child. Hidden does not mean zero.", "▨ oculto significa que el dato trata de muy pocos estudiantes o que revelaría un dato así. Lo ocultamos para que nadie pueda saber algo de un solo niño. Oculto no significa cero.");
    public static readonly Text HiddenRules = new("The rules: no group under {0} students, and no count with fewer than {1} students who are in it or fewer than {1} who are not.", "Las reglas: ningún grupo de menos de {0} estudiantes y ninguna cuenta con menos de {1} estudiantes dentro o menos de {1} fuera.");
    public static readonly Text MergedNote = new("Counted together because each is small: {0}.", "Contados juntos porque cada uno es pequeño: {0}.");
    public static readonly Text MissingMark = new("no data", "sin datos");
    public static readonly Text NotApplicableMark = new("no students", "sin estudiantes");
    public static readonly Text Downloads = new("Take the numbers with you", "Llevarse los datos");
    public static readonly Text DownloadLine = new("{0} ({1} bytes), fingerprint (SHA-256) {2}", "{0} ({1} bytes), huella (SHA-256) {2}");
    public static readonly Text New = new("Publish a school year", "Publicar un año escolar");
    public static readonly Text NewLead = new("Publishing freezes the tables of one school year and shows them to everyone. Numbers about small groups are hidden. A school year can be published once.", "Publicar congela las tablas de un año escolar y las muestra a todos. Los datos de grupos pequeños se ocultan. Un año escolar se puede publicar una vez.");
    public static readonly Text NewDo = new("Publish this school year", "Publicar este año escolar");
    public static readonly Text NoYears = new("There is no school year with numbers yet.", "Todavía no hay un año escolar con datos.");

    public static readonly Text ReceiptTitle = new("Receipt of a number", "Recibo de un dato");
    public static readonly Text ReceiptSentence = new("{0}, {1}, {2}, {3}: {4}.", "{0}, {1}, {2}, {3}: {4}.");
    public static readonly Text ReceiptLead = new("This number was published {0}. It was computed from {1}.", "Este dato se publicó el {0}. Se calculó a partir de {1}.");
    public static readonly Text InRelease = new("See it in its release", "Ver en su publicación");
    public static readonly Text RowsTitle = new("The rows behind this number", "Las filas detrás de este dato");
    public static readonly Text RowsLead = new("You may see which rows of which files make up this number. This shows student records, so your name, the time and your reason are recorded.", "Usted puede ver qué filas de qué archivos forman este dato. Esto muestra registros de estudiantes; por eso se guarda su nombre, la hora y su motivo.");
    public static readonly Text RowsNotYou = new("The rows behind this number can be seen by: {0}. Each look is recorded.", "Las filas detrás de este dato las pueden ver: {0}. Cada consulta queda registrada.");
    public static readonly Text Purpose = new("Why do you need to see them?", "¿Por qué necesita verlas?");
    public static readonly Text PurposeHint = new("Example: check of the published rate before the board meeting.", "Ejemplo: comprobar el dato publicado antes de la reunión de la junta.");
    public static readonly Text ShowRows = new("Record my reason and show the rows", "Registrar mi motivo y mostrar las filas");
    public static readonly Text RowsAgree = new("Today's rows give the number as it was published.", "Las filas de hoy dan el dato tal como se publicó.");
    public static readonly Text RowsDiffer = new("The data has moved on since the release: today's rows give {0}; published was {1}.", "Los datos cambiaron desde la publicación: las filas de hoy dan {0}; se publicó {1}.");
    public static readonly Text RowsCaption = new("Students counted, with the rows that say so", "Estudiantes contados, con las filas que lo dicen");
    public static readonly Text StudentKey = new("Student (random key)", "Estudiante (clave al azar)");
    public static readonly Text Counted = new("Counted", "Contado");
    public static readonly Text CountedIn = new("in the count", "en la cuenta");
    public static readonly Text CountedOut = new("in the whole only", "solo en el total");
    public static readonly Text Rows = new("File and row", "Archivo y fila");
    public static readonly Text FileRow = new("{0}, row {1}", "{0}, fila {1}");
    public static readonly Plural RowsOf = new(new("{1}: row {2}", "{1}: fila {2}"), new("{1}: {0} rows ({2})", "{1}: {0} filas ({2})"));
}
