namespace EquityPlatform.Web;

/// <summary>Words that every page shares.</summary>
internal static class SiteTexts
{
    public static readonly Text Name = new("Equity Platform", "Plataforma de Equidad");
    public static readonly Text District = new("Grand Bend Schools", "Escuelas de Grand Bend");
    public static readonly Text Tagline = new("See where schools can serve students better. Decide together. Check what changed.", "Ver dónde las escuelas pueden servir mejor. Decidir en conjunto. Comprobar qué cambió.");
    public static readonly Text SkipToContent = new("Skip to main content", "Ir al contenido principal");
    public static readonly Text MainMenu = new("Main menu", "Menú principal");
    public static readonly Text FooterMenu = new("About this site", "Sobre este sitio");
    public static readonly Text SwitchLanguage = new("Español", "English");
    public static readonly Text SignIn = new("Sign in", "Entrar");
    public static readonly Text SignOut = new("Sign out", "Salir");
    public static readonly Text SignedInAs = new("Signed in as {0}", "Entró como {0}");
    public static readonly Text Home = new("Home", "Inicio");
    public static readonly Text Indicators = new("Indicators", "Indicadores");
    public static readonly Text Goals = new("Goals", "Metas");
    public static readonly Text Feeds = new("Data files", "Archivos de datos");
    public static readonly Text Releases = new("Public numbers", "Datos públicos");
    public static readonly Text History = new("History", "Historial");
    public static readonly Text Accessibility = new("Accessibility", "Accesibilidad");
    public static readonly Text LanguageNote = new("Languages", "Idiomas");
    public static readonly Text Privacy = new("On public pages, numbers about small groups are hidden to protect students.", "En las páginas públicas, los datos de grupos pequeños se ocultan para proteger a los estudiantes.");
    public static readonly Text DemoNotice = new("Demo: a practice district with made-up students.", "Demostración: un distrito de práctica con estudiantes inventados.");
    public static readonly Text OfHundred = new("{0} of 100", "{0} de cada 100");
    public static readonly Text And = new("{0} and {1}", "{0} y {1}");
    public static readonly Text DateAtTime = new("{0}, {1} UTC", "{0}, {1} UTC");
    public static readonly Text Show = new("Show", "Mostrar");
    public static readonly Text Next = new("Next", "Siguiente");
    public static readonly Text First = new("Back to the start", "Volver al principio");
    public static readonly Text None = new("none", "ninguno");
    public static readonly Text DistrictAsSchool = new("Whole district", "Todo el distrito");
    public static readonly Text Required = new("(required)", "(obligatorio)");
    public static readonly Text Optional = new("(optional)", "(opcional)");
    public static readonly Text BackTo = new("Back to {0}", "Volver a {0}");
    public static readonly Text Breadcrumb = new("You are here", "Usted está aquí");
    public static readonly Text Details = new("Details", "Detalles");
    public static readonly Text Note = new("Note", "Nota");
    public static readonly Text Done = new("Done", "Listo");
    public static readonly Text PleaseCheck = new("Please check", "Por favor revise");
    public static readonly Text Who = new("Who", "Quién");
    public static readonly Text When = new("When", "Cuándo");
    public static readonly Text What = new("What", "Qué");
    public static readonly Text Why = new("Why", "Por qué");
    public static readonly Text Source = new("Source", "Fuente");
    public static readonly Text School = new("School", "Escuela");
    public static readonly Text Year = new("School year", "Año escolar");
    public static readonly Text Group = new("Group", "Grupo");
    public static readonly Text Status = new("Status", "Estado");
}
