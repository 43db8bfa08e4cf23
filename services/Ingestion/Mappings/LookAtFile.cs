using System.Text.RegularExpressions;
using CsvHelper;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>
/// Shows a person the file that they hold in their hands: how it is written, its columns, its first rows. Nothing of it is stored, logged or sent on;
/// the answer goes back to whoever uploaded it.
/// </summary>
internal static partial class LookAtFile
{
    const int Most = 1 << 20;
    const int Rows = 20;
    const int Longest = 200;
    const int LongestLine = 4000;
    const string NotShown = "(not shown)";

    public static void MapLookAtFile(this IEndpointRouteBuilder api) => api.MapPost("/mappings/look", HandleAsync).RequireRoles(Roles.DataSteward)
        .Accepts<Stream>("application/octet-stream").Produces<FileLook>().DisableAntiforgery()
        .WithSummary("Looks at the first megabyte of a plain file (?name=): encoding, delimiter, columns, first rows, shipped mappings that fit; ?lines=true for a file without separators, ?source= to read it by that source's rules. Keeps nothing.");

    static async Task<IResult> HandleAsync(string? name, bool? lines, string? source, Caller caller, Aggregates<SourceMappings, object> mappings, HttpContext context)
    {
        if (source is not null && !ReceiveFeed.IsSource(source))
            return SaveMapping.NotASource();
        var backslash = source is not null && (await mappings.LoadAsync(caller.Tenant, source, context.RequestAborted)).State.Rules.IsBackslash();
        var content = new byte[Most];
        var read = await context.Request.Body.ReadAtLeastAsync(content, Most, throwOnEndOfStream: false, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return Of(name ?? "", content.AsSpan(0, read).ToArray(), cut: read == Most, lines == true, backslash) is { } look
            ? TypedResults.Ok(look)
            : Problems.Result(StatusCodes.Status422UnprocessableEntity, "look.unreadable", "The file is empty, or it is not a text file.");
    }

    public static FileLook? Of(string name, byte[] content, bool cut, bool lines = false, bool backslash = false)
    {
        if (content.AsSpan().IndexOf((byte)0) >= 0 && content is not ([0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]))
            return null;
        var issues = new IssueLog();
        var text = TextDecoding.ToUtf8(name, cut ? WholeLines(content) : content, issues);
        if (text.Span.Trim(" \t\r\n"u8).IsEmpty)
            return null;
        if (lines)
            return new(name, Encoding(issues), "", [], [.. System.Text.Encoding.UTF8.GetString(text.Span).Split('\n').Where(l => !string.IsNullOrWhiteSpace(l)).Take(Rows).Select(l => (IReadOnlyList<string?>)[Hidden(l.TrimEnd('\r'))])],
                [.. ShippedMappings.All.Where(m => CheckMapping.Reads(m, name)).Select(m => m.Name)]);
        var separator = Separators.Of(text.Span);
        var rows = new List<IReadOnlyList<string?>>();
        using var reader = CsvReader.Create(backslash ? new BackslashQuotes(new MemoryStream(text.ToArray()), (byte)separator) : new MemoryStream(text.ToArray()), new CsvReaderOptions { Separator = separator, HasHeader = false, IncludeValuesInExceptions = false, MalformedData = CsvMalformedDataHandling.Recover });
        while (rows.Count <= Rows && reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Shortened(Field.Clean(reader.GetString(i))))]);
        var columns = rows[0].Select(c => c ?? "").ToList();
        var secret = columns.Select(Field.NamesSsn).ToList();
        var shown = rows.Skip(1).Select(row => (IReadOnlyList<string?>)[.. row.Select((value, i) => i < secret.Count && secret[i] || (value is not null && Field.LooksLikeSsn(value)) ? NotShown : value)]).ToList();
        var matches = ShippedMappings.All.Where(m => CheckMapping.Reads(m, name) || (m.Form.Header && CheckMapping.ColumnsOf(m).All(c => columns.Contains(c, StringComparer.OrdinalIgnoreCase)))).Select(m => m.Name).ToList();
        return new(name, Encoding(issues), separator == '\t' ? "tab" : separator.ToString(), [.. columns.Select(c => Field.LooksLikeSsn(c) ? NotShown : c)], shown, matches);
    }

    /// <summary>A line as it is, so that places can be counted, but for numbers that look like Social Security numbers.</summary>
    static string Hidden(string line) => SsnInLine().Replace(line.Length > LongestLine ? line[..LongestLine] : line, "###-##-####");

    [GeneratedRegex("[0-9]{3}-[0-9]{2}-[0-9]{4}")]
    private static partial Regex SsnInLine();

    static string Encoding(IssueLog issues) => issues.Finish().Select(i => i.Code).FirstOrDefault() switch
    {
        "encoding.utf16" => "UTF-16",
        "encoding.not-utf8" => "Windows-1252",
        _ => "UTF-8",
    };

    static byte[] WholeLines(byte[] content)
    {
        var end = content.AsSpan().LastIndexOfAny((byte)'\n', (byte)'\r');
        return end < 0 ? content : content[..(end + 1)];
    }

    static string? Shortened(string? value) => value is { Length: > Longest } ? value[..Longest] : value;
}
