using System.Net;
using System.Text.Json.Nodes;
using EquityPlatform.E2E.Tests.Feeds;

namespace EquityPlatform.E2E.Tests.Faults;

/// <summary>
/// Each process of the system is killed (kill -9) in the middle of a feed and started again. Afterwards every number is the one that an undisturbed run of the
/// same files gives. Each run has a tenant of its own.
/// </summary>
[Trait("Category", "Faults"), Collection(UndisturbedRun.Shared)]
public sealed class KilledDuringAFeedTests(UndisturbedRun undisturbed)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData("ingestion")]
    [InlineData("indicators")]
    [InlineData("interventions")]
    [InlineData("reporting")]
    [InlineData("web")]
    [InlineData("gateway")]
    [InlineData("rabbitmq")]
    [InlineData("postgres")]
    public async Task A_killed_process_changes_no_number(string process)
    {
        using var api = new Api($"killed-{process}");
        var feed = Guid.NewGuid();
        (await api.UploadAsync(feed, [("package.zip", undisturbed.Package)])).ShouldBe(HttpStatusCode.Accepted);
        var state = await BeingAppliedAsync(api, feed);

        await RunningSystem.OperateAsync("kill", process);
        await RunningSystem.OperateAsync("start", process);

        state.ShouldBe("applying", "the kill must come in the middle of the feed");
        var applied = await api.SettledFeedAsync(feed, Patience);
        applied["state"]?.ToString().ShouldBe("applied", applied.ToJsonString());
        (await undisturbed.CellsAsync(api, applied["position"]?.GetValue<long>() ?? 0, Patience)).ShouldBe(undisturbed.Cells);
        (await CountsAsync(api, feed)).ShouldBe(undisturbed.Counts);
    }

    static Task<string> BeingAppliedAsync(Api api, Guid feed) => Wait.ForAsync("the feed to be applied in part", Patience, async () =>
        (await api.TryGetAsync("data-steward", $"/api/ingestion/v1/feeds/{feed}"))?["state"]?.ToString() is ("applying" or "applied" or "rejected") and var state ? state : null);

    static async Task<string> CountsAsync(Api api, Guid feed) => UndisturbedRun.CountsOf(await api.GetAsync("data-steward", $"/api/ingestion/v1/feeds/{feed}"));
}

/// <summary>The numbers of a run that nothing disturbed.</summary>
[CollectionDefinition(Shared)]
public sealed class UndisturbedRun : IAsyncLifetime, ICollectionFixture<UndisturbedRun>
{
    internal const string Shared = "Undisturbed run";

    static readonly string[] Indicators = ["enrollment", "average-daily-attendance", "chronic-absence"];

    internal byte[] Package { get; } = new GeneratedDistrict(1000, everyDay: true).Package();

    internal string Cells { get; private set; } = "";

    internal string Counts { get; private set; } = "";

    public async Task InitializeAsync()
    {
        using var api = new Api("undisturbed");
        var feed = Guid.NewGuid();
        (await api.UploadAsync(feed, [("package.zip", Package)])).ShouldBe(HttpStatusCode.Accepted);
        var applied = await api.SettledFeedAsync(feed, TimeSpan.FromMinutes(3));
        applied["state"]?.ToString().ShouldBe("applied", applied.ToJsonString());
        Counts = CountsOf(applied);
        Cells = await CellsAsync(api, applied["position"]?.GetValue<long>() ?? 0, TimeSpan.FromMinutes(2));
        Cells.ShouldContain("\"state\":\"value\"");
    }

    internal async Task<string> CellsAsync(Api api, long position, TimeSpan patience)
    {
        List<string> all = [];
        foreach (var indicator in Indicators)
            all.Add((await api.ValuesAsync(indicator, GeneratedDistrict.Year, position, patience))["cells"]?.ToJsonString() ?? "");
        return string.Join('\n', all);
    }

    internal static string CountsOf(JsonNode feed) => feed["counts"]?.ToJsonString() ?? "";

    public Task DisposeAsync() => Task.CompletedTask;
}
