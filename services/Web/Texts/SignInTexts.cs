namespace EquityPlatform.Web;

internal static class SignInTexts
{
    public static readonly Text Title = new("Sign in", "Entrar");
    public static readonly Text Choose = new("Choose a role of the practice district. Each role sees what its work needs, and no more.", "Elija una función del distrito de práctica. Cada función ve lo que su trabajo necesita y nada más.");
    public static readonly Text As = new("Sign in as {0}", "Entrar como {0}");
    public static readonly Text NotHere = new("This site takes the sign-in of your district. Please open it from your district's start page.", "Este sitio usa la entrada de su distrito. Ábralo desde la página de inicio de su distrito.");
}
