using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.ServiceHost.Feeds;

/// <summary>
/// Compresses the pull feed, and nothing else: it is long, its readers are machines, and it repeats nothing of the request, so that its
/// length tells nobody a secret.
/// </summary>
internal static class FeedCompression
{
    public static void AddFeedCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = [PullFeed.MediaType];
        });
        // What is saved on the way must not be lost in front of it
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
    }
}
