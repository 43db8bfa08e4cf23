using System.Net;
using System.Net.Http.Headers;
using EquityPlatform.AuditTool.Log;

namespace EquityPlatform.AuditTool.Live;

/// <summary>Asks a service for parts of its audit log, and turns what it answers into a sentence if it is no answer.</summary>
internal sealed class AuditAddress : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    readonly HttpClient http;

    /// <param name="address"><c>https://host/api/audit/v1/{service}/{tenant}</c>.</param>
    /// <param name="token">Access token of a person with the role auditor or operator.</param>
    public AuditAddress(string address, string? token)
    {
        http = new HttpClient { BaseAddress = new Uri(address.TrimEnd('/') + "/"), Timeout = TimeSpan.FromMinutes(5) };
        if (token is { Length: > 0 })
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public static bool Is(string text) => text.StartsWith("https://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal);

    public async Task<string> TextAsync(string path, CancellationToken cancellation) =>
        await (await GetAsync(path, cancellation) ?? throw NotThere(path)).ReadAsStringAsync(cancellation);

    public async Task<byte[]> BytesAsync(string path, CancellationToken cancellation) =>
        await (await GetAsync(path, cancellation) ?? throw NotThere(path)).ReadAsByteArrayAsync(cancellation);

    /// <summary>Null if it is not there.</summary>
    public async Task<byte[]?> BytesOrNullAsync(string path, CancellationToken cancellation) =>
        await GetAsync(path, cancellation) is { } content ? await content.ReadAsByteArrayAsync(cancellation) : null;

    public async Task<Stream> StreamAsync(string path, CancellationToken cancellation) =>
        await (await GetAsync(path, cancellation) ?? throw NotThere(path)).ReadAsStreamAsync(cancellation);

    async Task<HttpContent?> GetAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation);
            for (; answer.StatusCode == HttpStatusCode.TooManyRequests; answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation))
            {
                // A long log is many requests; whoever is asked to wait waits
                var pause = answer.Headers.RetryAfter?.Delta ?? Pause;
                answer.Dispose();
                await Task.Delay(pause < Longest ? pause : Longest, cancellation);
            }
            return answer.StatusCode switch
            {
                HttpStatusCode.NotFound => null,
                HttpStatusCode.Unauthorized => throw new SourceException("The access token is missing or has run out (--token-file, or the variable EQUITY_AUDIT_TOKEN)."),
                HttpStatusCode.Forbidden => throw new SourceException("This access token may not read the audit log of this district: the role auditor or operator is needed."),
                _ when answer.IsSuccessStatusCode => answer.Content,
                var status => throw new SourceException($"{http.BaseAddress}{path} answered {(int)status}. {await answer.Content.ReadAsStringAsync(cancellation)}"),
            };
        }
        catch (HttpRequestException e)
        {
            throw new SourceException($"{http.BaseAddress} does not answer: {e.Message}", e);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new SourceException($"{http.BaseAddress} did not answer in time.", e);
        }
    }

    SourceException NotThere(string path) => new($"{http.BaseAddress}{path} is not there. Is the address right, down to the service and the district? A log that has signed nothing yet has no checkpoint either.");

    public void Dispose() => http.Dispose();
}
