using EquityPlatform.EventSourcing;
using EquityPlatform.Reporting.Jobs;
using EquityPlatform.Reporting.Receipts;
using EquityPlatform.Reporting.Releases;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Erasure;

namespace EquityPlatform.Reporting;

/// <summary>The service's two doors and its definition.</summary>
internal static class ReportingService
{
    public static readonly ServiceDefinition Definition = new("reporting", typeof(ReportingService).Assembly, Events(), Publishing.Publish);

    static EventTypes Events() => new EventTypes()
        .Add<ReleaseRequested>(ReleaseRequested.Type)
        .Add<ReleaseFrozen>(ReleaseFrozen.Type)
        .Add<ReleaseFailed>(ReleaseFailed.Type);

    public static IServiceCollection AddReporting(this IServiceCollection services) => services
        .AddAggregate(Release.Aggregate)
        .AddSingleton<ReleaseTable>()
        .AddSingleton<FrozenReleases>()
        .AddSingleton<ReceiptBook>()
        .AddSingleton<FetchValues>()
        .AddSingleton<FrozenStore>()
        .AddSingleton<ReleaseRun>()
        .AddSingleton<ReleaseSignal>()
        .AddHostedService<ReleaseWorker>()
        .AddStudentErasureConsumer<ClearStudent>();

    public static IEndpointRouteBuilder MapReporting(this IEndpointRouteBuilder api)
    {
        api.MapRequestRelease();
        api.MapReadReleases();
        api.MapReadTables();
        api.MapReadReceipt();
        api.MapReadRows();
        return api;
    }
}
