using System.Globalization;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>Ed-Fi interfaces that are read as sources: settings, last reading, how far each resource is, read now. The secret of a key never passes here.</summary>
internal static class EdFiPages
{
    public const string Path = "/feeds/ed-fi";

    private static readonly string[] Readers = [Roles.DataSteward, Roles.Operator, Roles.Auditor];

    public static bool MayRead(Visitor visitor) => visitor.Is(Readers);

    public static bool MayChange(Visitor visitor) => visitor.Is(Roles.DataSteward, Roles.Operator);

    public static void MapEdFi(this IEndpointRouteBuilder site)
    {
        site.MapGet(Path, async (Site page, IngestionClient ingestion, CancellationToken ct) =>
            await ingestion.EdFiSources(ct) is var sources && sources.Value is { } found ? page.Show<EdFiListPage>(new EdFiListModel(found)) : page.Refused(sources.No!));
        site.MapGet(Path + "/new", (Site page) => page.Show<EdFiSettingsPage>(new EdFiSettingsModel(null, FormCollection.Empty, null)));
        site.MapGet(Path + "/of/{source}", async (string source, Site page, IngestionClient ingestion, CancellationToken ct) =>
            await ingestion.EdFiSource(source, ct) is var one && one.Value is { } found ? page.Show<EdFiSourcePage>(new EdFiSourceModel(found)) : page.Refused(one.No!));
        site.MapGet(Path + "/of/{source}/settings", async (string source, Site page, IngestionClient ingestion, CancellationToken ct) =>
            await ingestion.EdFiSource(source, ct) is var one && one.Value is { } found ? page.Show<EdFiSettingsPage>(new EdFiSettingsModel(source, Form(found), null)) : page.Refused(one.No!));
        site.MapPost(Path + "/save", Save);
        site.MapPost(Path + "/of/{source}/run", async (string source, Site page, IngestionClient ingestion, IFormCollection form, CancellationToken ct) =>
            await ingestion.RunEdFi(source, form.Word("complete") == "true", ct) is { No: { } no } ? page.Refused(no) : page.Go($"{Path}/of/{Uri.EscapeDataString(source)}"));
    }

    private static async Task<IResult> Save(Site page, IngestionClient ingestion, IFormCollection form, CancellationToken ct)
    {
        var (known, source) = (form.Words("known"), form.Word("source"));
        var minutes = form.Whole("every");
        var no = source.Length == 0 ? new Refusal(StatusCodes.Status422UnprocessableEntity, "feed.source", null)
            // What is no number is no interval either; the service must not take it for "only when asked"
            : minutes is null && form.Words("every") is not null ? new Refusal(StatusCodes.Status422UnprocessableEntity, "edfi.interval", null)
            : (await ingestion.ConfigureEdFi(source, new(form.Word("address"), form.Word("key"), minutes, form.Word("snapshot") == "true", Descriptors(form.Word("descriptors"))), ct)).No;
        return no switch
        {
            null => page.Go($"{Path}/of/{Uri.EscapeDataString(source)}"),
            { Status: 401 or 403 } or { IsDown: true } => page.Refused(no),
            _ => page.Show<EdFiSettingsPage>(new EdFiSettingsModel(known, form, no), no.Status),
        };
    }

    /// <summary>The last equals sign of a line parts the code from its meaning.</summary>
    private static Dictionary<string, string> Descriptors(string lines)
    {
        var descriptors = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = line.LastIndexOf('=');
            descriptors[at < 0 ? line : line[..at].TrimEnd()] = at < 0 ? "" : line[(at + 1)..].TrimStart();
        }
        return descriptors;
    }

    private static FormCollection Form(EdFiSource source) => new(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>
    {
        ["source"] = source.Source,
        ["address"] = source.BaseAddress,
        ["key"] = source.KeyId,
        ["every"] = source.EveryMinutes?.ToString(CultureInfo.InvariantCulture) ?? "",
        ["snapshot"] = source.UseSnapshot ? "true" : "",
        ["descriptors"] = string.Join('\n', source.Descriptors.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key} = {d.Value}")),
    });
}

public sealed record EdFiListModel(IReadOnlyList<EdFiSource> Sources);

public sealed record EdFiSourceModel(EdFiSource Source);

/// <param name="Known">Name of the source whose settings these are; null for a new one.</param>
public sealed record EdFiSettingsModel(string? Known, IFormCollection Form, Refusal? No);
