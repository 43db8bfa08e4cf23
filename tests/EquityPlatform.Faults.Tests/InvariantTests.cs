using System.Buffers.Binary;
using System.Security.Cryptography;
using EquityPlatform.Faults.Checking;

namespace EquityPlatform.Faults.Tests;

/// <summary>The checker can fail: each bad history, made by hand, is found, and the good one beside it passes.</summary>
public sealed class InvariantTests
{
    static readonly Sent[] Sent =
    [
        Command("north", 1, "entry-1", 2, inside: false, first: 1, last: 2),
        Command("east", 2, "entry-1", 1, inside: true, first: 3, last: 4),
        Command("north", 3, "entry-2", 1, inside: false, first: 5, last: 5),
    ];

    [Fact]
    public void A_good_history_passes() => Check(Sent, Good()).ShouldBeEmpty();

    [Fact]
    public void An_acknowledged_command_that_is_gone_is_found() => Finds("I1", Sent, Good() with { Events = [.. Good().Events.SkipLast(1)] });

    [Fact]
    public void An_unknown_command_may_be_gone_or_there_but_not_in_part()
    {
        var open = Command("east", 4, "entry-3", 3, inside: false, 0, 0) with { Fate = Fate.Unknown };
        Check([.. Sent, open], Good()).ShouldBeEmpty();
        Finds("I1", [.. Sent, open], WithEvents(Good(), Event(6, open, 0, 1)));
    }

    [Fact]
    public void An_event_stored_twice_is_found() =>
        Finds("I1", Sent, WithEvents(Good(), Event(6, Sent[2], 0, 2)));

    [Fact]
    public void An_event_that_nobody_sent_is_found() =>
        Finds("I1", Sent, WithEvents(Good(), Event(6, Command("north", 9, "entry-9", 1, false, 6, 6), 0, 1)));

    [Fact]
    public void Other_content_than_sent_is_found() =>
        Finds("I1", Sent, Good() with { Events = [.. Good().Events.Select(e => e.Seq == 5 ? e with { Text = "north something else" } : e)] });

    [Fact]
    public void An_answer_with_other_positions_is_found() => Finds("I1", [.. Sent.SkipLast(1), Sent[2] with { First = 4, Last = 4 }], Good());

    [Fact]
    public void A_refusal_is_found() => Finds("I1", [.. Sent, Command("east", 4, "entry-3", 1, false, 0, 0) with { Fate = Fate.Refused, Answer = "422" }], Good());

    [Fact]
    public void A_hole_is_found() => Finds("I2", Sent, Moved(Good(), 5, 7));

    [Fact]
    public void Two_events_at_the_same_version_are_found() => Finds("I2", Sent, Good() with { Events = [.. Good().Events.Select(e => e.Seq == 2 ? e with { Version = 1 } : e)] });

    [Fact]
    public void A_stream_row_that_lags_is_found() => Finds("I2", Sent, Good() with { Streams = new Dictionary<(string, string), long>(Good().Streams) { [("north", "entry-1")] = 1 } });

    [Fact]
    public void A_head_that_lags_is_found() => Finds("I2", Sent, Good() with { Head = 4 });

    [Fact]
    public void Time_that_stands_still_is_found() => Finds("I2", Sent, Good() with { Events = [.. Good().Events.Select(e => e.Seq == 4 ? e with { At = At(3) } : e)] });

    [Fact]
    public void An_effect_that_skipped_an_event_is_found() => Finds("I3", Sent, WithEffect(lines => [.. lines.Where(line => line.Seq != 2)]));

    [Fact]
    public void An_effect_applied_twice_is_found() => Finds("I3", Sent, WithEffect(lines => [.. lines, lines[0] with { Nth = 99 }]));

    [Fact]
    public void An_effect_in_the_wrong_order_is_found() =>
        Finds("I5", Sent, WithEffect(lines => [.. lines.Select(line => line.Seq == 1 ? line with { Nth = 50 } : line)]));

