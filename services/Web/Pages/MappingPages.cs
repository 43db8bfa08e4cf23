using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Antiforgery;

namespace EquityPlatform.Web;

/// <summary>How files of other systems are read: look at one, say what its columns mean, try that, save it for the source. What is in the file is shown once and kept nowhere.</summary>
internal static class MappingPages
{
    public const string Path = "/feeds/mappings";

    private static readonly string[] Readers = [Roles.DataSteward, Roles.Operator, Roles.Auditor];

    public static bool MayRead(Visitor visitor) => visitor.Is(Readers);

    public static void MapMappings(this IEndpointRouteBuilder site)
    {
        site.MapGet(Path, (Site page, IngestionClient ingestion, string? source, CancellationToken ct) => List(page, ingestion, source, null, ct));
        site.MapGet(Path + "/edit", Open);
        // Read part by part, with their tokens, by MultipartForm
        site.MapPost(Path + "/look", Look).WithMetadata(new RequireAntiforgeryTokenAttribute(required: false));
        site.MapPost(Path + "/edit", Renew).WithMetadata(new RequireAntiforgeryTokenAttribute(required: false));
        site.MapPost(Path + "/try", Try).WithMetadata(new RequireAntiforgeryTokenAttribute(required: false));
        site.MapPost(Path + "/save", Save).WithMetadata(new RequireAntiforgeryTokenAttribute(required: false));
    }

    private static async Task<IResult> List(Site page, IngestionClient ingestion, string? source, Refusal? no, CancellationToken ct)
    {
        var (sources, shipped) = (ingestion.QualitySources(ct), ingestion.ShippedMappings(ct));
        if ((await shipped).Value is not { } known)
            return page.Refused((await shipped).No!);
        var others = (await sources).Value?.Items ?? [];
        var chosen = source is { Length: > 0 } ? source : others.Select(s => s.Source).FirstOrDefault() ?? "sis";
        var saved = await ingestion.Mappings(chosen, ct);
        return saved.Value is { } list ? page.Show<MappingsPage>(new MappingsModel(others, chosen, list, known, no), no?.Status ?? StatusCodes.Status200OK) : page.Refused(saved.No!);
    }

    private static async Task<IResult> Look(HttpContext context, Site page, IngestionClient ingestion, IAntiforgery antiforgery, CancellationToken ct)
    {
        var (form, refused) = await MultipartForm.Open(context, antiforgery, ct);
        if (form is null)
            return page.Refused(refused!);
        var (fields, file) = await form.ReadToFile(ct);
        var source = fields.Word("source");
        if (file is null)
            return await List(page, ingestion, source, new(StatusCodes.Status422UnprocessableEntity, "site.no-file", null), ct);
        var lines = fields.Word("form") == "fixed";
        var look = await ingestion.Look(System.IO.Path.GetFileName(file.FileName), source, lines, file.FileStream ?? Stream.Null, ct);
        // The browser sends the whole file before it reads the answer
        await context.Request.Body.CopyToAsync(Stream.Null, ct);
        if (look.Value is not { } seen)
            return look.No!.Status is 401 or 403 || look.No.IsDown ? page.Refused(look.No) : await List(page, ingestion, source, look.No, ct);
        var (templates, shipped, saved) = (ingestion.Templates(ct), ingestion.ShippedMappings(ct), ingestion.Mappings(source, ct));
        if ((await saved).No is { } no)
            return await List(page, ingestion, null, no, ct);
        context.Response.Headers.CacheControl = "no-store";
        return page.Show<MappingLookPage>(new MappingLookModel(source, lines ? "fixed" : fields.Word("form") == "plain" ? "plain" : "header", seen, (await saved).Value ?? [], (await shipped).Value ?? [], (await templates).Value ?? []));
    }

    /// <summary>The form for a saved description, or for one that comes with the platform.</summary>
    private static async Task<IResult> Open(Site page, IngestionClient ingestion, string source, CancellationToken ct, string? name = null, string? shipped = null)
    {
        var found = await Find(ingestion, source, name is null ? "shipped:" + shipped : "saved:" + name, FormCollection.Empty, ct);
        return found is { } mapping ? await Show(page, ingestion, source, mapping, FormCollection.Empty, null, null, ct) : page.NotFound();
    }

    /// <summary>The form anew: after a look, or with one fact or kind of rows more.</summary>
    private static async Task<IResult> Renew(HttpContext context, Site page, IngestionClient ingestion, IAntiforgery antiforgery, CancellationToken ct, string? add = null)
    {
        var (form, refused) = await MultipartForm.Open(context, antiforgery, ct);
        if (form is null)
            return page.Refused(refused!);
        var (fields, _) = await form.ReadToFile(ct);
        var source = fields.Word("source");
        if (fields.Words("start") is { } start)
            return await Find(ingestion, source, start, fields, ct) is { } begun ? await Show(page, ingestion, source, begun, fields, null, null, ct) : page.NotFound();
        var mapping = MappingForm.Read(fields);
        if (add == "table")
            mapping = mapping with { Tables = [.. mapping.Tables, new TableMapping("assessments.csv", null, new Dictionary<string, ColumnMapping>())] };
        else if (int.TryParse(add, out var at) && at >= 0 && at < mapping.Tables.Count && fields.Words($"t{at}.varying") is { } varying)
            mapping = mapping with { Tables = [.. mapping.Tables.Select((t, n) => n == at ? t with { Each = [.. t.Each ?? [], new Dictionary<string, ColumnMapping>()] } : t)] };
        return await Show(page, ingestion, source, mapping, fields, null, null, ct);
    }

