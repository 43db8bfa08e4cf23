using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.Interventions.Tests.Http;

/// <summary>The whole service on Kestrel and real PostgreSQL, spoken to by what people do.</summary>
public sealed class District : PostgresServer
{
    internal const string Tenant = IndicatorsStandIn.Tenant;
    ServiceUnderTest<Program> service = null!;

    internal IndicatorsStandIn Indicators { get; private set; } = null!;
    internal EventLog Log => Services.GetRequiredService<EventLog>();
    internal IServiceProvider Services => service.Services;
    internal static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Indicators = await IndicatorsStandIn.StartAsync();
        service = await ServiceUnderTest.StartAsync<Program>(this, more: new Dictionary<string, string?> { ["Services:indicators"] = Indicators.Address });
        using var anyone = As(null);
        await Eventually.Async(async () => (await anyone.GetAsync("/health/ready")).IsSuccessStatusCode);
    }

    public override async Task DisposeAsync()
    {
        await service.DisposeAsync();
        await Indicators.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Runs a one-shot verb of the service beside the running host.</summary>
    internal Task<int> RunVerbAsync(params string[] verb) => service.RunVerbAsync(verb);

    /// <summary>Waits until the board of a tenant stands at a position.</summary>
    internal Task BoardAsync(string tenant, long position) =>
        Services.GetRequiredKeyedService<SubscriptionRunner>(GoalBoard.Version).WaitForAsync(tenant, position, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>A client signed in under a role; principals and educators belong to the example school.</summary>
    internal HttpClient As(string? role, string tenant = Tenant) => service.Client(role, tenant, role is Roles.Principal or Roles.Educator ? [Examples.School] : []);

    /// <summary>The indicators service freezes numbers of the example goal.</summary>
    internal Guid Freeze(long numerator = 30, long denominator = 100, TimeSpan? ago = null, string school = Examples.School, string group = "yes")
    {
        var id = Guid.NewGuid();
        Put(Examples.Snapshot(id, numerator, denominator, school: school, group: group, at: TimeProvider.System.GetUtcNow() - (ago ?? TimeSpan.Zero)));
        return id;
    }

    internal void Put(EvidenceSnapshot snapshot) => Indicators.Snapshots[snapshot.SnapshotId] = JsonSerializer.Serialize(snapshot, JsonSerializerOptions.Web);

    internal SetGoalRequest AskGoal(string school = Examples.School) =>
        Examples.AskGoal with { GoalId = Guid.NewGuid(), School = school, BaselineSnapshotId = Freeze(ago: TimeSpan.FromDays(1), school: school), DueDate = Today.AddDays(300) };

    internal static OpenPlanRequest AskPlan() => Examples.AskPlan with
    {
        PlanId = Guid.NewGuid(),
        StartDate = Today.AddDays(1),
        ReviewDate = Today.AddDays(90),
        Milestones = [new("Phone list by language is complete", Today.AddDays(20))],
        Success = new("At most one in five is chronically absent", 2000, Today.AddDays(280)),
    };

    internal RecordDecisionRequest AskDecision(Guid plan, string kind = DecisionKinds.Refine, long numerator = 20) => Examples.Refine with
    {
        DecisionId = Guid.NewGuid(),
        PlanId = plan,
        Kind = kind,
        EvidenceSnapshotId = Freeze(numerator),
        NextReviewDate = kind is DecisionKinds.Refine or DecisionKinds.Scale ? Today.AddDays(180) : null,
    };

    /// <summary>Sets a goal as the district leader.</summary>
    internal async Task<Guid> GoalAsync(SetGoalRequest? ask = null)
    {
        ask ??= AskGoal();
        using var leader = As(Roles.DistrictLeader);
        using var answer = await leader.PostAsJsonAsync("/api/interventions/v1/goals", ask);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return ask.GoalId;
    }

    /// <summary>Sets a goal with one plan under it.</summary>
    internal async Task<(Guid Goal, Guid Plan)> PlanAsync(SetGoalRequest? goalAsked = null)
    {
        var goal = await GoalAsync(goalAsked);
        var ask = AskPlan();
        using var leader = As(Roles.DistrictLeader);
        using var answer = await PostAsync(leader, $"goals/{goal}/plans", ask, 1);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (goal, ask.PlanId);
    }

    internal static async Task<HttpResponseMessage> PostAsync<T>(HttpClient by, string path, T body, long? revision = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/interventions/v1/{path}") { Content = JsonContent.Create(body) };
        if (revision is { } known)
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(FormattableString.Invariant($"\"{known}\"")));
        return await by.SendAsync(request);
    }

    internal static async Task<T> GetAsync<T>(HttpClient by, string path) =>
        await by.GetFromJsonAsync<T>($"/api/interventions/v1/{path}") ?? throw new JsonException("null");

    /// <summary>Status and code of a refused request.</summary>
    internal static async Task<(int Status, string? Code)> RefusalAsync(HttpResponseMessage answer)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var code = problem.GetProperty("code").GetString();
        problem.GetProperty("type").GetString().ShouldBe($"urn:equity:{code}");
        return ((int)answer.StatusCode, code);
    }
}