    [Fact]
    public void A_hash_that_is_not_the_logs_is_found() =>
        Finds("I3", Sent, Good() with { Effects = [Good().Effects[0] with { Chains = new Dictionary<string, byte[]> { ["north"] = [1], ["east"] = Good().Effects[0].Chains["east"] } }] });

    [Fact]
    public void A_consumer_that_never_arrives_is_found_once_all_is_quiet()
    {
        var behind = Good() with { Effects = [EffectOf(Good().Events, new() { ["north"] = 2, ["east"] = 4 })] };
        Invariants.Check(Sent, behind, settled: false).ShouldBeEmpty();
        Finds("I4", Sent, behind);
    }

    [Fact]
    public void A_cursor_beyond_what_the_broker_had_is_found() => Finds("I4", Sent, Good() with { Tap = [.. Good().Tap.SkipLast(1)] });

    [Fact]
    public void An_event_that_only_the_broker_had_is_found() => Finds("I4", Sent, Good() with { Tap = [.. Good().Tap, new("east", 4, 9, [(9, Guid.NewGuid())])] });

    [Fact]
    public void A_batch_that_repeats_is_fine_and_one_that_jumps_is_found()
    {
        Check(Sent, Good() with { Tap = [.. Good().Tap, Good().Tap[0]] }).ShouldBeEmpty();
        Finds("I5", Sent, Good() with { Tap = [Good().Tap[2], Good().Tap[0], Good().Tap[1]] });
    }

    [Fact]
    public void A_batch_out_of_order_is_found() =>
        Finds("I5", Sent, Good() with { Tap = [Good().Tap[0] with { Events = [.. Good().Tap[0].Events.Reverse()] }, .. Good().Tap.Skip(1)] });

    [Fact]
    public void A_cursor_that_goes_back_is_found() => Finds("I5", Sent, Good() with { CursorMoves = [new("north", 0, 5), new("north", 5, 2)] });

    [Fact]
    public void A_feed_that_lacks_an_event_is_found() => Finds("I4", Sent, Good() with { Feeds = new Dictionary<string, IReadOnlyList<Guid>> { ["north"] = [Good().Events[0].Id] } });

    [Fact]
    public void Foreign_rows_are_found()
    {
        Finds("I7", Sent, Good() with { Feeds = new Dictionary<string, IReadOnlyList<Guid>> { ["east"] = [Good().Events[0].Id] } });
        Finds("I7", Sent, Good() with { ForeignRows = ["the service's role sees a foreign row"] });
        Finds("I7", Sent, WithEffect(lines => [.. lines.Select(line => line.Seq == 5 ? line with { Tenant = "east" } : line)]));
        Finds("I7", Sent, Good() with { Events = [.. Good().Events.Select(e => e.Seq == 5 ? e with { Text = "east 3" } : e)] });
    }

    [Fact]
    public void A_checkpoint_or_leaf_of_another_history_is_found()
    {
        var good = Good() with { Trees = [TreeOf("north"), TreeOf("east")] };
        Check(Sent, good with { Seen = good.Trees[0].Checkpoints }).ShouldBeEmpty();
        var (tree, rest) = (good.Trees[0], good.Trees[1]);
        var other = tree.Checkpoints[0] with { Root = Convert.ToBase64String(new byte[32]) };
        Finds("I6", Sent, good with { Trees = [tree with { Checkpoints = [other] }, rest] });
        Finds("I6", Sent, good with { Seen = [other] });
        Finds("I6", Sent, good with { Seen = [new("north", 99, tree.Checkpoints[0].Root)] });
        Finds("I6", Sent, good with { Trees = [tree with { Leaves = [.. tree.Leaves.SkipLast(1)] }, rest] });
        Finds("I6", Sent, good with { Trees = [tree with { Leaves = [.. tree.Leaves.Reverse()] }, rest] });
        Finds("I6", Sent, good with { Seen = tree.Checkpoints, Trees = [tree with { Checkpoints = [new("north", 1, Convert.ToBase64String(tree.Hashes[0]))] }, rest] });
    }

