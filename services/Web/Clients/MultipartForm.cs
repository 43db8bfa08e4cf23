using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace EquityPlatform.Web;

/// <summary>
/// A form with files, read part by part while it arrives, so that no file comes to lie on the site's disk. The form's token is its first field: it is checked before anything else is read.
/// </summary>
internal sealed class MultipartForm(MultipartReader reader)
{
    public const string TokenField = "__RequestVerificationToken";
    private const int LongestField = 1 << 18;
    private const int MostFields = 20_000;

    /// <summary>Null with a refusal where the request is no such form or its token is wrong.</summary>
    public static async Task<(MultipartForm? Form, Refusal? No)> Open(HttpContext context, IAntiforgery antiforgery, CancellationToken ct)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
            return (null, No(StatusCodes.Status400BadRequest, "site.no-file"));
        var reader = new MultipartReader(boundary, context.Request.Body);
        return await reader.ReadNextSectionAsync(ct) is { } first && await TokenIsGood(context, antiforgery, first, ct)
            ? (new(reader), null)
            : (null, No(StatusCodes.Status400BadRequest, "site.form-expired"));
    }

    /// <summary>The next file that was chosen, and every field before it. A file field left empty arrives as a part without a file name.</summary>
    public async Task<(FormCollection Fields, FileMultipartSection? File)> ReadToFile(CancellationToken ct)
    {
        var fields = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        var count = 0;
        while (await reader.ReadNextSectionAsync(ct) is { } section)
            if (section.AsFileSection() is { FileName.Length: > 0 } file)
                return (new(fields), file);
            else if (section.AsFormDataSection() is { } field && ++count <= MostFields)
                fields[field.Name] = StringValues.Concat(fields.GetValueOrDefault(field.Name), await Text(section, LongestField, ct));
        return (new(fields), null);
    }

    public Task<MultipartSection?> Next(CancellationToken ct) => reader.ReadNextSectionAsync(ct);

    public static async Task<string> Text(MultipartSection section, int atMost, CancellationToken ct)
    {
        using var reader = new StreamReader(section.Body);
        var text = new char[Math.Min(atMost, 1 << 12)];
        var all = new System.Text.StringBuilder();
        for (int read; all.Length < atMost && (read = await reader.ReadBlockAsync(text, ct)) > 0;)
            all.Append(text, 0, Math.Min(read, atMost - all.Length));
        return all.ToString();
    }

    private static async Task<bool> TokenIsGood(HttpContext context, IAntiforgery antiforgery, MultipartSection section, CancellationToken ct)
    {
        if (section.GetContentDispositionHeader() is not { } about || HeaderUtilities.RemoveQuotes(about.Name) != TokenField || !string.IsNullOrEmpty(about.FileName.Value))
            return false;
        context.Request.Headers[FeedUpload.TokenHeader] = await Text(section, 4096, ct);
        return await antiforgery.IsRequestValidAsync(context);
    }

    private static Refusal No(int status, string code) => new(status, code, null) { Service = "ingestion" };
}
