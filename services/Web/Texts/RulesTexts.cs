namespace EquityPlatform.Web;

internal static class RulesTexts
{
    public static readonly Text Title = new("Own columns and codes", "Columnas y códigos propios");
    public static readonly Text Link = new("Your student information system may add columns (metadata.*) or codes (ext:) of its own to the OneRoster files. There you also say how its files are read, and by which categories race and ethnicity are grouped.", "Su sistema de información escolar puede agregar columnas (metadata.*) o códigos (ext:) propios a los archivos de OneRoster. Allí también se dice cómo se leen sus archivos y según qué categorías se agrupan la raza y la etnicidad.");
    public static readonly Text Open = new("Say what those of {0} mean", "Decir qué significan los de {0}");
    public static readonly Text Read = new("Show what those of {0} mean", "Mostrar qué significan los de {0}");
    public static readonly Text PageTitle = new("Own columns and codes of {0}", "Columnas y códigos propios de {0}");
    public static readonly Text Lead = new("A column that the standard does not have is not read, and a code of your own is kept as it is, until you say here what it means. It counts from the next files you send; files sent before stay as they were read.", "Una columna que el estándar no tiene no se lee, y un código propio se guarda como está, hasta que usted diga aquí qué significa. Vale desde los próximos archivos que envíe; los enviados antes quedan como se leyeron.");
    public static readonly Text ColumnsTitle = new("Columns", "Columnas");
    public static readonly Text ColumnsCaption = new("What own columns mean", "Qué significan las columnas propias");
    public static readonly Text CodesTitle = new("Codes", "Códigos");
    public static readonly Text CodesCaption = new("What own codes mean", "Qué significan los códigos propios");
    public static readonly Text None = new("Nothing is said yet.", "Todavía no se ha dicho nada.");
    public static readonly Text ColumnsHint = new("To take a line back, empty it. Three empty lines are always there.", "Para quitar una línea, vacíela. Siempre hay tres líneas vacías.");
    public static readonly Text ColumnLine = new("Column {0}", "Columna {0}");
    public static readonly Text CodeLine = new("Code {0}", "Código {0}");
    public static readonly Text File = new("File", "Archivo");
    public static readonly Text Column = new("Name of the column", "Nombre de la columna");
    public static readonly Text Means = new("What it means", "Qué significa");
    public static readonly Text Choose = new("choose", "elija");
    public static readonly Text Programs = new("The student takes part in (true or false)", "El estudiante participa en (sí o no)");
    public static readonly Text Numbers = new("Number of the student", "Número del estudiante");
    public static readonly Text Another = new("A column of the standard", "Una columna del estándar");
    public static readonly Text AnotherOf = new("column {0} of the standard", "columna {0} del estándar");
    public static readonly Text To = new("That column, if you chose one of the standard", "Esa columna, si eligió una del estándar");
    public static readonly Text Code = new("Your code", "Su código");
    public static readonly Text Value = new("The code of the standard", "El código del estándar");
    public static readonly Text ReadingTitle = new("How files are read", "Cómo se leen los archivos");
    public static readonly Text WithoutManifest = new("A zip without manifest.csv", "Un zip sin manifest.csv");
    public static readonly Text WithoutManifestHint = new("The manifest says whether files are complete. Systems that write OneRoster 1.0, or plain exports, leave it out. Read as complete, whatever the files no longer hold ends here, too; if that is much, a person is asked first.", "El manifiesto dice si los archivos están completos. Los sistemas que escriben OneRoster 1.0, o exportaciones simples, no lo incluyen. Si se leen como completos, lo que los archivos ya no contienen termina también aquí; si es mucho, primero se pregunta a una persona.");
    public static readonly Text Escape = new("A quotation mark inside a field", "Una comilla dentro de un campo");
    public static readonly Text EscapeHint = new("The standard writes it twice. Some systems (Aspen/X2 dumps) put a backslash before it. If nothing is said and a file cannot be read otherwise, it is repaired and you are told.", "El estándar la escribe dos veces. Algunos sistemas (volcados de Aspen/X2) le ponen una barra invertida delante. Si no se dice nada y un archivo no se puede leer de otro modo, se repara y se le avisa.");
    public static readonly Text RaceScheme = new("Race and ethnicity are grouped by", "La raza y la etnicidad se agrupan según");
    public static readonly Text RaceSchemeHint = new("Answers are kept as they were given under either. After a change, the next complete file records the new groups as corrections.", "Las respuestas se guardan como se dieron en ambos casos. Después de un cambio, el próximo archivo completo registra los nuevos grupos como correcciones.");
    public static readonly Text Save = new("Save for {0}", "Guardar para {0}");
    public static readonly Text Saved = new("It is saved and counts from the next files.", "Está guardado y vale desde los próximos archivos.");