    static AuditTree TreeOf(string tenant)
    {
        byte[][] leaves = [.. Good().Events.Where(e => e.Tenant == tenant).OrderBy(e => e.Seq).Select((e, i) => System.Text.Encoding.UTF8.GetBytes($$"""{"event":{"id":"{{e.Id}}"},"index":"{{i}}"}"""))];
        byte[][] hashes = [.. leaves.Select(leaf => SHA256.HashData([0, .. leaf]))];
        return new(tenant, leaves, hashes, [new(tenant, leaves.Length, Convert.ToBase64String(AuditTrees.Root(hashes, 0, hashes.Length)))]);
    }

    static IReadOnlyList<Violation> Check(IReadOnlyList<Sent> sent, World world) => Invariants.Check(sent, world, settled: true);

    static void Finds(string invariant, IReadOnlyList<Sent> sent, World world) => Check(sent, world).Select(violation => violation.Invariant).ShouldContain(invariant);

    static World Good()
    {
        StoredEvent[] events = [Event(1, Sent[0], 0, 1), Event(2, Sent[0], 1, 2), Event(3, Sent[1], 0, 1), Event(4, Sent[1], 0, 2, published: false), Event(5, Sent[2], 0, 1)];
        return new()
        {
            Events = events,
            Head = 5,
            Streams = new Dictionary<(string, string), long> { [("north", "entry-1")] = 2, [("east", "entry-1")] = 2, [("north", "entry-2")] = 1 },
            Effects = [EffectOf(events, new() { ["north"] = 5, ["east"] = 4 })],
            Tap = [new("north", 0, 2, [(1, events[0].Id), (2, events[1].Id)]), new("east", 0, 4, [(3, events[2].Id)]), new("north", 2, 5, [(5, events[4].Id)])],
            RelayCursors = new Dictionary<string, long> { ["north"] = 5, ["east"] = 4 },
            CursorMoves = [new("north", 0, 2), new("east", 0, 4), new("north", 2, 5)],
            Feeds = new Dictionary<string, IReadOnlyList<Guid>> { ["north"] = [events[0].Id, events[1].Id, events[4].Id], ["east"] = [events[2].Id] },
        };
    }

    static World WithEvents(World world, params StoredEvent[] more) => world with { Events = [.. world.Events, .. more] };

    static World Moved(World world, long from, long to) => world with { Events = [.. world.Events.Select(e => e.Seq == from ? e with { Seq = to } : e)], Head = to };

    static World WithEffect(Func<IReadOnlyList<EffectLine>, IReadOnlyList<EffectLine>> change) =>
        Good() with { Effects = [Good().Effects[0] with { Lines = change(Good().Effects[0].Lines) }] };

    static Effect EffectOf(IReadOnlyList<StoredEvent> events, Dictionary<string, long> positions)
    {
        var applied = events.Where(e => e.Published && e.Seq <= positions[e.Tenant]).ToArray();
        var chains = new Dictionary<string, byte[]>();
        foreach (var e in applied)
        {
            var bytes = new byte[28];
            BinaryPrimitives.WriteInt64BigEndian(bytes, e.Seq);
            e.Id.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(24), e.Number);
            chains[e.Tenant] = SHA256.HashData([.. chains.GetValueOrDefault(e.Tenant, []), .. bytes]);
        }
        return new("effect", true, [.. applied.Select((e, nth) => new EffectLine(e.Tenant, nth + 1, e.Seq, e.Id, e.Number))], chains, positions);
    }

    static Sent Command(string tenant, int number, string stream, int events, bool inside, long first, long last) =>
        new(Fixed(number), tenant, stream, number, events, inside, $"{tenant} {number}", Fate.Acknowledged, first, last);

    static StoredEvent Event(long seq, Sent sent, int index, long version, bool published = true) =>
        new(seq, Fixed((int)seq + 1000), sent.Tenant, sent.Stream, version, published ? "entry-added/1" : "entry-noted/1", At(seq), sent.Command, index, sent.Number, sent.Text);

    static DateTime At(long seq) => new DateTime(2026, 9, 1, 8, 0, 0, DateTimeKind.Utc).AddSeconds(seq);

    static Guid Fixed(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
