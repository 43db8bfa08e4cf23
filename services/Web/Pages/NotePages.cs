namespace EquityPlatform.Web;

/// <summary>Short notes on accessibility and languages, and the word for any address that is not a page.</summary>
internal static class NotePages
{
    public static void MapNotes(this IEndpointRouteBuilder site)
    {
        site.MapGet("/accessibility", (Site page) => page.Show<NotePage>(NoteTexts.Accessibility));
        site.MapGet("/language", (Site page) => page.Show<NotePage>(NoteTexts.Languages));
    }
}

public sealed record NoteModel(Text Title, IReadOnlyList<Text> Paragraphs);
