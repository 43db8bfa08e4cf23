using EquityPlatform.Testing;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

public sealed class ConcurrencyTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Two_replicas_with_conflicts_leave_no_hole_and_a_reader_misses_nothing()
    {
        await using var log = await CreateAsync(server);
        await using var second = log.AnotherReplica();
        using var stop = new CancellationTokenSource();
        var reading = ReadAlongAsync(log, stop.Token);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(async worker =>
        {
            var seen = new List<AppendResult>();
            for (var i = 0; i < 40; i++)
            {
                var replica = (worker + i) % 2 == 0 ? log.Log : second;
                // Everybody fights for the same few streams with the version read last, so many lose
                var stream = $"s{i % 4}";
                var version = await VersionAsync(replica, stream);
                seen.Add(await replica.AppendAsync(Note(stream, $"{worker}/{i}", ExpectedVersion.Exactly(version)), default));
            }
            return seen;
        }));
        var all = answers.SelectMany(a => a).ToList();
        var appended = all.OfType<AppendResult.Appended>().ToList();
        appended.Count.ShouldBeGreaterThan(0);
        all.OfType<AppendResult.VersionConflict>().ShouldNotBeEmpty();
        (appended.Count + all.OfType<AppendResult.VersionConflict>().Count()).ShouldBe(32 * 40);
        appended.Select(a => a.LastPosition).Order().ShouldBe(Enumerable.Range(1, appended.Count).Select(i => (long)i));

        await Eventually.Async(() => reading.Seen.Count == appended.Count, because: "the reader has all");
        await stop.CancelAsync();
        reading.Seen.ShouldBe(Enumerable.Range(1, appended.Count).Select(i => (long)i));
        await MartenFormatTests.RulesAsync(log, appended.Count);
    }

    [Fact]
    public async Task A_bad_append_never_fails_its_neighbours()
    {
        await using var log = await CreateAsync(server);
        // A rule that only the database knows, so that it refuses the whole group's statement
        await using (var rule = log.Database.CreateCommand($"alter table {log.Schema}.mt_events add check (data->>'text' <> 'refused by the database')"))
            await rule.ExecuteNonQueryAsync();
        await log.AppendedAsync(Note("s3", "first"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => log.Log.AppendAsync(i switch
        {
            13 or 77 => Note($"s{i}", "refused by the database"),
            3 => Note("s3", "late", ExpectedVersion.NoStream),
            50 => Note("s50", "nul \0"),
            _ => Note($"s{i}", "good", ExpectedVersion.NoStream),
        }, default)));
        answers[13].ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe("append.refused-by-database");
        answers[77].ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe("append.refused-by-database");
        answers[3].ShouldBe(new AppendResult.VersionConflict(1));
        answers[50].ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe("event.json-nul");
        answers.OfType<AppendResult.Appended>().Count().ShouldBe(96);
        await MartenFormatTests.RulesAsync(log, 97);
    }

    [Fact]
    public async Task The_same_append_sent_many_times_at_once_is_stored_once()
    {
        await using var log = await CreateAsync(server);
        await using var second = log.AnotherReplica();
        var id = Guid.NewGuid();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? log.Log : second).AppendAsync(Note("s", "once", ExpectedVersion.NoStream, id), default)));
        answers.OfType<AppendResult.Appended>().ShouldHaveSingleItem();
        answers.OfType<AppendResult.Repeated>().Count().ShouldBe(49);
        answers.OfType<AppendResult.Repeated>().ShouldAllBe(r => r.LastPosition == 1);
        await MartenFormatTests.RulesAsync(log, 1);
    }

    [Fact]
    public async Task Small_appends_go_on_between_the_chunks_of_a_bulk_append()
    {
        await using var log = await CreateAsync(server);
        var bulk = log.Log.AppendBulkAsync(Enumerable.Range(0, 20_000).Select(i => Notes($"bulk{i}", 2)).ToAsyncEnumerable(), default).ToListAsync().AsTask();
        var positions = new List<long>();
        while (!bulk.IsCompleted)
            positions.Add((await log.AppendedAsync(Note("small", "now"))).LastPosition);
        (await bulk).ShouldAllBe(r => r is AppendResult.Appended);
        positions.Count.ShouldBeGreaterThan(5);
        // Some lie inside the bulk's range: they did not wait for its end
        positions.Count(p => p < 40_000).ShouldBeGreaterThan(5);
        await MartenFormatTests.RulesAsync(log, 40_000 + positions.Count);
    }

    [Fact]
    public async Task A_cancelled_caller_does_not_disturb_the_others()
    {
        await using var log = await CreateAsync(server);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => log.Log.AppendAsync(Note("s", "never"), cancelled.Token));
        await log.AppendedAsync(Note("s", "1"));
        (await log.AllAsync()).Count.ShouldBe(1);
    }

    static async Task<long> VersionAsync(EventLog log, string stream)
    {
        var version = 0L;
        await foreach (var e in log.ReadStreamAsync("a", stream, 1, null, default))
            version = e.Version;
        return version;
    }

    static Reading ReadAlongAsync(TestLog log, CancellationToken cancellation)
    {
        var reading = new Reading();
        _ = Task.Run(async () =>
        {
            var position = 0L;
            while (!cancellation.IsCancellationRequested)
            {
                await foreach (var e in log.Log.ReadAllAsync("a", position, null, null, cancellation))
                {
                    reading.Seen.Add(e.Position);
                    position = e.Position;
                }
                await log.Log.WaitForCommitAsync(position, TimeSpan.FromMilliseconds(50), cancellation);
            }
        }, cancellation);
        return reading;
    }

    sealed class Reading
    {
        public List<long> Seen { get; } = [];
    }
}
