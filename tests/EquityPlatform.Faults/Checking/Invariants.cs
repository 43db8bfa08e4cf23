using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EquityPlatform.Faults.Checking;

/// <summary>
/// The rules that hold after every fault, judged from the history of the clients and from what can be seen from outside. Shares no code with the product:
/// a mistake there must not hide itself here.
/// </summary>
static class Invariants
{
    const int MostOfAKind = 3;

    /// <param name="settled">Nothing is under way any more: consumers must have everything, the relay must have sent everything.</param>
    public static IReadOnlyList<Violation> Check(IReadOnlyList<Sent> history, World world, bool settled) =>
    [
        .. new[] { Commands(history, world), Order(world), Effects(world, settled), Delivery(world, settled), OrderOfDelivery(world), AuditTrees.Check(world, world.Seen, settled), Tenants(world) }
            .SelectMany(violations => violations.Take(MostOfAKind)),
    ];

    /// <summary>I1: the events of every acknowledged command exist exactly once and as sent, at the positions answered; of an unknown one all or none; of a refused one none.</summary>
    public static IEnumerable<Violation> Commands(IReadOnlyList<Sent> history, World world)
    {
        var stored = world.Events.ToLookup(e => e.Command);
        foreach (var sent in history)
        {
            var events = stored[sent.Command].OrderBy(e => e.Seq).ToArray();
            if (sent.Fate is Fate.Refused)
                yield return new("I1", $"command {sent.Command} of {sent.Tenant} was refused: {sent.Answer}");
            else if (events.Length == 0 && sent.Fate is Fate.Unknown or Fate.Sent)
                continue;
            else if (events.Length != sent.Stored)
                yield return new("I1", $"command {sent.Command} of {sent.Tenant} ({sent.Fate}) has {events.Length} events, not {sent.Stored}");
            else if (Expected(sent).Except(events.Select(e => (e.Tenant, e.Stream, e.Type, e.Index, e.Number, e.Text))).Any())
                yield return new("I1", $"command {sent.Command} of {sent.Tenant} was stored otherwise than sent");
            else if (sent.Fate is Fate.Acknowledged && (events[0].Seq != sent.First || events[^1].Seq != sent.Last))
                yield return new("I1", $"command {sent.Command} of {sent.Tenant} was answered {sent.First}..{sent.Last} and lies at {events[0].Seq}..{events[^1].Seq}");
        }
        var known = history.Select(sent => sent.Command).ToHashSet();
        foreach (var stray in world.Events.Where(e => !known.Contains(e.Command)))
            yield return new("I1", $"nobody sent the event at {stray.Seq}");
    }

    static IEnumerable<(string, string, string, int, int, string)> Expected(Sent sent)
    {
        for (var index = 0; index < sent.Events; index++)
        {
            yield return (sent.Tenant, sent.Stream, "entry-added/1", index, sent.Number, sent.Text);
            if (sent.Inside)
                yield return (sent.Tenant, sent.Stream, "entry-noted/1", index, sent.Number, sent.Text);
        }
    }

    /// <summary>I2: positions are 1, 2, 3, ... up to the head, versions likewise within each stream, time rises with position.</summary>
    public static IEnumerable<Violation> Order(World world)
    {
        var events = world.Events.OrderBy(e => e.Seq).ToArray();
        for (var i = 0; i < events.Length; i++)
        {
            if (events[i].Seq != i + 1)
            {
                yield return new("I2", $"position {i + 1} is missing (next is {events[i].Seq})");
                break;
            }
            if (i > 0 && events[i].At <= events[i - 1].At)
                yield return new("I2", $"time does not rise at position {events[i].Seq}: {events[i - 1].At:O}, {events[i].At:O}");
        }
        if (world.Head != (events.Length == 0 ? 0 : events[^1].Seq))
            yield return new("I2", $"the head says {world.Head}, the last event is at {(events.Length == 0 ? 0 : events[^1].Seq)}");
        foreach (var stream in events.GroupBy(e => (e.Tenant, e.Stream)))
        {
            var versions = stream.Select(e => e.Version).ToArray();
            if (!versions.SequenceEqual(Enumerable.Range(1, versions.Length).Select(v => (long)v)))
                yield return new("I2", $"versions of {stream.Key} are not 1..{versions.Length} in the order of positions");
            if (world.Streams.GetValueOrDefault(stream.Key, -1) != versions.Length)
                yield return new("I2", $"the row of stream {stream.Key} says version {world.Streams.GetValueOrDefault(stream.Key, -1)}, it has {versions.Length}");
        }
        foreach (var stream in world.Streams.Keys.Except(events.Select(e => (e.Tenant, e.Stream))))
            yield return new("I2", $"stream {stream} has a row and no event");
    }

