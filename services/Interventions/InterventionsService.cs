using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Erasure;

namespace EquityPlatform.Interventions;

/// <summary>The service's two doors and its definition.</summary>
internal static class InterventionsService
{
    public static readonly ServiceDefinition Definition = new("interventions", typeof(InterventionsService).Assembly, Events(), Publishing.Publish);

    static EventTypes Events() => new EventTypes()
        .Add<GoalSet>("goal-set/1")
        .Add<PlanOpened>("plan-opened/1")
        .Add<DecisionRecorded>("decision-recorded/1")
        .Add<DecisionRefused>("decision-refused/1");

    public static IServiceCollection AddInterventions(this IServiceCollection services) => services
        .AddAggregate(Goal.Type)
        .AddSubscription<GoalBoard>()
        .AddSingleton<TenantReads>()
        .AddSingleton<GoalQueries>()
        .AddSingleton<Attention>()
        .AddSingleton<BoardWait>()
        .AddSingleton<EvidenceReader>()
        .AddSingleton<IndicatorValuesReader>()
        .AddSingleton<DistrictCalendar>()
        .AddStudentErasureConsumer<ClearStudent>();

    public static IEndpointRouteBuilder MapInterventions(this IEndpointRouteBuilder api)
    {
        api.MapSetGoal();
        api.MapOpenPlan();
        api.MapRecordDecision();
        api.MapReadAuthority();
        var reads = api.MapGroup("").RequireRoles(Readers.All).AddEndpointFilter(BoardWait.BeforeReading);
        reads.MapReadGoals();
        reads.MapReadHistory();
        reads.MapReadEvidence();
        reads.MapReadProgress();
        reads.MapReadAttention();
        return api;
    }
}
