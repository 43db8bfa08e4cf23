using System.Net;
using System.Text;
using EquityPlatform.E2E.Tests.Feeds;

namespace EquityPlatform.E2E.Tests.Faults;

/// <summary>
/// Every service runs twice on one database and one broker: the two share the districts, one of each is killed (kill -9) in the middle of two feeds, the other
/// takes over, and every number is the one of an undisturbed run.
/// </summary>
[Trait("Category", "Faults"), Collection(UndisturbedRun.Shared)]
public sealed class TwoReplicasTests(UndisturbedRun undisturbed) : IAsyncLifetime
{
    const int Partitions = 2;
    static readonly string[] Services = ["ingestion", "indicators", "interventions", "reporting"];
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public async Task InitializeAsync()
    {
        foreach (var service in Services) // one at a time: each writes its port down
            await RunningSystem.OperateAsync("start", $"{service}@2");
    }

    public async Task DisposeAsync()
    {
        foreach (var service in Services)
            await RunningSystem.OperateAsync("stop", $"{service}@2");
    }

    [Fact]
    public async Task Replicas_share_the_work_and_one_takes_over_when_the_other_is_killed()
    {
        using var first = new Api(Named(0));
        using var second = new Api(Named(1));
        foreach (var service in Services)
            await Wait.ForAsync($"the replicas of {service} to share", Patience, async () => await HoldersAsync(first, service) is { Length: Partitions } holders ? holders : null);

        Api[] districts = [first, second];
        var feeds = districts.Select(api => (Api: api, Feed: Guid.NewGuid())).ToArray();
        foreach (var (api, feed) in feeds)
            (await api.UploadAsync(feed, [("package.zip", undisturbed.Package)])).ShouldBe(HttpStatusCode.Accepted);
        var state = await Wait.ForAsync("a feed to be applied in part", Patience, async () =>
            (await first.TryGetAsync("data-steward", $"/api/ingestion/v1/feeds/{feeds[0].Feed}"))?["state"]?.ToString() is ("applying" or "applied" or "rejected") and var seen ? seen : null);
        foreach (var service in Services)
            await RunningSystem.OperateAsync("kill", $"{service}@2");
        state.ShouldBe("applying", "the kill must come in the middle of the feed");

        foreach (var (api, feed) in feeds)
        {
            var applied = await api.SettledFeedAsync(feed, Patience);
            applied["state"]?.ToString().ShouldBe("applied", applied.ToJsonString());
            (await undisturbed.CellsAsync(api, applied["position"]?.GetValue<long>() ?? 0, Patience)).ShouldBe(undisturbed.Cells);
            UndisturbedRun.CountsOf(await api.GetAsync("data-steward", $"/api/ingestion/v1/feeds/{feed}")).ShouldBe(undisturbed.Counts);
        }
        foreach (var service in Services)
            await Wait.ForAsync($"one replica of {service} to hold all", Patience, async () => await HoldersAsync(first, service) is { Length: 1 } holders ? holders : null);
    }

    /// <summary>Who holds partitions now; every lease's partitions are with as many replicas.</summary>
    static async Task<string[]?> HoldersAsync(Api api, string service)
    {
        if (await api.TryGetAsync("operator", $"/api/{service}/v1/operations/consumers") is not { } list || list["leases"] is not { } leases)
            return null;
        var now = TimeProvider.System.GetUtcNow();
        var live = leases.AsArray().Where(lease => lease?["expires"]?.GetValue<DateTimeOffset>() > now && lease["name"]?.ToString().StartsWith("replica", StringComparison.Ordinal) == false)
            .Select(lease => (Name: lease?["name"]?.ToString() ?? "", Holder: lease?["holder"]?.ToString() ?? "")).ToArray();
        var counts = live.GroupBy(lease => lease.Name).Select(of => of.Select(lease => lease.Holder).Distinct().Count()).Distinct().ToArray();
        return counts is [var same] && live.GroupBy(lease => lease.Name).All(of => of.Count() == Partitions) && live.Select(lease => lease.Holder).Distinct().ToArray() is var holders && holders.Length == same
            ? holders
            : null;
    }

    /// <summary>A district whose partition is the given one: FNV-1a over its name, as the services spread them.</summary>
    static string Named(int partition) => Enumerable.Range(0, 100).Select(i => FormattableString.Invariant($"twice-{i}"))
        .First(name => Encoding.UTF8.GetBytes(name).Aggregate(2166136261u, (hash, value) => unchecked((hash ^ value) * 16777619u)) % Partitions == partition);
}