    public static readonly Text Incomplete = new("Fill in the whole line, or empty it.", "Complete toda la línea, o vacíela.");
    public static readonly Text OnlyUsers = new("Programs and numbers of students stand in users.csv. Choose that file, or another meaning.", "Los programas y números de estudiantes están en users.csv. Elija ese archivo, u otro significado.");
    public static readonly Text Twice = new("This line says something else about the same as a line above.", "Esta línea dice otra cosa sobre lo mismo que una línea de arriba.");

    /// <summary>Values of a rule, with their words.</summary>
    public static readonly IReadOnlyDictionary<string, Text> ProgramNames = new Dictionary<string, Text>
    {
        ["program:englishLearner"] = new("English learner services", "servicios para aprender inglés"),
        ["program:iep"] = new("special education (IEP)", "educación especial (IEP)"),
        ["program:section504"] = new("Section 504 plan", "plan de la Sección 504"),
        ["program:economicallyDisadvantaged"] = new("economic disadvantage", "desventaja económica"),
        ["program:frl"] = new("free or reduced-price meals", "comidas gratuitas o a precio reducido"),
        ["program:homeless"] = new("services for homeless students", "servicios para estudiantes sin hogar"),
        ["program:foster"] = new("foster care", "cuidado temporal (foster)"),
        ["program:migrant"] = new("migrant education", "educación migrante"),
        ["program:military"] = new("military family", "familia militar"),
        ["program:titleI"] = new("Title I services", "servicios de Título I"),
        ["program:gifted"] = new("gifted education", "educación para talentosos"),
    };

    public static readonly IReadOnlyDictionary<string, Text> WithoutManifestNames = new Dictionary<string, Text>
    {
        [""] = new("is rejected: the manifest has to be there", "se rechaza: el manifiesto tiene que estar"),
        ["bulk"] = new("is read as complete (bulk)", "se lee como completo (bulk)"),
        ["delta"] = new("is read as changes only (delta)", "se lee solo como cambios (delta)"),
    };

    public static readonly IReadOnlyDictionary<string, Text> EscapeNames = new Dictionary<string, Text>
    {
        [""] = new("is written twice: \"\"", "se escribe dos veces: \"\""),
        ["backslash"] = new("has a backslash before it: \\\"", "lleva una barra invertida delante: \\\""),
    };

    public static readonly IReadOnlyDictionary<string, Text> RaceSchemeNames = new Dictionary<string, Text>
    {
        ["ED-2007"] = new("the federal categories of 2007 (two questions)", "las categorías federales de 2007 (dos preguntas)"),
        ["SPD15-2024"] = new("the federal categories of 2024 (one combined question)", "las categorías federales de 2024 (una sola pregunta)"),
    };

    public static readonly IReadOnlyDictionary<string, Text> NumberNames = new Dictionary<string, Text>
    {
        ["identifier:state"] = new("given by the state", "dado por el estado"),
        ["identifier:district"] = new("given by the district", "dado por el distrito"),
        ["identifier:local"] = new("local number", "número local"),
    };

    public static string Of(Language l, string becomes) =>
        ProgramNames.TryGetValue(becomes, out var program) ? $"{l[Programs]}: {l[program]}"
        : NumberNames.TryGetValue(becomes, out var number) ? $"{l[Numbers]}: {l[number]}"
        : becomes.StartsWith("column:", StringComparison.Ordinal) ? l[AnotherOf, becomes[7..]]
        : becomes;
}
