namespace EquityPlatform.Web;

internal static class EdFiTexts
{
    public static readonly Text Title = new("Ed-Fi connections", "Conexiones Ed-Fi");
    public static readonly Text Link = new("Read an Ed-Fi interface on a schedule", "Leer una interfaz Ed-Fi con horario");
    public static readonly Text Lead = new("Instead of sending files, let the platform read your student information system through its Ed-Fi interface. What it reads goes through the same checks as a file.", "En lugar de enviar archivos, deje que la plataforma lea su sistema de información escolar por su interfaz Ed-Fi. Lo que lee pasa por las mismas revisiones que un archivo.");
    public static readonly Text None = new("No interface is connected yet.", "Todavía no hay ninguna interfaz conectada.");
    public static readonly Text Caption = new("Connected interfaces", "Interfaces conectadas");
    public static readonly Text Name = new("Name", "Nombre");
    public static readonly Text NameHint = new("Lower-case letters, digits and hyphens. Keep the name of the source that you sent files for, if the students are the same.", "Letras minúsculas, números y guiones. Use el nombre del sistema para el que envió archivos, si los estudiantes son los mismos.");
    public static readonly Text Address = new("Address of the interface", "Dirección de la interfaz");
    public static readonly Text AddressHint = new("The root of the Ed-Fi API, for example https://ods.example.org/v7/", "La raíz de la API Ed-Fi, por ejemplo https://ods.example.org/v7/");
    public static readonly Text Key = new("Id of the key", "Identificador de la clave");
    public static readonly Text KeyHint = new("The client id that your district gave for reading. Never its secret.", "El identificador de cliente que su distrito dio para leer. Nunca su secreto.");
    public static readonly Text Every = new("Minutes between readings", "Minutos entre lecturas");
    public static readonly Text EveryHint = new("5 to 43200. Leave it blank to read only when somebody asks.", "De 5 a 43200. Déjelo en blanco para leer solo cuando alguien lo pida.");
    public static readonly Text Snapshot = new("Read the interface's snapshot", "Leer la instantánea de la interfaz");
    public static readonly Text SnapshotHint = new("For interfaces that keep one. Nothing shifts while it is read.", "Para interfaces que guardan una. Nada se mueve mientras se lee.");
    public static readonly Text Descriptors = new("Meanings of your own codes", "Significados de sus propios códigos");
    public static readonly Text DescriptorsHint = new("One in a line: the whole code, an equals sign, the meaning. Nothing after the sign means: known, and to be left out. Example: uri://gbisd.edu/AttendanceEventCategoryDescriptor#Skipped = absentUnexcused", "Uno por línea: el código entero, un signo igual, el significado. Nada después del signo quiere decir: conocido, y se omite. Ejemplo: uri://gbisd.edu/AttendanceEventCategoryDescriptor#Skipped = absentUnexcused");
    public static readonly Text Save = new("Save", "Guardar");
    public static readonly Text New = new("Connect an interface", "Conectar una interfaz");
    public static readonly Text NewTitle = new("Connect an Ed-Fi interface", "Conectar una interfaz Ed-Fi");
    public static readonly Text SettingsTitle = new("Settings of {0}", "Ajustes de {0}");
    public static readonly Text Settings = new("Change the settings", "Cambiar los ajustes");
    public static readonly Text OneTitle = new("Ed-Fi connection {0}", "Conexión Ed-Fi {0}");
    public static readonly Text Secret = new("Secret of the key", "Secreto de la clave");
    public static readonly Text SecretThere = new("It is in place.", "Está en su lugar.");
    public static readonly Text SecretMissing = new("The secret of the key is missing: nothing can be read until your operator puts it in place. It is never typed here and never stored in the database.", "Falta el secreto de la clave: no se puede leer nada hasta que su operador lo ponga. Nunca se escribe aquí ni se guarda en la base de datos.");
    public static readonly Text SecretWhere = new("For the operator: environment variable {0}, or the file {1} in the folder of Ingestion:EdFi:SecretFolder.", "Para el operador: la variable de entorno {0}, o el archivo {1} en la carpeta de Ingestion:EdFi:SecretFolder.");
    public static readonly Text Schedule = new("Schedule", "Horario");
    public static readonly Text EveryMinutes = new("every {0} minutes", "cada {0} minutos");
    public static readonly Text OnDemand = new("only when somebody asks", "solo cuando alguien lo pide");
    public static readonly Text NextRun = new("Next reading", "Próxima lectura");
    public static readonly Text ConfiguredBy = new("Settings last saved", "Ajustes guardados");
    public static readonly Text ConfiguredLine = new("{0}, by {1}", "{0}, por {1}");
    public static readonly Text LastRun = new("Last reading", "Última lectura");
    public static readonly Text Never = new("never", "nunca");
    public static readonly Text Items = new("Items read", "Elementos leídos");
    public static readonly Text Complete = new("Everything was read, not only what changed.", "Se leyó todo, no solo lo que cambió.");
    public static readonly Text OpenFeed = new("Open the file that came of it", "Abrir el archivo que resultó");
    public static readonly Text RunNow = new("Read now what changed", "Leer ahora lo que cambió");
    public static readonly Text RunAll = new("Read everything anew", "Leer todo de nuevo");
    public static readonly Text Renews = new("This page renews itself while the interface is being read.", "Esta página se renueva mientras se lee la interfaz.");
    public static readonly Text ResourcesTitle = new("What was read, kind by kind", "Qué se leyó, por tipo");
    public static readonly Text ResourcesCaption = new("Resources of the interface. A kind that fails is read again from where it was; it stops no other.", "Recursos de la interfaz. Un tipo que falla se lee de nuevo desde donde estaba; no detiene a los demás.");
    public static readonly Text Resource = new("Resource", "Recurso");
    public static readonly Text Version = new("Taken over up to change version", "Tomado hasta la versión de cambio");
    public static readonly Text ReadAt = new("Last read", "Última lectura");
    public static readonly Text NothingRead = new("Nothing has been read yet.", "Todavía no se ha leído nada.");

