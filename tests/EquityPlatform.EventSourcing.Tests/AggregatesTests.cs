using EquityPlatform.Testing;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

public sealed class AggregatesTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static readonly AggregateType<int, Noted> Sum = new("sum", 0, (total, e) => total + e.Number);
    static readonly CommandContext By = new("a", "demo:tester", Reason: "because");

    static Outcome<Noted> AddOne(int total) => new Noted($"{total}", 1);

    [Fact]
    public async Task A_decision_sees_the_state_and_its_events_tell_who_and_why()
    {
        await using var log = await CreateAsync(server);
        var sums = new Aggregates<int, Noted>(log.Log, Sum);
        (await sums.HandleAsync(By, "x", null, AddOne, default)).ShouldBe(new Handled.Done(1, 1, true));
        (await sums.HandleAsync(By, "x", 1, AddOne, default)).ShouldBe(new Handled.Done(2, 2, true));
        (await sums.LoadAsync("a", "x", default)).ShouldBe((2, 2));
        (await sums.LoadAsync("b", "x", default)).ShouldBe((0, 0));
        var e = (await log.AllAsync())[1];
        (e.StreamId, e.User, e.Reason).ShouldBe(("sum-x", "demo:tester", "because"));
    }

    [Fact]
    public async Task A_stale_revision_is_refused_before_the_decision()
    {
        await using var log = await CreateAsync(server);
        var sums = new Aggregates<int, Noted>(log.Log, Sum);
        await sums.HandleAsync(By, "x", null, AddOne, default);
        var refused = (await sums.HandleAsync(By, "x", 0, _ => throw new InvalidOperationException("must not be asked"), default)).ShouldBeOfType<Handled.Refused>();
        (refused.Refusal.Kind, refused.Refusal.Code).ShouldBe((RefusalKind.Stale, "stream.stale"));
    }

    [Fact]
    public async Task A_lost_race_is_decided_anew()
    {
        await using var log = await CreateAsync(server);
        await using var second = log.AnotherReplica();
        var one = new Aggregates<int, Noted>(log.Log, Sum);
        var two = new Aggregates<int, Noted>(second, Sum);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? one : two).HandleAsync(By, "x", null, AddOne, default)));
        answers.ShouldAllBe(a => a is Handled.Done);
        (await one.LoadAsync("a", "x", default)).ShouldBe((12, 12));
        (await log.AllAsync()).Select(e => ((Noted)e.Data).Text).ShouldBe(Enumerable.Range(0, 12).Select(i => $"{i}"));
    }

    [Fact]
    public async Task A_repeated_command_is_answered_like_the_first_and_other_content_is_a_conflict()
    {
        await using var log = await CreateAsync(server);
        var sums = new Aggregates<int, Noted>(log.Log, Sum);
        var command = By with { CommandId = Guid.NewGuid() };
        (await sums.HandleAsync(command, "x", 0, _ => new Noted("same", 1), default)).ShouldBe(new Handled.Done(1, 1, true));
        (await sums.HandleAsync(command, "x", 0, _ => new Noted("same", 1), default)).ShouldBe(new Handled.Done(1, 1, false));
        (await sums.HandleAsync(command, "x", null, _ => Outcome.Nothing<Noted>(), default)).ShouldBe(new Handled.Done(1, 1, false));
        Refused(await sums.HandleAsync(command, "x", null, _ => new Noted("other", 1), default)).ShouldBe((RefusalKind.Conflict, "event.id-reused"));
        Refused(await sums.HandleAsync(command, "y", null, _ => new Noted("same", 1), default)).ShouldBe((RefusalKind.Conflict, "command.id-reused"));
        (await log.AllAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_command_sent_at_once_counts_once()
    {
        await using var log = await CreateAsync(server);
        var sums = new Aggregates<int, Noted>(log.Log, Sum);
        var command = By with { CommandId = Guid.NewGuid() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => sums.HandleAsync(command, "x", null, _ => new Noted("same", 1), default)));
        answers.OfType<Handled.Done>().Count(d => d.Changed).ShouldBe(1);
        answers.OfType<Handled.Done>().Count().ShouldBe(10);
        (await sums.LoadAsync("a", "x", default)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_refusal_and_bad_content_change_nothing()
    {
        await using var log = await CreateAsync(server);
        var sums = new Aggregates<int, Noted>(log.Log, Sum);
        Refused(await sums.HandleAsync(By, "x", null, _ => Refusal.Invalid("sum.full", "It is full."), default)).ShouldBe((RefusalKind.Invalid, "sum.full"));
        Refused(await sums.HandleAsync(By, "x", null, _ => new Noted("\0"), default)).ShouldBe((RefusalKind.Invalid, "event.json-nul"));
        (await log.Log.HeadAsync(default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_is_read_as_it_stood_at_an_instant_and_from_a_version()
    {
        await using var log = await CreateAsync(server);
        await log.AppendedAsync(Notes("s", 1200));
        var all = await log.Log.ReadStreamAsync("a", "s", 1, null, default).ToListAsync();
        all.Select(e => e.Version).ShouldBe(Enumerable.Range(1, 1200).Select(i => (long)i));
        (await log.Log.ReadStreamAsync("a", "s", 1, all[699].RecordedAt, default).ToListAsync()).Count.ShouldBe(700);
        (await log.Log.ReadStreamAsync("a", "s", 1199, null, default).ToListAsync()).Count.ShouldBe(2);
    }

    static (RefusalKind, string) Refused(Handled handled)
    {
        var refusal = handled.ShouldBeOfType<Handled.Refused>().Refusal;
        return (refusal.Kind, refusal.Code);
    }
}
