namespace EquityPlatform.Web;

/// <summary>The audit logs and their proofs, for people who never heard of them.</summary>
internal static class ProofTexts
{
    public static readonly Text Menu = new("Proofs", "Pruebas");
    public static readonly Text Title = new("How you can tell that nothing was changed in secret", "Cómo saber que nada se cambió en secreto");
    public static readonly Text Lead = new("Everything that happens here is written into a log, one line after the other. A line can be added. It cannot be changed or taken out without everyone being able to see it.",
        "Todo lo que pasa aquí se escribe en un registro, una línea tras otra. Se puede agregar una línea. No se puede cambiar ni quitar sin que todos lo puedan ver.");
    public static readonly Text MeaningTitle = new("What this means", "Qué significa esto");
    public static readonly Text Meaning1 = new("Each log has a fingerprint of all its lines, called the root. Change one letter in one line, and the root is another one.",
        "Cada registro tiene una huella de todas sus líneas, llamada raíz. Si cambia una letra en una línea, la raíz es otra.");
    public static readonly Text Meaning2 = new("About every second, if something was added, the system signs the number of lines and the root. That is a checkpoint. Keep one, and you hold the system to all that it said up to then.",
        "Cada segundo, si se agregó algo, el sistema firma el número de líneas y la raíz. Eso es un punto de control. Guarde uno y el sistema queda atado a todo lo que dijo hasta entonces.");
    public static readonly Text Meaning3 = new("A proof shows that one line is in the log. It stays good for as long as you keep it, even if this site is gone.",
        "Una prueba muestra que una línea está en el registro. Vale mientras usted la guarde, aunque este sitio ya no exista.");
    public static readonly Text Meaning4 = new("The log holds no names. What is about one student is locked with that student's own key.",
        "El registro no tiene nombres. Lo que trata de un estudiante está cerrado con la clave propia de ese estudiante.");
    public static readonly Text LogsTitle = new("The logs today", "Los registros hoy");
    public static readonly Text LogOf = new("Log of {0}", "Registro de {0}");
    public static readonly Text NothingSigned = new("Nothing has been signed in this log yet.", "Todavía no se ha firmado nada en este registro.");
    public static readonly Text Events = new("Events in it", "Eventos que tiene");
    public static readonly Text SignedAt = new("Last signed", "Última firma");
    public static readonly Text Root = new("Root (fingerprint)", "Raíz (huella)");
    public static readonly Text Witnesses = new("Outside witnesses", "Testigos de fuera");
    public static readonly Text NoWitness = new("None yet", "Ninguno todavía");
    public static readonly Text NoWitnessMeans = new("No outside witness signs these logs yet. Until one does, keep a checkpoint yourself: then nobody can rewrite what came before it.",
        "Ningún testigo de fuera firma todavía estos registros. Hasta que uno lo haga, guarde usted un punto de control: así nadie puede reescribir lo anterior.");
    public static readonly Plural GrewTitle = new(new("The log of {1} holds {0} event", "El registro de {1} tiene {0} evento"), new("The log of {1} grew to {0} events", "El registro de {1} creció hasta {0} eventos"));
    public static readonly Text GrewSummary = new("From {0} on {1} to {2} on {3}. A log can only grow.", "De {0} el {1} a {2} el {3}. Un registro solo puede crecer.");
    public static readonly Text GrewOnce = new("It was signed once, on {0}. A log can only grow.", "Se firmó una vez, el {0}. Un registro solo puede crecer.");
    public static readonly Text GrewCaption = new("The same numbers as a table: {0}", "Los mismos números en una tabla: {0}");
    public static readonly Text AsTable = new("Show as a table", "Mostrar como tabla");
    public static readonly Text ShowCheckpoint = new("Checkpoint and keys to keep", "Punto de control y claves para guardar");
    public static readonly Text CheckpointText = new("Latest checkpoint", "Último punto de control");
    public static readonly Text KeyText = new("Keys that its signatures are checked with", "Claves con las que se comprueban sus firmas");
    public static readonly Text KeyHint = new("Copy them once, on paper or by e-mail to yourself. Who gets the keys from this site each time can only check that the site agrees with itself.",
        "Cópielas una vez, en papel o en un correo a usted. Quien toma las claves de este sitio cada vez solo comprueba que el sitio está de acuerdo consigo mismo.");
    public static readonly Text CheckLink = new("Check a proof", "Comprobar una prueba");
    public static readonly Text ChangesLink = new("See what changed since a day", "Ver qué cambió desde un día");
    public static readonly Text WithoutUsTitle = new("Check it without us", "Compruébelo sin nosotros");
    public static readonly Text WithoutUs = new("You need not believe this site. The program “equity-audit” checks everything on your own computer, without network. It has its own code and shares none with this system. Ask an auditor for an export file, and type:",
        "No tiene que creerle a este sitio. El programa «equity-audit» comprueba todo en su propia computadora, sin red. Tiene su propio código y no comparte nada con este sistema. Pida a auditoría un archivo de exportación y escriba:");

