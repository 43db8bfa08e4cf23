namespace EquityPlatform.Web;

internal static class SetAsideTexts
{
    public static readonly Text Title = new("Rows that were set aside", "Filas apartadas");
    public static readonly Text Lead = new("These rows were not applied. What was known before stays as it was. Correct them here, or mend them in your system and send the file again.", "Estas filas no se aplicaron. Lo que se sabía antes queda como estaba. Corríjalas aquí, o arréglelas en su sistema y envíe el archivo de nuevo.");
    public static readonly Text Nothing = new("No row of this file is set aside.", "Ninguna fila de este archivo está apartada.");
    public static readonly Text Caption = new("Rows by file. The header is row 1.", "Filas por archivo. El encabezado es la fila 1.");
    public static readonly Text ToDo = new("What you can do", "Qué puede hacer");
    public static readonly Text Correct = new("Correct", "Corregir");
    public static readonly Text CorrectThis = new("Correct {0}, row {1}", "Corregir {0}, fila {1}");
    public static readonly Text InColumn = new("It is about the column {0}.", "Se trata de la columna {0}.");
    public static readonly Text NoValues = new("For the students' sake, values are not shown here. Look them up in your own system.", "Por el bien de los estudiantes, aquí no se muestran los valores. Búsquelos en su propio sistema.");
    public static readonly Text How = new("Say which columns should read otherwise. All others stay as they were sent. The row is then checked again like any other; the record keeps which columns were changed and by whom, never a value.", "Indique qué columnas deben decir otra cosa. Las demás quedan como se enviaron. La fila se revisa de nuevo como cualquier otra; el registro guarda qué columnas se cambiaron y quién lo hizo, nunca un valor.");
    public static readonly Text First = new("What to correct", "Qué corregir");
    public static readonly Text Another = new("Another column", "Otra columna");
    public static readonly Text NoColumn = new("none", "ninguna");
    public static readonly Text Value = new("Right value (leave blank to empty the column)", "Valor correcto (déjelo en blanco para vaciar la columna)");
    public static readonly Text Save = new("Check the row again", "Revisar la fila de nuevo");
    public static readonly Text Link = new("See and correct the rows that were set aside", "Ver y corregir las filas apartadas");

    public static readonly IReadOnlyDictionary<string, Text> States = new Dictionary<string, Text>
    {
        ["open"] = new("set aside", "apartada"),
        ["waiting"] = new("waits for what it refers to", "espera aquello a lo que se refiere"),
        ["corrected"] = new("corrected; is read again", "corregida; se lee de nuevo"),
        ["stuck"] = new("what it refers to came, and it still cannot be applied", "llegó aquello a lo que se refiere y aun así no se puede aplicar"),
    };

    public static readonly Text TemplatesTitle = new("Which files, which columns", "Qué archivos, qué columnas");
    public static readonly Text TemplatesLead = new("Files that can be sent, each with its columns. Download one as a start: it holds the header and nothing else.", "Archivos que se pueden enviar, cada uno con sus columnas. Descargue uno para empezar: contiene solo el encabezado.");
    public static readonly Text TemplatesLink = new("Which files can be sent, and with which columns?", "¿Qué archivos se pueden enviar y con qué columnas?");
    public static readonly Text Download = new("Download {0}", "Descargar {0}");
    public static readonly Text Must = new("Must be there", "Debe estar");
    public static readonly Text May = new("May be there", "Puede estar");
    public static readonly Text Dropped = new("Dropped when the file arrives", "Se elimina al llegar el archivo");
}