    /// <summary>I3: what a consumer wrote is the fold of the log up to its position, line by line and by a hash over all.</summary>
    public static IEnumerable<Violation> Effects(World world, bool settled)
    {
        foreach (var effect in world.Effects)
            foreach (var tenant in world.Events.Select(e => e.Tenant).Concat(effect.Lines.Select(line => line.Tenant)).Distinct())
            {
                var position = effect.Positions.GetValueOrDefault(tenant);
                var mine = world.Events.Where(e => e.Tenant == tenant).ToArray();
                var expected = mine.Where(e => e.Seq <= position && (e.Published || !effect.PublishedOnly)).OrderBy(e => e.Seq).Select(e => (e.Seq, e.Id, e.Number)).ToArray();
                var actual = effect.Lines.Where(line => line.Tenant == tenant).OrderBy(line => line.Nth).Select(line => (line.Seq, line.Id, line.Number)).ToArray();
                if (!expected.SequenceEqual(actual))
                    yield return new("I3", $"{effect.Name} of {tenant} at {position}: {Difference([.. expected.Select(e => e.Seq)], [.. actual.Select(e => e.Seq)])}");
                else if (expected.Length > 0 && !Fold(expected).AsSpan().SequenceEqual(effect.Chains.GetValueOrDefault(tenant, [])))
                    yield return new("I3", $"{effect.Name} of {tenant}: its hash is not that of the log up to {position}");
                if (settled && mine.Length > 0 && position < mine.Max(e => e.Seq))
                    yield return new("I4", $"{effect.Name} of {tenant} stands at {position}, the log at {mine.Max(e => e.Seq)}");
            }
    }

    static string Difference(long[] expected, long[] actual) =>
        expected.Except(actual).ToArray() is { Length: > 0 } missing ? $"{missing.Length} events are missing, first {missing[0]}"
        : actual.Except(expected).ToArray() is { Length: > 0 } beyond ? $"{beyond.Length} events too many, first {beyond[0]}"
        : actual.GroupBy(seq => seq).FirstOrDefault(group => group.Count() > 1) is { } twice ? $"event {twice.Key} took effect {twice.Count()} times"
        : $"wrong order at line {expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count() + 1}";

    static byte[] Fold(IEnumerable<(long Seq, Guid Id, int Number)> lines)
    {
        byte[] hash = [];
        foreach (var (seq, id, number) in lines)
        {
            var rest = new byte[28];
            BinaryPrimitives.WriteInt64BigEndian(rest, seq);
            id.TryWriteBytes(rest.AsSpan(8), bigEndian: true, out _);
            BinaryPrimitives.WriteInt32BigEndian(rest.AsSpan(24), number);
            hash = SHA256.HashData([.. hash, .. rest]);
        }
        return hash;
    }

