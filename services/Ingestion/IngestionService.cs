using EquityPlatform.Ingestion.EdFi.Connector;
using EquityPlatform.Ingestion.Erasure;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Folders;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Quality;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.SetAside;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.Ingestion.Uploads;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Sealing;

namespace EquityPlatform.Ingestion;

/// <summary>The service's two doors and its definition.</summary>
internal static class IngestionService
{
    public static readonly ServiceDefinition Definition = new("ingestion", typeof(IngestionService).Assembly, Publishing.Events(), Publishing.Map);

    public static IServiceCollection AddIngestion(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Ingestion").Get<IngestionSettings>() ?? new());
        services.AddSealing();
        services.AddSingleton<DistrictCalendar>();
        services.AddSingleton<DistrictKeys>();
        services.AddSingleton<SealNews>();
        services.AddSingleton<TenantDatabase>();
        services.AddSingleton<UploadVault>();
        services.AddSingleton<OpenUploads>();
        services.AddSingleton<FeedRows>();
        services.AddSingleton<FeedWork>();
        services.AddSingleton<FeedSignal>();
        services.AddSingleton<RecordStore>();
        services.AddSingleton<Pseudonyms>();
        services.AddSingleton<MappingsOfFeed>();
        services.AddSingleton<RecordNews>();
        services.AddSingleton<LinkStudents>();
        services.AddSingleton<SetAsideRows>();
        services.AddSingleton<ApplyFeed>();
        services.AddSingleton<GiveUpFeed>();
        services.AddSingleton<StudentIdentities>();
        services.AddAggregate(SourceMappings.Type);
        services.AddAggregate(ErasureDecision.Type);
        services.AddAggregate(Assignments.Type);
        services.AddHostedService<CountReceived>();
        services.AddSubscription<ErasureRows>();
        services.AddSingleton<EraseStudents>();
        foreach (var service in EraseStudents.Services)
            services.AddSingleton<IBusConsumer>(provider => new Acknowledgements(service, provider.GetRequiredService<FeedSignal>()));
        services.AddHostedService<FeedWorker>();
        services.AddSingleton<TakeFile>();
        services.AddHostedService<WatchFolders>();
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Ingestion:EdFi").Get<EdFiSettings>() ?? new());
        services.AddSingleton<EdFiSources>();
        services.AddSingleton<EdFiSignal>();
        services.AddSingleton<ReadSource>();
        services.AddHostedService<EdFiSchedule>();
        return services;
    }

    public static IEndpointRouteBuilder MapIngestion(this IEndpointRouteBuilder api)
    {
        api.MapReceiveFeed();
        api.MapUploads();
        api.MapReadFolders();
        api.MapReadFeeds();
        api.MapTemplates();
        api.MapReadMappings();
        api.MapSaveMapping();
        api.MapLookAtFile();
        api.MapTryMapping();
        api.MapDecideHeldFeed();
        api.MapDecideStoppedFeed();
        api.MapSetAsideRows();
        api.MapReadQuality();
        api.MapAssignFinding();
        api.MapEdFi();
        api.MapReadStudents();
        api.MapReadIdentity();
        api.MapReadDisclosures();
        api.MapErasure();
        return api;
    }
}
