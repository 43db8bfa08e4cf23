using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>Which files can be sent, with their columns, and each as a file to begin with.</summary>
internal static class TemplatesPages
{
    public static void MapTemplates(this IEndpointRouteBuilder site)
    {
        site.MapGet("/feeds/templates", async (Site page, IngestionClient ingestion, CancellationToken ct) =>
        {
            var templates = await ingestion.Templates(ct);
            return templates.Value is { } list ? page.Show<TemplatesPage>(new TemplatesModel(list)) : page.Refused(templates.No!);
        });
        site.MapGet("/feeds/templates/{file}", async (string file, Site page, IngestionClient ingestion, CancellationToken ct) =>
        {
            var template = await ingestion.Template(file, ct);
            return template.Value is { } text ? Results.File(System.Text.Encoding.UTF8.GetBytes(text), "text/csv", file) : page.Refused(template.No!);
        });
    }
}

public sealed record TemplatesModel(IReadOnlyList<FileTemplate> Files);
