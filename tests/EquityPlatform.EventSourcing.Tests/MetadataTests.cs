using EquityPlatform.Testing;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>Who, when, why and from where, whichever way an event got in.</summary>
public sealed class MetadataTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Metadata_is_complete_on_every_path()
    {
        await using var log = await CreateAsync(server);
        var feed = Guid.NewGuid();
        await log.AppendedAsync(Full("alone", feed));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => log.AppendedAsync(Full($"group{i}", feed)))); // arrays
        (await log.Log.AppendBulkAsync(Enumerable.Range(0, 2_500).Select(i => Full($"bulk{i}", feed)).ToAsyncEnumerable(), default).ToListAsync()).ShouldAllBe(a => a is AppendResult.Appended); // COPY
        var repeated = Full("again", feed);
        await log.AppendedAsync(repeated);
        (await log.Log.AppendAsync(repeated, default)).ShouldBeOfType<AppendResult.Repeated>();
        await log.Log.AppendAsync(Full("alone", feed) with { Expected = ExpectedVersion.NoStream }, default); // a conflict leaves nothing

        var all = await log.AllAsync();
        all.Count.ShouldBe(2_552);
        all.ShouldAllBe(e => e.User == "demo:tester" && e.Reason == "because" && e.CorrelationId == "trace" && e.CausationId == "cause" && e.Source == new EventSource(feed, "users.csv", 7) && e.Tenant == "a");
        (await log.ScalarAsync<long>("""
            select count(*) from {s}.mt_events where user_name is null or correlation_id is null or causation_id is null or mt_dotnet_type is null or type is null or tenant_id is null
              or headers->>'reason' is null or headers->'source'->>'feed' is null or headers->>'commandId' is null or timestamp is null or is_archived is distinct from false or bdata is not null
            """)).ShouldBe(0);
        (await log.ScalarAsync<long>("select count(*) from {s}.mt_streams where type is distinct from 'note' or version is null or is_archived is distinct from false")).ShouldBe(0);
        await MartenFormatTests.RulesAsync(log, 2_552);
    }

    [Fact]
    public async Task Without_reason_source_or_cause_the_columns_are_null_and_the_user_is_there()
    {
        await using var log = await CreateAsync(server);
        await log.AppendedAsync(Note("s", "x"));
        await log.Log.AppendBulkAsync(Enumerable.Range(0, 500).Select(i => Note($"b{i}", "x")).ToAsyncEnumerable(), default).ToListAsync();
        (await log.ScalarAsync<long>("select count(*) from {s}.mt_events where user_name = 'demo:tester' and headers is null and correlation_id is null and causation_id is null")).ShouldBe(501);
        (await log.Log.AppendAsync(Note("s", "x") with { Context = new("") }, default)).ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe("append.id-missing");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Time_rises_with_position_whatever_the_clocks_of_two_replicas_do(int seed)
    {
        var (one, two) = (new WildClock(seed), new WildClock(seed + 100));
        await using var log = await CreateAsync(server, one);
        await using var second = log.AnotherReplica(two);
        for (var round = 0; round < 8; round++)
        {
            one.Step();
            two.Step();
            var replica = round % 2 == 0 ? log.Log : second;
            await Task.WhenAll(Enumerable.Range(0, 5).Select(i => replica.AppendAsync(Notes($"s{i}", 3), default)));
            await replica.AppendBulkAsync(Enumerable.Range(0, 300).Select(i => Notes($"b{i}", 1)).ToAsyncEnumerable(), default).ToListAsync();
        }
        one.Stepped.ShouldBeTrue("the clock stepped back at least once");
        var all = await log.AllAsync();
        all.Count.ShouldBe(8 * 315);
        all.Zip(all.Skip(1)).ShouldAllBe(pair => pair.First.RecordedAt < pair.Second.RecordedAt);
        await MartenFormatTests.RulesAsync(log, all.Count);
    }

    static Append Full(string stream, Guid feed) => new("a", stream, "note", ExpectedVersion.Any, [new(Guid.NewGuid(), new Noted("x"), new(feed, "users.csv", 7), "because")], new("demo:tester", "trace", "cause"), Guid.NewGuid());

    /// <summary>Steps forth and back by up to an hour; in between it runs as clocks do.</summary>
    sealed class WildClock(int seed) : TimeProvider
    {
        readonly Random random = new(seed);
        TimeSpan offset;

        public bool Stepped { get; private set; }

        public void Step()
        {
            var next = TimeSpan.FromSeconds(random.Next(-3600, 3600));
            Stepped |= next < offset;
            offset = next;
        }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
    }
}