    /// <summary>I4: whatever lies behind the relay's cursor was on the broker, whole; the feed gives each tenant all that is published.</summary>
    public static IEnumerable<Violation> Delivery(World world, bool settled)
    {
        foreach (var tenant in world.Events.GroupBy(e => e.Tenant))
        {
            var cursor = world.RelayCursors.GetValueOrDefault(tenant.Key);
            var published = tenant.Where(e => e.Published).OrderBy(e => e.Seq).ToArray();
            var heard = world.Tap.Where(batch => batch.Tenant == tenant.Key).SelectMany(batch => batch.Events).ToHashSet();
            if (published.FirstOrDefault(e => e.Seq <= cursor && !heard.Contains((e.Seq, e.Id))) is { } lost)
                yield return new("I4", $"the relay's cursor for {tenant.Key} is at {cursor}, but the broker never had event {lost.Seq}");
            if (heard.Except(published.Select(e => (e.Seq, e.Id))).ToArray() is { Length: > 0 } invented)
                yield return new("I4", $"the broker had event {invented[0].Seq} of {tenant.Key}, the log has not");
            if (settled && cursor < tenant.Max(e => e.Seq))
                yield return new("I4", $"the relay's cursor for {tenant.Key} stands at {cursor}, the log at {tenant.Max(e => e.Seq)}");
            if (world.Feeds.TryGetValue(tenant.Key, out var feed) && !feed.SequenceEqual(published.Select(e => e.Id)))
                yield return new("I4", $"the feed of {tenant.Key} gives {feed.Count} events, the log has {published.Length}, or in another order");
        }
    }

    /// <summary>I5: per tenant in order. Batches may repeat, but none may jump ahead; the cursor never goes back; effects are written in order of position.</summary>
    public static IEnumerable<Violation> OrderOfDelivery(World world)
    {
        var reached = new Dictionary<string, long>();
        foreach (var batch in world.Tap)
        {
            var before = reached.GetValueOrDefault(batch.Tenant);
            if (batch.PreviousSeq > before)
                yield return new("I5", $"a batch of {batch.Tenant} starts after {batch.PreviousSeq}, the one before it reached {before}");
            if (!batch.Events.Select(e => e.Seq).SequenceEqual(batch.Events.Select(e => e.Seq).Order()))
                yield return new("I5", $"a batch of {batch.Tenant} after {batch.PreviousSeq} is not in order");
            reached[batch.Tenant] = Math.Max(before, batch.ToSeq);
        }
        foreach (var back in world.CursorMoves.Where(move => move.To < move.From))
            yield return new("I5", $"the relay's cursor for {back.Tenant} went back from {back.From} to {back.To}: its holder was not fenced");
        foreach (var effect in world.Effects)
            foreach (var lines in effect.Lines.GroupBy(line => line.Tenant))
                if (lines.OrderBy(line => line.Nth).Select(line => line.Seq).ToArray() is var order && !order.SequenceEqual(order.Order()))
                    yield return new("I5", $"{effect.Name} of {lines.Key} was not written in order");
    }

    /// <summary>I7: no tenant sees another's rows.</summary>
    public static IEnumerable<Violation> Tenants(World world)
    {
        var owners = world.Events.ToDictionary(e => (e.Seq, e.Id), e => e.Tenant);
        foreach (var e in world.Events.Where(e => !e.Text.StartsWith($"{e.Tenant} ", StringComparison.Ordinal)))
            yield return new("I7", $"the event at {e.Seq} is stored for {e.Tenant}, it is not theirs");
        foreach (var effect in world.Effects)
            if (effect.Lines.FirstOrDefault(line => owners.TryGetValue((line.Seq, line.Id), out var owner) && owner != line.Tenant) is { } foreign)
                yield return new("I7", $"{effect.Name} gave event {foreign.Seq} to {foreign.Tenant}");
        var byId = world.Events.GroupBy(e => e.Id).ToDictionary(group => group.Key, group => group.Select(e => e.Tenant).ToHashSet());
        foreach (var (tenant, ids) in world.Feeds)
            if (ids.Any(id => byId.TryGetValue(id, out var owner) && !owner.Contains(tenant)))
                yield return new("I7", $"the feed of {tenant} gives a foreign event");
        foreach (var row in world.ForeignRows)
            yield return new("I7", row);
    }
}