    public static readonly Text StreamTitle = new("Receipts: what happened, with proofs", "Recibos: qué pasó, con pruebas");
    public static readonly Text StreamLead = new("Each line below is in the log of {0}. Open one to get its proof.", "Cada línea de abajo está en el registro de {0}. Abra una para obtener su prueba.");
    public static readonly Text OpenReceipt = new("Receipt and proof", "Recibo y prueba");

    public static readonly Text ReceiptTitle = new("Receipt of an event", "Recibo de un evento");
    public static readonly Text NotYet = new("This event is not in the log yet. It takes a second or two. Please reload the page.", "Este evento aún no está en el registro. Tarda uno o dos segundos. Recargue la página.");
    public static readonly Text ReceiptSentence = new("It is event number {0} of {1} in the log of {2}.", "Es el evento número {0} de {1} en el registro de {2}.");
    public static readonly Text NoContents = new("Here your role sees that it happened, and when. What was written stands on the page of the record.", "Aquí su función ve que pasó y cuándo. Lo que se escribió está en la página de la ficha.");
    public static readonly Text OpenRecord = new("Open the record", "Abrir la ficha");
    public static readonly Text SinceThen = new("Recorded", "Registrado");
    public static readonly Text Record = new("Record", "Ficha");
    public static readonly Text KeepTitle = new("Keep these two files", "Guarde estos dos archivos");
    public static readonly Text KeepLead = new("Together they prove that this was recorded then, in these words, and not changed later. Keep both with your papers.",
        "Juntos prueban que esto se registró entonces, con estas palabras, y que no se cambió después. Guarde los dos con sus papeles.");
    public static readonly Text DownloadProof = new("Download the proof file", "Descargar el archivo de prueba");
    public static readonly Text DownloadLeaf = new("Download the line of the log (leaf)", "Descargar la línea del registro (hoja)");
    public static readonly Text CheckNow = new("Check it now", "Comprobarlo ahora");
    public static readonly Text ShowFiles = new("Show both files", "Mostrar los dos archivos");
    public static readonly Text GoalLink = new("Receipts with proofs", "Recibos con pruebas");
    public static readonly Text DecisionLink = new("Receipt of this decision", "Recibo de esta decisión");

    public static readonly Text CheckTitle = new("Check a proof", "Comprobar una prueba");
    public static readonly Text CheckLead = new("Put in the proof file and the line of the log (leaf) that you kept. You see each step, and what is wrong if one fails.",
        "Ponga el archivo de prueba y la línea del registro (hoja) que guardó. Verá cada paso y qué está mal si uno falla.");
    public static readonly Text ProofFile = new("Proof file", "Archivo de prueba");
    public static readonly Text LeafFile = new("Line of the log (leaf)", "Línea del registro (hoja)");
    public static readonly Text OrPasteProof = new("Or paste the proof here", "O pegue aquí la prueba");
    public static readonly Text OrPasteLeaf = new("Or paste the leaf here", "O pegue aquí la hoja");
    public static readonly Text PasteHint = new("Files are checked byte by byte. In pasted text, line ends are put right first.", "Los archivos se comprueban byte por byte. En el texto pegado se corrigen antes los finales de línea.");
    public static readonly Text Check = new("Check", "Comprobar");
    public static readonly Text VerdictYes = new("This proof holds. The event is in the log, and it was not changed.", "Esta prueba es válida. El evento está en el registro y no se cambió.");
    public static readonly Text VerdictNo = new("This proof does not hold.", "Esta prueba no es válida.");
    public static readonly Text VerdictOpen = new("Not everything could be checked here.", "Aquí no se pudo comprobar todo.");
    public static readonly Text StepsTitle = new("Step by step", "Paso a paso");
    public static readonly Text EventTitle = new("The event", "El evento");

    public static readonly IReadOnlyDictionary<string, Text> Marks = new Dictionary<string, Text>
    {
        ["yes"] = new("Holds", "Se cumple"),
        ["no"] = new("Does not hold", "No se cumple"),
        ["not-checked"] = new("Not checked", "Sin comprobar"),
    };
}
