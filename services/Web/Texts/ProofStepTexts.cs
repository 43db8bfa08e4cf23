namespace EquityPlatform.Web;

/// <summary>Steps of a proof's check, and what can be wrong with each. Words in braces are arguments of the service's answer.</summary>
internal static class ProofStepTexts
{
    public static readonly IReadOnlyDictionary<string, Text> Steps = new Dictionary<string, Text>
    {
        ["proof"] = new("The proof file can be read", "El archivo de prueba se puede leer"),
        ["leaf"] = new("The leaf can be read", "La hoja se puede leer"),
        ["place"] = new("Proof and leaf speak of the same place in the same log", "La prueba y la hoja hablan del mismo lugar en el mismo registro"),
        ["path"] = new("The hashes lead from the leaf to the root of the checkpoint", "Las huellas llevan de la hoja a la raíz del punto de control"),
        ["signature"] = new("The checkpoint is signed with a key of this log", "El punto de control está firmado con una clave de este registro"),
        ["checkpoint"] = new("The log still keeps this very checkpoint", "El registro conserva este mismo punto de control"),
        ["witnesses"] = new("Outside witnesses signed too", "También firmaron testigos de fuera"),
        ["event"] = new("The event in the database today is the one of the leaf", "El evento en la base de datos hoy es el de la hoja"),
    };

    /// <summary>What a step that holds adds.</summary>
    public static readonly IReadOnlyDictionary<string, Text> Details = new Dictionary<string, Text>
    {
        ["proof"] = new("Place {index}, hashes: {hashes}, events under the checkpoint: {size}.", "Lugar {index}, huellas: {hashes}, eventos bajo el punto de control: {size}."),
        ["leaf"] = new("Its hash is {hash}.", "Su huella es {hash}."),
        ["place"] = new("Place {index} of {size}, counted from 0.", "Lugar {index} de {size}, contado desde 0."),
        ["path"] = new("The root {root} comes out (hashes: {hashes}).", "Sale la raíz {root} (huellas: {hashes})."),
        ["signature"] = new("Key {keys}.", "Clave {keys}."),
        ["checkpoint"] = new("It is kept under the size {size}.", "Está guardado bajo el tamaño {size}."),
        ["witnesses"] = new("Their signatures fit: {names}. This site has their keys from its operator; ask the witness itself whether it is its key.",
            "Sus firmas corresponden: {names}. Este sitio tiene sus claves de su operador; pregunte al propio testigo si es su clave."),
    };