    private static async Task<IResult> Try(HttpContext context, Site page, IngestionClient ingestion, IAntiforgery antiforgery, CancellationToken ct)
    {
        var (form, refused) = await MultipartForm.Open(context, antiforgery, ct);
        if (form is null)
            return page.Refused(refused!);
        var (fields, file) = await form.ReadToFile(ct);
        var (source, mapping) = (fields.Word("source"), MappingForm.Read(fields));
        if (file is null)
            return await Show(page, ingestion, source, mapping, fields, null, new(StatusCodes.Status422UnprocessableEntity, "site.no-file", null), ct);
        var tried = await ingestion.Try(source, mapping, file.FileStream ?? Stream.Null, ct);
        await context.Request.Body.CopyToAsync(Stream.Null, ct);
        context.Response.Headers.CacheControl = "no-store";
        return tried.No is { Status: 401 or 403 } or { IsDown: true } ? page.Refused(tried.No) : await Show(page, ingestion, source, mapping, fields, tried.Value, tried.No, ct);
    }

    private static async Task<IResult> Save(HttpContext context, Site page, IngestionClient ingestion, IAntiforgery antiforgery, CancellationToken ct)
    {
        var (form, refused) = await MultipartForm.Open(context, antiforgery, ct);
        if (form is null)
            return page.Refused(refused!);
        var (fields, _) = await form.ReadToFile(ct);
        await context.Request.Body.CopyToAsync(Stream.Null, ct);
        var (source, mapping) = (fields.Word("source"), MappingForm.Read(fields));
        if (mapping.Name.Length == 0)
            return await Show(page, ingestion, source, mapping, fields, null, new(StatusCodes.Status422UnprocessableEntity, "mapping.name", null), ct);
        var saved = await ingestion.SaveMapping(source, mapping, fields.Words("revision"), ct);
        return saved.No switch
        {
            null => page.Go($"{Path}?source={Uri.EscapeDataString(source)}"),
            { Status: 401 or 403 } or { IsDown: true } => page.Refused(saved.No),
            _ => await Show(page, ingestion, source, mapping, fields, null, saved.No, ct),
        };
    }

    private static async Task<FileMapping?> Find(IngestionClient ingestion, string source, string start, FormCollection fields, CancellationToken ct) => start.Split(':', 2) switch
    {
        ["saved", var name] => (await ingestion.Mappings(source, ct)).Value?.FirstOrDefault(m => m.Mapping.Name == name)?.Mapping,
        ["shipped", var name] => (await ingestion.ShippedMappings(ct)).Value?.FirstOrDefault(m => m.Name == name),
        ["new", var table] => MappingForm.Begin(fields.Word("file"), [.. fields["column"].OfType<string>()], fields.Word("header") != "no", (await ingestion.Templates(ct)).Value?.FirstOrDefault(t => t.File == table)),
        _ => null,
    };

    private static async Task<IResult> Show(Site page, IngestionClient ingestion, string source, FileMapping mapping, IFormCollection fields, MappingTry? tried, Refusal? no, CancellationToken ct)
    {
        var (templates, saved) = (ingestion.Templates(ct), ingestion.Mappings(source, ct));
        if ((await templates).Value is not { } files)
            return page.Refused((await templates).No!);
        // The revision that the person began with, so that nobody's change is lost
        var revision = fields.Words("revision") ?? (await saved).Revision;
        return page.Show<MappingEditPage>(new MappingEditModel(source, revision, mapping, MappingForm.ColumnsOf(fields, mapping), [.. files.Where(f => MappingTexts.Tables.ContainsKey(f.File))], fields, tried, no), no?.Status ?? StatusCodes.Status200OK);
    }
}

public sealed record MappingsModel(IReadOnlyList<SourceQuality> Sources, string Source, IReadOnlyList<SavedMapping> Saved, IReadOnlyList<FileMapping> Shipped, Refusal? No);

/// <param name="Form">How the person said that the file is written: <c>header</c>, <c>plain</c> or <c>fixed</c>.</param>
public sealed record MappingLookModel(string Source, string Form, FileLook Look, IReadOnlyList<SavedMapping> Saved, IReadOnlyList<FileMapping> Shipped, IReadOnlyList<FileTemplate> Templates)
{
    /// <summary>Names of columns. Where the first row holds data, it is none of them: it is shown among the rows.</summary>
    public IReadOnlyList<string> Columns => Form switch
    {
        "header" => Look.Columns,
        "plain" => [.. Enumerable.Range(1, Look.Columns.Count).Select(n => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"#{n}"))],
        _ => [],
    };

    public IEnumerable<IReadOnlyList<string?>> Rows => Form == "header" ? Look.Rows : Look.Rows.Prepend(Look.Columns);
}

/// <param name="Columns">Of the file, as far as they are known.</param>
public sealed record MappingEditModel(string Source, string? Revision, FileMapping Mapping, IReadOnlyList<string> Columns, IReadOnlyList<FileTemplate> Templates, IFormCollection Form, MappingTry? Tried, Refusal? No);