    public static readonly IReadOnlyDictionary<string, Text> States = new Dictionary<string, Text>
    {
        ["idle"] = new("waits for its time", "espera su hora"),
        ["due"] = new("about to be read", "a punto de leerse"),
        ["reading"] = new("being read", "leyéndose"),
    };

    private static readonly Text Rests = new("waits until somebody asks", "espera a que alguien lo pida");

    /// <summary>A source without a schedule has no time to wait for.</summary>
    public static string State(Language l, Contracts.Ingestion.EdFiSource source) => source is { State: "idle", DueAt: null } ? l[Rests] : GoalTexts.Of(l, States, source.State);

    public static readonly IReadOnlyDictionary<string, Text> Outcomes = new Dictionary<string, Text>
    {
        ["stored"] = new("new data came and was taken over as a file", "llegaron datos nuevos y se tomaron como un archivo"),
        ["unchanged"] = new("nothing had changed", "nada había cambiado"),
        ["partly"] = new("data came, but at least one kind could not be read", "llegaron datos, pero al menos un tipo no se pudo leer"),
        ["waiting"] = new("the file of the reading before is not applied yet; a held file needs your decision", "el archivo de la lectura anterior aún no se aplica; un archivo retenido necesita su decisión"),
        ["edfi.no-secret"] = new("the secret of the key is missing", "falta el secreto de la clave"),
        ["edfi.address-private"] = new("the address leads into the private network, which is not allowed", "la dirección lleva a la red privada, lo que no está permitido"),
        ["edfi.key-refused"] = new("the interface did not accept the key or its secret", "la interfaz no aceptó la clave o su secreto"),
        ["edfi.unreachable"] = new("the interface did not answer; it is tried again", "la interfaz no respondió; se intentará de nuevo"),
        ["edfi.discovery"] = new("at this address there is no Ed-Fi interface that can be read", "en esta dirección no hay una interfaz Ed-Fi que se pueda leer"),
        ["edfi.discovery-elsewhere"] = new("the interface names addresses of another server, which are not followed", "la interfaz nombra direcciones de otro servidor, que no se siguen"),
        ["edfi.snapshot-gone"] = new("the snapshot was taken away while it was read; it starts over", "la instantánea desapareció durante la lectura; se empieza de nuevo"),
        ["edfi.internal-error"] = new("a fault of this platform; the operator has been told", "una falla de esta plataforma; el operador ya fue avisado"),
    };

    public static readonly IReadOnlyDictionary<string, Text> ResourceOutcomes = new Dictionary<string, Text>
    {
        ["read"] = new("read", "leído"),
        ["forbidden"] = new("the key may not read it; ask your district to add it to the claim set", "la clave no puede leerlo; pida al distrito que lo agregue al conjunto de permisos"),
        ["absent"] = new("this interface does not have it", "esta interfaz no lo tiene"),
        ["failed"] = new("failed; it is read again next time", "falló; se lee de nuevo la próxima vez"),
    };
}
