namespace EquityPlatform.Web;

internal static class FeedTexts
{
    public static readonly Text Title = new("Data files", "Archivos de datos");
    public static readonly Text Lead = new("Send the files of your student information system. Each row is checked before anything changes.", "Envíe los archivos de su sistema de información escolar. Cada fila se revisa antes de cambiar algo.");
    public static readonly Text SendTitle = new("Send files", "Enviar archivos");
    public static readonly Text Source = new("Name of the source system", "Nombre del sistema de origen");
    public static readonly Text SourceHint = new("Keep it the same each time: student ids count within one source.", "Use siempre el mismo: los códigos de estudiantes valen dentro de un sistema.");
    public static readonly Text Zip = new("OneRoster 1.1 package (zip)", "Paquete OneRoster 1.1 (zip)");
    public static readonly Text ZipHint = new("Complete files (bulk), with manifest.csv.", "Archivos completos (bulk), con manifest.csv.");
    public static readonly Text Side = new("Side files (CSV)", "Archivos adicionales (CSV)");
    public static readonly Text SideHint = new("attendance.csv, calendar.csv, programs.csv, declarations.csv. You can choose several at once.", "attendance.csv, calendar.csv, programs.csv, declarations.csv. Puede elegir varios a la vez.");
    public static readonly Text Send = new("Send and check", "Enviar y revisar");
    public static readonly Text NoNames = new("Names and birth dates are dropped when the file arrives. They are never stored.", "Los nombres y fechas de nacimiento se eliminan al llegar el archivo. Nunca se guardan.");
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
    public static readonly Text Progress = new("{0} percent done", "{0} por ciento hecho");
    public static readonly Text Reloads = new("This page renews itself until the work is done.", "Esta página se renueva sola hasta que termine el trabajo.");
    public static readonly Text CountsCaption = new("Rows by file", "Filas por archivo");
    public static readonly Text File = new("File", "Archivo");
    public static readonly Text Total = new("All files", "Todos los archivos");
    public static readonly Text DeletedNote = new("Rows that are no longer in the file are counted here. They are not deleted yet.", "Las filas que ya no están en el archivo se cuentan aquí. Todavía no se borran.");
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
        ["applying"] = new("being applied", "aplicándose"),
        ["applied"] = new("applied", "aplicado"),
        ["rejected"] = new("not accepted; nothing changed", "no aceptado; nada cambió"),
    };

    public static string State(Language l, string code) => States.TryGetValue(code, out var text) ? l[text] : code;
}
