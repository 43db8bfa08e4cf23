using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EquityPlatform.E2E.Tests;

/// <summary>The platform's HTTP as anyone with a token uses it.</summary>
sealed class Api(string tenant) : IDisposable
{
    readonly HttpClient http = new() { BaseAddress = RunningSystem.Site, Timeout = TimeSpan.FromMinutes(2) };

    public async Task<HttpResponseMessage> SendAsync(string role, HttpMethod method, string path, HttpContent? content = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", DemoToken.For(role, tenant));
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await http.SendAsync(request);
    }

    public async Task<JsonNode> GetAsync(string role, string path)
    {
        using var answer = await SendAsync(role, HttpMethod.Get, path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"GET {path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonNode>() ?? throw new InvalidOperationException($"GET {path} answered nothing.");
    }

    /// <summary>The answer's JSON, or null where the answer is not 200 or no service is there to give one.</summary>
    public async Task<JsonNode?> TryGetAsync(string role, string path)
    {
        try
        {
            using var answer = await SendAsync(role, HttpMethod.Get, path);
            return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadFromJsonAsync<JsonNode>() : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException)
        {
            return null;
        }
    }

    public Task<HttpResponseMessage> PostAsync(string role, string path, object body, string? ifMatch = null) =>
        SendAsync(role, HttpMethod.Post, path, JsonContent.Create(body), ifMatch);

    /// <summary>Uploads a feed; the same id again is a repeat.</summary>
    public async Task<HttpStatusCode> UploadAsync(Guid feed, IEnumerable<(string Name, byte[] Bytes)> files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, bytes) in files)
            form.Add(new ByteArrayContent(bytes), "file", name);
        using var answer = await SendAsync("data-steward", HttpMethod.Post, $"/api/ingestion/v1/feeds?feedId={feed}", form);
        return answer.StatusCode;
    }

    public Task<JsonNode> SettledFeedAsync(Guid feed, TimeSpan atMost) => Wait.ForAsync($"feed {feed} to be applied", atMost, async () =>
        await TryGetAsync("data-steward", $"/api/ingestion/v1/feeds/{feed}") is { } seen && seen["state"]?.ToString() is "applied" or "rejected" ? seen : null);

    /// <summary>Values of an indicator once the indicators service has reached a position of ingestion.</summary>
    public Task<JsonNode> ValuesAsync(string indicator, int year, long position, TimeSpan atMost) => Wait.ForAsync($"{indicator} at position {position}", atMost, async () =>
        await TryGetAsync("district-leader", $"/api/indicators/v1/values?indicator={indicator}&schoolYear={year}") is { } values
        && values["positions"]?["ingestion"]?.GetValue<long>() >= position ? values : null);

    /// <summary>Loads the sample district by HTTP unless it is there.</summary>
    public async Task EnsureSampleAsync()
    {
        if (await TryGetAsync("district-leader", $"/api/indicators/v1/values?indicator=chronic-absence&schoolYear={RunningSystem.SampleYear}&dimension=all&school=district") is { } values
            && values["cells"]?.AsArray().Count > 0)
            return;
        var feed = Guid.NewGuid();
        var files = RunningSystem.SampleSideFiles.Prepend(RunningSystem.SamplePackage).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)));
        (await UploadAsync(feed, files)).ShouldBe(HttpStatusCode.Accepted);
        var applied = await SettledFeedAsync(feed, TimeSpan.FromMinutes(2));
        applied["state"]?.ToString().ShouldBe("applied");
        await ValuesAsync("chronic-absence", RunningSystem.SampleYear, applied["position"]?.GetValue<long>() ?? 0, TimeSpan.FromMinutes(1));
    }

    public void Dispose() => http.Dispose();
}
