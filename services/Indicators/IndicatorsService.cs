using EquityPlatform.EventSourcing;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Evidence;
using EquityPlatform.Indicators.Facts;
using EquityPlatform.Indicators.Lineage;
using EquityPlatform.Indicators.Numbers;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Erasure;

namespace EquityPlatform.Indicators;

/// <summary>The service's two doors and its definition.</summary>
internal static class IndicatorsService
{
    public static readonly ServiceDefinition Definition = new("indicators", typeof(IndicatorsService).Assembly, Events(), Publishing.Publish);

    static EventTypes Events() => new EventTypes()
        .Add<IndicatorDefined>(IndicatorDefined.Type)
        .Add<SnapshotFrozen>(SnapshotFrozen.Type);

    public static IServiceCollection AddIndicators(this IServiceCollection services) => services
        .AddSingleton<FactReader>()
        .AddSingleton<SchoolDirectory>()
        .AddSingleton<DefinitionLog>()
        .AddSingleton<CubeStore>()
        .AddSingleton<LineageReader>()
        .AddAggregate(Snapshot.Type)
        .AddStudentErasure<ClearStudentFacts>()
        .AddBusConsumer<StudentFactsConsumer>();

    public static IEndpointRouteBuilder MapIndicators(this IEndpointRouteBuilder api)
    {
        api.MapGetCatalogue();
        api.MapGetValues();
        api.MapGetGaps();
        api.MapGetAttention();
        api.MapFreezeSnapshot();
        api.MapGetSnapshot();
        api.MapGetLineage();
        return api;
    }
}