    public static readonly IReadOnlyDictionary<string, Text> Faults = new Dictionary<string, Text>
    {
        ["proof.empty"] = new("No proof was put in.", "No se puso ninguna prueba."),
        ["proof.too-large"] = new("The text is longer than any proof: more than {most} characters.", "El texto es más largo que cualquier prueba: más de {most} caracteres."),
        ["proof.line-end"] = new("Line {line} ends with a carriage return (Windows line end). A proof has line feeds only: the file was changed by an editor.", "La línea {line} termina con retorno de carro (final de línea de Windows). Una prueba solo tiene saltos de línea: un editor cambió el archivo."),
        ["proof.characters"] = new("Line {line} holds a character that no proof has.", "La línea {line} tiene un carácter que ninguna prueba tiene."),
        ["proof.last-line-end"] = new("The last line ({line}) has no line end: something was cut off.", "La última línea ({line}) no tiene final de línea: algo se cortó."),
        ["proof.ends"] = new("The text ends after line {line}, before the proof is complete.", "El texto termina después de la línea {line}, antes de que la prueba esté completa."),
        ["proof.first-line"] = new("Line {line} is not “c2sp.org/tlog-proof@v1”: this is no proof file of this kind.", "La línea {line} no es «c2sp.org/tlog-proof@v1»: no es un archivo de prueba de este tipo."),
        ["proof.extra"] = new("Line {line} (“extra”) is not base64.", "La línea {line} («extra») no es base64."),
        ["proof.index"] = new("Line {line} should give the place as “index” and a number.", "La línea {line} debería dar el lugar como «index» y un número."),
        ["proof.hash"] = new("Line {line} is not a hash of 32 bytes.", "La línea {line} no es una huella de 32 bytes."),
        ["proof.hashes"] = new("Line {line}: there are more hashes than any log needs.", "Línea {line}: hay más huellas de las que necesita cualquier registro."),
        ["note.origin"] = new("Line {line} should name the log.", "La línea {line} debería nombrar el registro."),
        ["note.size"] = new("Line {line} should be the number of events.", "La línea {line} debería ser el número de eventos."),
        ["note.root"] = new("Line {line} should be the root: a hash of 32 bytes.", "La línea {line} debería ser la raíz: una huella de 32 bytes."),
        ["note.blank-line"] = new("Line {line} should be blank: it parts the checkpoint from its signatures.", "La línea {line} debería estar vacía: separa el punto de control de sus firmas."),
        ["note.signature"] = new("Line {line} is no signature line (long dash, name, signature).", "La línea {line} no es una línea de firma (raya, nombre, firma)."),
        ["note.unsigned"] = new("There is no signature under the checkpoint.", "No hay ninguna firma bajo el punto de control."),
        ["note.signatures"] = new("There are too many signatures under the checkpoint.", "Hay demasiadas firmas bajo el punto de control."),
        ["leaf.empty"] = new("No leaf was put in.", "No se puso ninguna hoja."),
        ["leaf.characters"] = new("The leaf holds text that is not Unicode.", "La hoja tiene texto que no es Unicode."),
        ["leaf.too-large"] = new("The leaf has {bytes} bytes; none has more than {most}.", "La hoja tiene {bytes} bytes; ninguna tiene más de {most}."),
        ["leaf.json"] = new("The leaf is not JSON: {detail}", "La hoja no es JSON: {detail}"),
        ["leaf.number"] = new("The leaf holds a number that is not exact: {detail}", "La hoja tiene un número que no es exacto: {detail}"),
        ["leaf.duplicate-member"] = new("The leaf names something twice: {detail}", "La hoja nombra algo dos veces: {detail}"),
        ["leaf.member-missing"] = new("The leaf lacks “{member}”.", "A la hoja le falta «{member}»."),
        ["leaf.member-unknown"] = new("The leaf has “{member}”, which does not belong there.", "La hoja tiene «{member}», que no va ahí."),
        ["leaf.member"] = new("What the leaf says under “{member}” is not of the right form.", "Lo que la hoja dice bajo «{member}» no tiene la forma correcta."),
        ["leaf.hash"] = new("“{member}” in the leaf is not a hash of 32 bytes.", "«{member}» en la hoja no es una huella de 32 bytes."),
        ["leaf.algorithm"] = new("The leaf names a way of locking that nobody knows: {algorithm}.", "La hoja nombra una forma de cerrar que nadie conoce: {algorithm}."),
        ["leaf.canonical"] = new("The leaf is not written in its one exact form; it differs from byte {byte} on.", "La hoja no está escrita en su única forma exacta; es distinta desde el byte {byte}."),
        ["place.origin"] = new("The leaf is of the log {leaf}, the proof of {proof}.", "La hoja es del registro {leaf}, la prueba de {proof}."),
        ["place.index"] = new("The leaf says place {leaf}, the proof says place {proof}.", "La hoja dice lugar {leaf}, la prueba dice lugar {proof}."),
        ["place.outside"] = new("Place {index} lies outside a log of the size {size}.", "El lugar {index} queda fuera de un registro de tamaño {size}."),
        ["path.too-long"] = new("The proof has more hashes than this log had levels.", "La prueba tiene más huellas que niveles tenía este registro."),
        ["path.too-short"] = new("The proof has fewer hashes than this log had levels.", "La prueba tiene menos huellas que niveles tenía este registro."),
        ["path.root"] = new("Another root comes out: the leaf, a hash or the checkpoint was changed.", "Sale otra raíz: se cambió la hoja, una huella o el punto de control."),
        ["signature.other-log"] = new("The proof is of the log {origin}. This log is {own}.", "La prueba es del registro {origin}. Este registro es {own}."),
        ["signature.no-keys"] = new("This service has no keys: it signs nothing.", "Este servicio no tiene claves: no firma nada."),
        ["signature.bad"] = new("The signature of key {key} does not fit the text: the checkpoint or its signature was changed.", "La firma de la clave {key} no corresponde al texto: se cambió el punto de control o su firma."),
        ["signature.missing"] = new("No signature is by a key of this log.", "Ninguna firma es de una clave de este registro."),
        ["checkpoint.closed"] = new("The log {origin} was closed and founded anew after a loss. What it signed can be checked with its export and “equity-audit”.", "El registro {origin} se cerró y se fundó de nuevo después de una pérdida. Lo que firmó se puede comprobar con su exportación y «equity-audit»."),
        ["checkpoint.ahead"] = new("The checkpoint has the size {size}, the log only {latest}: if the signature is right, the log lost events.", "El punto de control tiene el tamaño {size}, el registro solo {latest}: si la firma es correcta, el registro perdió eventos."),
        ["checkpoint.unknown"] = new("The log keeps no checkpoint of the size {size}. If the signature is right, the log forgot what it signed.", "El registro no conserva ningún punto de control de tamaño {size}. Si la firma es correcta, el registro olvidó lo que firmó."),
        ["checkpoint.differs"] = new("The log keeps another root under the size {size}: {kept}.", "El registro conserva otra raíz bajo el tamaño {size}: {kept}."),
        ["checkpoint.fork"] = new("Two roots were signed for the size {size}: {root} and {kept}. The log shows different people different histories. Keep this file and tell your accountability office.",
            "Se firmaron dos raíces para el tamaño {size}: {root} y {kept}. El registro muestra historias distintas a personas distintas. Guarde este archivo y avise a su oficina de control."),
        ["witnesses.none"] = new("No outside witness signed this checkpoint.", "Ningún testigo de fuera firmó este punto de control."),
        ["witnesses.named"] = new("Named: {names}. This site does not know their keys: check them with the witness's own key in “equity-audit”.", "Se nombran: {names}. Este sitio no conoce sus claves: compruébelos con la clave del propio testigo en «equity-audit»."),
        ["witnesses.bad"] = new("The signature of the witness {name} does not fit the text: the checkpoint or the signature was changed.", "La firma del testigo {name} no corresponde al texto: se cambió el punto de control o la firma."),
        ["event.absent"] = new("The log has no event at place {index}.", "El registro no tiene ningún evento en el lugar {index}."),
        ["event.changed"] = new("The database holds something else at place {index} today: it was changed after it was signed.", "Hoy la base de datos tiene otra cosa en el lugar {index}: se cambió después de firmarse."),
    };

    public static string Step(Language l, string code) => Steps.TryGetValue(code, out var text) ? l[text] : code;

    /// <summary>What is wrong, or what a step that holds found.</summary>
    public static string? Detail(Language l, ProofStep step)
    {
        if (!(step.Fault is { } fault ? Faults.TryGetValue(fault, out var text) : Details.TryGetValue(step.Holds == "yes" ? step.Code : "", out text)) || text is null)
            return step.Fault;
        var sentence = l[text];
        foreach (var (name, value) in step.Arguments)
            sentence = sentence.Replace("{" + name + "}", value, StringComparison.Ordinal);
        return sentence;
    }
}
