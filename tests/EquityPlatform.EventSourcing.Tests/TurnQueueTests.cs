namespace EquityPlatform.EventSourcing.Tests;

/// <summary>Who is next, without any database: seeded schedules, counted in turns.</summary>
public sealed class TurnQueueTests
{
    const int Lanes = 3;
    static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_tenant_that_is_nearly_caught_up_never_waits_for_a_backlog(int seed)
    {
        var random = new Random(seed);
        var queue = new TurnQueue(Lanes, TimeProvider.System);
        string[] backlogs = ["big-1", "big-2", "big-3", "big-4"];
        queue.Wake(backlogs);
        foreach (var _ in backlogs) // the first turn tells that there is a backlog
            queue.Done(queue.TryNext()!, Turn.Backlog);
        var running = new List<string>();
        var waitingSince = new Dictionary<string, int>(); // turns of backlogs that a small tenant has watched
        var (bigTurns, smallTurns, longest) = (0, 0, 0);
        for (var step = 0; step < 5_000; step++)
        {
            if (waitingSince.Count < 4 && random.Next(3) == 0)
            {
                var small = $"small-{random.Next(40)}";
                if (!running.Contains(small) && waitingSince.TryAdd(small, 0))
                    queue.Wake([small]);
            }
            if (running.Count < Lanes && queue.TryNext() is { } tenant)
            {
                running.Add(tenant);
                if (tenant.StartsWith("big", StringComparison.Ordinal))
                {
                    bigTurns++;
                    foreach (var small in waitingSince.Keys)
                        waitingSince[small]++;
                }
                else
                {
                    smallTurns++;
                    longest = Math.Max(longest, waitingSince[tenant]);
                    waitingSince.Remove(tenant);
                }
                running.Count(t => t.StartsWith("big", StringComparison.Ordinal)).ShouldBeLessThan(Lanes, "a lane stays free for the others");
            }
            if (running.Count > 0 && (running.Count == Lanes || random.Next(2) == 0))
            {
                var done = running[random.Next(running.Count)];
                running.Remove(done);
                queue.Done(done, done.StartsWith("big", StringComparison.Ordinal) ? Turn.Backlog : Turn.CaughtUp);
            }
        }
        smallTurns.ShouldBeGreaterThan(500);
        bigTurns.ShouldBeGreaterThan(500, "a backlog goes on");
        longest.ShouldBeLessThanOrEqualTo(2, $"seed {seed}: turns of a backlog that a small tenant waited for");
    }

    [Fact]
    public async Task A_backlog_gets_its_turn_however_busy_the_others_are()
    {
        var queue = new TurnQueue(Lanes, TimeProvider.System);
        queue.Wake(["big"]);
        queue.Done(await queue.NextAsync(None), Turn.Backlog);
        queue.Wake(Enumerable.Range(0, 100).Select(i => $"busy-{i}"));
        var order = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            var tenant = await queue.NextAsync(None);
            order.Add(tenant);
            queue.Wake([tenant]); // something new came meanwhile
            queue.Done(tenant, tenant == "big" ? Turn.Backlog : Turn.CaughtUp);
        }
        order.Count(t => t == "big").ShouldBeInRange(40 / (TurnQueue.NearInARow + 1) - 1, 5);
        order.Where(t => t != "big").Distinct().Count().ShouldBe(order.Count(t => t != "big"), "the others take turns");
    }

    [Fact]
    public async Task What_came_during_a_turn_gives_another()
    {
        var queue = new TurnQueue(1, TimeProvider.System);
        queue.Wake(["a"]);
        (await queue.NextAsync(None)).ShouldBe("a");
        queue.Wake(["a"]);
        var next = queue.NextAsync(None);
        next.IsCompleted.ShouldBeFalse("a tenant has one turn at a time");
        queue.Done("a", Turn.CaughtUp);
        (await next.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("a");
        queue.Done("a", Turn.CaughtUp);
        queue.NextAsync(None).IsCompleted.ShouldBeFalse("nothing is left");
    }

    [Fact]
    public async Task A_rest_ends_by_itself_or_when_hurried()
    {
        var queue = new TurnQueue(1, TimeProvider.System);
        queue.Wake(["short", "long"]);
        (await queue.NextAsync(None)).ShouldBe("short");
        queue.Done("short", Turn.After(TimeSpan.FromMilliseconds(20)));
        (await queue.NextAsync(None)).ShouldBe("long");
        queue.Done("long", Turn.After(TimeSpan.FromHours(1)));
        queue.Wake(["long"]); // rests on
        (await queue.NextAsync(None).WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("short");
        var next = queue.NextAsync(None);
        next.IsCompleted.ShouldBeFalse();
        queue.Hurry("long");
        (await next.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("long");
    }
}
