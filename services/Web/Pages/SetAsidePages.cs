using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>Rows of a file that were set aside, without their values, and the correction of one of them.</summary>
internal static class SetAsidePages
{
    /// <summary>Columns that one correction can change.</summary>
    public const int Fields = 3;

    private static readonly string[] Readers = [Roles.DataSteward, Roles.Operator, Roles.Auditor];

    public static bool MayRead(Visitor visitor) => visitor.Is(Readers);

    public static void MapSetAside(this IEndpointRouteBuilder site)
    {
        site.MapGet("/feeds/{id:guid}/rows", List);
        site.MapGet("/feeds/{id:guid}/rows/correct", (Guid id, string file, int row, Site page, IngestionClient ingestion, CancellationToken ct) =>
            Form(id, file, row, page, ingestion, FormCollection.Empty, Guid.NewGuid(), null, ct));
        site.MapPost("/feeds/{id:guid}/rows/correct", Correct);
    }

    private static async Task<IResult> List(Guid id, Site page, IngestionClient ingestion, CancellationToken ct)
    {
        var (feed, rows) = (ingestion.Feed(id, ct), ingestion.Rows(id, ct));
        if ((await feed).Value is not { } view)
            return page.Refused((await feed).No!);
        return (await rows).Value is { } list ? page.Show<SetAsidePage>(new SetAsideModel(view, list.Items)) : page.Refused((await rows).No!);
    }

    private static async Task<IResult> Correct(Guid id, Site page, IngestionClient ingestion, IFormCollection form, CancellationToken ct)
    {
        if (form.Id("correction") is not { } correction || form.Words("file") is not { } file || form.Whole("row") is not { } row)
            return page.NotFound();
        var values = Enumerable.Range(0, Fields).Select(n => (Column: form.Words($"column{n}"), Value: form.Words($"value{n}"))).Where(v => v.Column is not null)
            .GroupBy(v => v.Column!, StringComparer.Ordinal).ToDictionary(v => v.Key, v => v.Last().Value, StringComparer.Ordinal);
        var asked = await ingestion.Correct(id, new(correction, file, row, values), ct);
        return asked.No switch
        {
            null => page.Go($"/feeds/{asked.Value?.FeedId ?? id}"),
            { Status: 401 or 403 or 404 } or { IsDown: true } => page.Refused(asked.No),
            _ => await Form(id, file, row, page, ingestion, form, correction, asked.No, ct),
        };
    }

    private static async Task<IResult> Form(Guid id, string file, int row, Site page, IngestionClient ingestion, IFormCollection form, Guid correction, Refusal? no, CancellationToken ct)
    {
        var (rows, templates) = (ingestion.Rows(id, ct), ingestion.Templates(ct));
        if ((await rows).Value is not { } list)
            return page.Refused((await rows).No!);
        if (list.Items.FirstOrDefault(r => r.File == file && r.Row == row) is not { } one)
            return page.NotFound();
        var columns = (await templates).Value?.FirstOrDefault(t => t.File == file)?.Columns.Where(c => c.Kept).Select(c => c.Name).ToArray() ?? [];
        return page.Show<CorrectRowPage>(new CorrectRowModel(id, one, columns, form, correction, no), no?.Status ?? StatusCodes.Status200OK);
    }
}

public sealed record SetAsideModel(Feed Feed, IReadOnlyList<SetAsideRow> Rows);

/// <param name="Columns">Of the file, where it is known by a template.</param>
public sealed record CorrectRowModel(Guid Feed, SetAsideRow Row, IReadOnlyList<string> Columns, IFormCollection Form, Guid CorrectionId, Refusal? No);
