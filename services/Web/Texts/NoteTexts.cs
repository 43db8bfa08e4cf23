namespace EquityPlatform.Web;

internal static class NoteTexts
{
    public static readonly NoteModel Accessibility = new(new("Accessibility", "Accesibilidad"),
    [
        new("We build this site for everyone. Our measure is WCAG 2.1, level AA.", "Construimos este sitio para todos. Nuestra medida es WCAG 2.1, nivel AA."),
        new("Every page works with a keyboard, without JavaScript, on a phone and on paper. You can make the text four times as large.", "Cada página funciona con teclado, sin JavaScript, en un teléfono y en papel. Puede ampliar el texto cuatro veces."),
        new("Each picture has a summary in words and a table with the same numbers. Shape and words always say what colour says.", "Cada imagen tiene un resumen con palabras y una tabla con los mismos datos. La forma y las palabras siempre dicen lo que dice el color."),
        new("Known limits: wide tables scroll sideways on a small screen. The site has not yet been tested by people with each kind of screen reader.", "Límites conocidos: las tablas anchas se desplazan hacia un lado en una pantalla pequeña. El sitio todavía no ha sido probado por personas con cada tipo de lector de pantalla."),
        new("If something keeps you out, tell your district. It is our fault, not yours.", "Si algo le impide entrar, avise a su distrito. La falla es nuestra, no suya."),
    ]);

    public static readonly NoteModel Languages = new(new("Languages", "Idiomas"),
    [
        new("Every page is there in English and in Spanish. The link at the top switches and keeps you on the same page.", "Cada página está en inglés y en español. El enlace de arriba cambia de idioma y le deja en la misma página."),
        new("What people write, such as goals and reasons, stays in the language in which they wrote it.", "Lo que escriben las personas, como metas y motivos, queda en el idioma en que lo escribieron."),
        new("The Spanish text is a draft. It still has to be reviewed by a school translator before vital notices use it.", "El texto en español es un borrador. Todavía debe revisarlo un traductor escolar antes de usarlo en avisos importantes."),
    ]);
}
