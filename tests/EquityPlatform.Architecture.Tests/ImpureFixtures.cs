namespace EquityPlatform.Architecture.Tests;

// Deliberately wrong decisions: what the purity guard must find, kept so that it is seen failing

static class MakesAnId
{
    public static Guid Decide() => Guid.NewGuid();
}

static class ReadsAClock
{
    public static long Apply(TimeProvider clock) => clock.GetUtcNow().Ticks;
}

static class RollsDice
{
    public static int Evolve(int state) => state + Deeper.Roll();

    static class Deeper
    {
        public static int Roll() => Random.Shared.Next(6);
    }
}

static class ReadsAFileInALambda
{
    public static IEnumerable<string> Decide(IEnumerable<string> files) => files.Select(file => File.ReadAllText(file));
}

static class CallsTheNetworkThroughAGeneric
{
    public static bool Decide(Uri address) => Box<int>.Ask(address) is not null;

    static class Box<T>
    {
        public static HttpClient Ask(Uri address) => new() { BaseAddress = address };
    }
}

static class MakesIdsInAnIterator
{
    public static IEnumerable<Guid> Decide()
    {
        yield return Guid.CreateVersion7();
    }
}

static class Waits
{
    public static async Task<int> Decide(Task<int> fact) => await fact;
}

sealed class NotStatic
{
    readonly int added = 1;

    public int Evolve(int state) => state + added;
}

static class Pure
{
    public static int Decide(IReadOnlyList<int> facts, DateTimeOffset now) => facts.Where(fact => fact > now.Year).Sum();
}

static class PureIterator
{
    public static IEnumerable<int> Apply(IEnumerable<int> facts)
    {
        foreach (var fact in facts)
            yield return fact + 1;
    }
}
