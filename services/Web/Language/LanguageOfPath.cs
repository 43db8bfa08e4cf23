namespace EquityPlatform.Web;

/// <summary>Takes <c>/es</c> off the path, so that every page has one route and two languages.</summary>
internal static class LanguageOfPath
{
    private static readonly object Key = new();

    public static void UseLanguageOfPath(this WebApplication app) => app.Use((context, next) =>
    {
        var spanish = context.Request.Path.StartsWithSegments("/es", StringComparison.Ordinal, out var rest);
        if (spanish)
            context.Request.Path = rest.HasValue ? rest : "/";
        context.Items[Key] = spanish ? Language.Spanish : Language.English;
        return next(context);
    });

    public static Language PageLanguage(this HttpContext context) => context.Items[Key] as Language ?? Language.English;
}
