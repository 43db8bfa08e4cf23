using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;

namespace EquityPlatform.Web;

/// <summary>
/// Passes uploaded files on to ingestion while they arrive: nothing is kept in memory or on disk here. The form's token is its
/// first field, so the site can check it before the first byte of a file leaves.
/// </summary>
internal sealed class FeedUpload(IHttpClientFactory clients, IAntiforgery antiforgery, Visitor visitor)
{
    public const string ClientName = "uploads";
    public const string TokenHeader = "X-Form-Token";
    private const int Chunk = 64 * 1024;
    private const int LongestSource = 100;

    public async Task<Answer<Accepted>> Forward(HttpContext context, Guid feed, CancellationToken ct)
    {
        var (form, no) = await MultipartForm.Open(context, antiforgery, ct);
        if (form is null)
            return new(null, no);
        var source = "";
        var file = await NextFile(form, name => source = name, ct);
        if (file is null)
            return No(StatusCodes.Status422UnprocessableEntity, "site.no-file");

        using var content = new Passing(form, file, ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, ServiceDoor.Uri("ingestion", $"feeds?feedId={feed}" + (source.Length > 0 ? "&source=" + Uri.EscapeDataString(source) : ""))) { Content = content };
        request.Headers.Authorization = new("Bearer", visitor.Token);
        try
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return response.IsSuccessStatusCode
                ? new(new Accepted(response.Headers.Location), null)
                : new(null, await ServiceDoor.ReadRefusal("ingestion", response, ct));
        }
        catch (HttpRequestException)
        {
            return No(0, "site.service-down");
        }
    }

    // A file field left empty arrives as a part without a file name
    private static async Task<MultipartSection?> NextFile(MultipartForm form, Action<string>? onSource, CancellationToken ct)
    {
        while (await form.Next(ct) is { } section)
            if (section.AsFileSection() is { FileName.Length: > 0 })
                return section;
            else if (onSource is not null && section.AsFormDataSection() is { Name: "source" })
                onSource((await MultipartForm.Text(section, LongestSource, ct)).Trim());
        return null;
    }

    private static Answer<Accepted> No(int status, string code) => new(null, new Refusal(status, code, null) { Service = "ingestion" });

    /// <summary>A multipart body that is read from one side while it is written on the other.</summary>
    private sealed class Passing : HttpContent
    {
        private readonly string boundary = Guid.NewGuid().ToString("N");
        private readonly MultipartForm form;
        private readonly MultipartSection first;
        private readonly CancellationToken ct;

        public Passing(MultipartForm form, MultipartSection first, CancellationToken ct)
        {
            (this.form, this.first, this.ct) = (form, first, ct);
            Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", boundary) } };
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var section = first; section is not null; section = await NextFile(form, null, ct))
            {
                await stream.WriteAsync(Head(section), ct);
                await section.Body.CopyToAsync(stream, Chunk, ct);
                await stream.WriteAsync("\r\n"u8.ToArray(), ct);
            }
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"--{boundary}--\r\n"), ct);
        }

        private byte[] Head(MultipartSection section)
        {
            var file = section.AsFileSection();
            var name = new string([.. Path.GetFileName(file?.FileName ?? "").Where(c => c is not ('"' or '\r' or '\n'))]);
            return System.Text.Encoding.UTF8.GetBytes(
                $"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
