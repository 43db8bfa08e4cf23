using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Ingestion;

/// <summary>The service's two doors and its definition.</summary>
internal static class IngestionService
{
    public static readonly ServiceDefinition Definition = new("ingestion", typeof(IngestionService).Assembly, Publishing.Events(), Publishing.Map);

    public static IServiceCollection AddIngestion(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Ingestion").Get<IngestionSettings>() ?? new());
        services.AddSingleton(provider => MasterKey.Load(provider.GetRequiredService<IngestionSettings>().MasterKeyFile
            ?? throw new InvalidOperationException("Configure Ingestion:MasterKeyFile, the file of the master key.")));
        services.AddSingleton<TenantDatabase>();
        services.AddSingleton<UploadVault>();
        services.AddSingleton<FeedRows>();
        services.AddSingleton<FeedWork>();
        services.AddSingleton<FeedSignal>();
        services.AddSingleton<RecordStore>();
        services.AddSingleton<Pseudonyms>();
        services.AddSingleton<ApplyFeed>();
        services.AddHostedService<FeedWorker>();
        return services;
    }

    public static IEndpointRouteBuilder MapIngestion(this IEndpointRouteBuilder api)
    {
        api.MapReceiveFeed();
        api.MapReadFeeds();
        api.MapReadStudents();
        return api;
    }
}
