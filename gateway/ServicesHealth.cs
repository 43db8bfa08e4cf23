using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EquityPlatform.Gateway;

/// <summary>Ready when the site and every service say that they are.</summary>
internal sealed class ServicesHealth(Upstreams upstreams, IHttpClientFactory clients) : IHealthCheck
{
    public const string Client = "health";
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var answers = await Task.WhenAll(upstreams.Addresses.Select(async upstream => (upstream.Key, Ready: await IsReadyAsync(upstream.Value, limit.Token))));
        var missing = answers.Where(answer => !answer.Ready).Select(answer => answer.Key).Order(StringComparer.Ordinal).ToArray();
        return missing.Length == 0
            ? HealthCheckResult.Healthy(string.Join(", ", answers.Select(answer => answer.Key).Order(StringComparer.Ordinal)))
            : HealthCheckResult.Unhealthy($"Not ready: {string.Join(", ", missing)}");
    }

    async Task<bool> IsReadyAsync(string address, CancellationToken cancellation)
    {
        try
        {
            using var client = clients.CreateClient(Client);
            using var answer = await client.GetAsync(new Uri(new Uri(address), "health/ready"), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
