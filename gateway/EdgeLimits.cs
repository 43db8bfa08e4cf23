using System.Globalization;
using System.Threading.RateLimiting;
using EquityPlatform.Hosting;

namespace EquityPlatform.Gateway;

/// <summary>How much one account, or one address without an account, may ask for (section <c>RateLimit</c>).</summary>
internal static class EdgeLimits
{
    const int DefaultBurst = 1_000;
    const int DefaultPerSecond = 200;
    static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public static void AddEdgeLimits(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("RateLimit");
        var burst = section.GetValue("Burst", DefaultBurst);
        var perSecond = section.GetValue("PerSecond", DefaultPerSecond);
        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = Math.Max(1, (int)(perSecond * Period.TotalSeconds)),
            // Few tokens a second are given out in a longer period, as a bucket fills by whole tokens
            ReplenishmentPeriod = perSecond * Period.TotalSeconds >= 1 ? Period : TimeSpan.FromSeconds(1d / perSecond),
            QueueLimit = 0,
        };
        services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                context.Request.Path.StartsWithSegments("/health")
                    ? RateLimitPartition.GetNoLimiter("health")
                    : RateLimitPartition.GetTokenBucketLimiter(KeyOf(context), _ => options));
            limiter.OnRejected = async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                var (code, detail) = Problems.Default(StatusCodes.Status429TooManyRequests);
                await Problems.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, code, detail);
            };
        });
    }

    static string KeyOf(HttpContext context) => Caller.From(context.User) is { } caller
        ? $"user {caller.Tenant}/{caller.User}"
        : $"address {context.Connection.RemoteIpAddress}";
}
