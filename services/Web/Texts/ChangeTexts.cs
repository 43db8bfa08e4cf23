namespace EquityPlatform.Web;

/// <summary>What changed since a day or a checkpoint.</summary>
internal static class ChangeTexts
{
    public static readonly Text Title = new("What changed since …", "Qué cambió desde …");
    public static readonly Text Lead = new("Every change in one log or in all, oldest first: who, when, why, and from which file and row. Students appear by random keys. Looking is recorded with your account and your purpose.",
        "Cada cambio en un registro o en todos, del más antiguo al más nuevo: quién, cuándo, por qué y de qué archivo y fila. Los estudiantes aparecen con claves al azar. Consultar queda registrado con su cuenta y su motivo.");
    public static readonly Text Log = new("Log", "Registro");
    public static readonly Text AllLogs = new("All logs, in the order of time", "Todos los registros, en orden de tiempo");
    public static readonly Text CaptionOfAll = new("Changes in all logs", "Cambios en todos los registros");
    public static readonly Text Since = new("Since a day, or since a checkpoint", "Desde un día o desde un punto de control");
    public static readonly Text SinceHint = new("A day as 2026-09-01 (from its first moment, UTC), or the number of events in a checkpoint that you kept, as 70.",
        "Un día como 2026-09-01 (desde su primer momento, UTC), o el número de eventos de un punto de control que guardó, como 70.");
    public static readonly Text Purpose = new("Purpose", "Motivo");
    public static readonly Text Show = new("Record my purpose and show the changes", "Registrar mi motivo y mostrar los cambios");
    public static readonly Plural Found = new(new("{0} change", "{0} cambio"), new("{0} changes", "{0} cambios"));
    public static readonly Text Part = new("Shown: {0} to {1} of {2}", "Se muestran: {0} a {1} de {2}");
    public static readonly Text None = new("Nothing has changed since then.", "Nada ha cambiado desde entonces.");
    public static readonly Text Caption = new("Changes in the log of {0}", "Cambios en el registro de {0}");
    public static readonly Text NextPage = new("Next changes", "Cambios siguientes");
}
