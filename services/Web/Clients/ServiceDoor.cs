using System.Net.Http.Headers;
using System.Text.Json;

namespace EquityPlatform.Web;

/// <summary>The one way out of the site: JSON over the gateway with the visitor's own token, never with a right of the site itself.</summary>
internal sealed class ServiceDoor(IHttpClientFactory clients, Visitor visitor)
{
    public const string ClientName = "gateway";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public Task<Answer<T>> Get<T>(string service, string path, CancellationToken ct)
        where T : class => Send<T>(service, new HttpRequestMessage(HttpMethod.Get, Uri(service, path)), ct);

    public Task<Answer<T>> Post<T>(string service, string path, object body, CancellationToken ct, string? revision = null)
        where T : class => Write<T>(HttpMethod.Post, service, path, body, revision, ct);

    public Task<Answer<T>> Put<T>(string service, string path, object body, CancellationToken ct, string? revision = null)
        where T : class => Write<T>(HttpMethod.Put, service, path, body, revision, ct);

    private Task<Answer<T>> Write<T>(HttpMethod method, string service, string path, object body, string? revision, CancellationToken ct)
        where T : class
    {
        var request = new HttpRequestMessage(method, Uri(service, path)) { Content = JsonContent.Create(body, body.GetType(), options: Json) };
        if (revision is not null)
            request.Headers.TryAddWithoutValidation("If-Match", revision);
        return Send<T>(service, request, ct);
    }

    /// <summary>Sends a request and reads its JSON, or its text where a string is asked for; the request is disposed.</summary>
    public async Task<Answer<T>> Send<T>(string service, HttpRequestMessage request, CancellationToken ct)
        where T : class
    {
        using var sent = request;
        try
        {
            using var response = await Raw(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!response.IsSuccessStatusCode)
                return new(null, await ReadRefusal(service, response, ct));
            var value = typeof(T) == typeof(Accepted)
                ? (T)(object)new Accepted(response.Headers.Location)
                : typeof(T) == typeof(string) ? (T)(object)await response.Content.ReadAsStringAsync(ct)
                : await response.Content.ReadFromJsonAsync<T>(Json, ct);
            return value is null
                ? new(null, new Refusal(0, "site.empty-answer", null) { Service = service })
                : new(value, null) { Revision = response.Headers.ETag?.Tag };
        }
        catch (HttpRequestException)
        {
            return new(null, new Refusal(0, "site.service-down", null) { Service = service });
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(null, new Refusal(0, "site.service-slow", null) { Service = service });
        }
        catch (JsonException)
        {
            return new(null, new Refusal(0, "site.answer-not-understood", null) { Service = service });
        }
    }

    /// <summary>Sends as is; the caller reads and disposes the response. For files that stream through.</summary>
    public Task<HttpResponseMessage> Raw(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken ct)
    {
        if (visitor.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return clients.CreateClient(ClientName).SendAsync(request, completion, ct);
    }

    public static Uri Uri(string service, string path) => new($"api/{service}/v1/{path}", UriKind.Relative);

    public static async Task<Refusal> ReadRefusal(string service, HttpResponseMessage response, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
            return new(status, "site.http-" + status.ToString(System.Globalization.CultureInfo.InvariantCulture), null) { Service = service };
        var problem = await response.Content.ReadFromJsonAsync<Problem>(Json, ct);
        var code = problem?.Code ?? problem?.Type?.Replace("urn:equity:", "", StringComparison.Ordinal);
        return new(status, code ?? "", problem?.Detail) { Service = service };
    }

    private sealed record Problem(string? Type, string? Code, string? Title, string? Detail);
}

/// <summary>A write that was taken; where its state can be read, if the service said so.</summary>
internal sealed record Accepted(Uri? Location)
{
    /// <summary>The id at the end of the location: a package that was sent before answers with its earlier feed.</summary>
    public Guid? Feed => Location is not null && Guid.TryParse(Location.OriginalString.Split('/')[^1], out var id) ? id : null;
}
