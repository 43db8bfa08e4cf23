using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>What a request for data came to.</summary>
internal abstract record Answer
{
    Answer() { }

    /// <param name="Body">A JSON array.</param>
    /// <param name="Total">Header <c>Total-Count</c>, where it was asked for.</param>
    /// <param name="Next">Header <c>Next-Page-Token</c>.</param>
    public sealed record Page(JsonDocument Body, long? Total, string? Next) : Answer;

    /// <param name="Outcome">One of <see cref="Outcomes"/>.</param>
    public sealed record Refused(string Outcome) : Answer;
}

/// <summary>What became of a resource.</summary>
internal static class Outcomes
{
    public const string Read = "read";
    /// <summary>403: the key's claim set lacks it.</summary>
    public const string Forbidden = "forbidden";
    /// <summary>404: this API does not have it.</summary>
    public const string Absent = "absent";
    /// <summary>410: the snapshot is gone; everything starts over.</summary>
    public const string SnapshotGone = "snapshotGone";
    public const string Failed = "failed";
}

/// <summary>The whole API cannot be read now.</summary>
/// <param name="code">Stable code for the source's state.</param>
internal sealed class ApiFaultException(string code) : Exception($"The Ed-Fi API cannot be read ({code}).")
{
    public string Code { get; } = code;
}

/// <summary>
/// One Ed-Fi API under one key: discovery, token, requests. 401 fetches a new token once; 429, 5xx and broken connections are tried again after a growing pause with jitter,
/// or after what <c>Retry-After</c> says.
/// </summary>
internal sealed class EdFiApi(HttpClient http, Uri root, string keyId, string secret, EdFiSettings settings, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    string? token;
    Uri? tokens;
    Uri? data;
    Uri? changes;

    /// <summary>From 7.3 on, pages may be asked for by token.</summary>
    public bool HasCursors { get; private set; }

    /// <summary>Reads discovery. All addresses must be of the same host: the secret goes nowhere else.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        var answer = await SendAsync(() => new(HttpMethod.Get, root), cancellation);
        if (answer is not { StatusCode: HttpStatusCode.OK })
            throw new ApiFaultException("edfi.discovery");
        try
        {
            using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            var item = new EdFiItem(body.RootElement);
            var urls = item.Part("urls");
            (data, tokens) = (Same(urls["dataManagementApi"]), Same(urls["oauth"]));
            changes = urls["changeQueries"] is { } text ? Same(text) : null;
            HasCursors = Version.TryParse(item["version"]?.Split('-')[0], out var version) && version >= new Version(7, 3);
        }
        catch (JsonException)
        {
            throw new ApiFaultException("edfi.discovery");
        }
    }

    Uri Same(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == root.Scheme && uri.Authority == root.Authority
        ? uri : throw new ApiFaultException("edfi.discovery-elsewhere");

    /// <summary>The newest change version, or null where change queries are off.</summary>
    public async Task<long?> NewestAsync(CancellationToken cancellation)
    {
        if (changes is null)
            return null;
        var answer = await AuthorizedAsync(new Uri(Folder(changes), "availableChangeVersions"), false, cancellation);
        if (answer?.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
            return null;
        if (answer is not { StatusCode: HttpStatusCode.OK })
            throw new ApiFaultException("edfi.unreachable");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
        var item = new EdFiItem(body.RootElement);
        return long.TryParse(item.Any("newestChangeVersion", "NewestChangeVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var newest) ? newest : throw new ApiFaultException("edfi.discovery");
    }

    /// <param name="path">Resource, with <c>/deletes</c> or <c>/keyChanges</c>.</param>
    public async Task<Answer> GetAsync(string path, string query, bool snapshot, CancellationToken cancellation)
    {
        var answer = await AuthorizedAsync(new Uri(Folder(data ?? throw NotOpened()), $"ed-fi/{path}?{query}"), snapshot, cancellation);
        if (answer is not { StatusCode: HttpStatusCode.OK })
            return new Answer.Refused(answer?.StatusCode switch
            {
                HttpStatusCode.Forbidden => Outcomes.Forbidden,
                HttpStatusCode.NotFound => Outcomes.Absent,
                HttpStatusCode.Gone => Outcomes.SnapshotGone,
                _ => Outcomes.Failed,
            });
        try
        {
            var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            return body.RootElement.ValueKind == JsonValueKind.Array ? new Answer.Page(body, Number(answer, "Total-Count"), Header(answer, "Next-Page-Token")) : new Answer.Refused(Outcomes.Failed);
        }
        catch (JsonException)
        {
            return new Answer.Refused(Outcomes.Failed);
        }
    }

    async Task<HttpResponseMessage?> AuthorizedAsync(Uri address, bool snapshot, CancellationToken cancellation)
    {
        for (var again = false; ; again = true)
        {
            token ??= await TokenAsync(cancellation);
            var answer = await SendAsync(() =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
                if (snapshot)
                    request.Headers.Add("Use-Snapshot", "true");
                return request;
            }, cancellation);
            if (answer is not { StatusCode: HttpStatusCode.Unauthorized } || again)
                return answer is { StatusCode: HttpStatusCode.Unauthorized } ? throw new ApiFaultException("edfi.key-refused") : answer;
            token = null;
        }
    }

    /// <summary>Client credentials in the Basic header alone: in header and body at once they are refused.</summary>
    async Task<string> TokenAsync(CancellationToken cancellation)
    {
        var answer = await SendAsync(() => new(HttpMethod.Post, tokens ?? throw NotOpened())
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{keyId}:{secret}"))) },
            Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]),
        }, cancellation);
        if (answer?.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest or HttpStatusCode.Forbidden)
            throw new ApiFaultException("edfi.key-refused");
        if (answer is not { StatusCode: HttpStatusCode.OK })
            throw new ApiFaultException("edfi.unreachable");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
        return new EdFiItem(body.RootElement)["access_token"] ?? throw new ApiFaultException("edfi.key-refused");
    }

    /// <summary>Null if no answer came that could be worked with.</summary>
    async Task<HttpResponseMessage?> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        for (var tried = 1; ; tried++)
        {
            TimeSpan? asked = null;
            try
            {
                using var request = make();
                var answer = await http.SendAsync(request, cancellation);
                if ((int)answer.StatusCode is not (408 or 429 or >= 500))
                    return answer;
                asked = answer.Headers.RetryAfter is { } retry ? retry.Delta ?? retry.Date - clock.GetUtcNow() : null;
                logger.LogInformation("The Ed-Fi API answered {Status}, try {Try}", (int)answer.StatusCode, tried);
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
            {
                if (e is AddressRefusedException || e.InnerException is AddressRefusedException)
                    throw new ApiFaultException("edfi.address-private");
                logger.LogInformation("The Ed-Fi API did not answer, try {Try}: {Reason}", tried, e.GetType().Name);
            }
            if (tried >= settings.Tries)
                return null;
            var pause = asked ?? settings.Pause * Math.Pow(2, tried - 1) * (0.5 + (Random.Shared.NextDouble() / 2));
            await Task.Delay(pause > LongestPause ? LongestPause : pause < TimeSpan.Zero ? TimeSpan.Zero : pause, clock, cancellation);
        }
    }

    static InvalidOperationException NotOpened() => new("Discovery was not read.");

    static Uri Folder(Uri uri) => uri.AbsoluteUri.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");

    static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    static long? Number(HttpResponseMessage answer, string name) => long.TryParse(Header(answer, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
