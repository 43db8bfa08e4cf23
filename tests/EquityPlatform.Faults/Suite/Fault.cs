using EquityPlatform.Faults.Running;
using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Faults.Suite;

/// <summary>One fault: what it does to a rig at work, and how it knows that it struck where it was meant to.</summary>
/// <param name="Name">For <c>deploy/eq fault NAME</c>.</param>
/// <param name="Row">Number in the table of faults of the design, 0 for one of our own.</param>
/// <param name="Strike">Strikes, and says where it struck. Leaves everything healed, as an operator who knows of nothing would find it.</param>
sealed record Fault(string Name, int Row, Func<RunningRig, Random, Task<string>> Strike)
{
    /// <summary>Where its own rig lies; null if it strikes the lane's.</summary>
    public Func<Servers, Task<Place>>? Apart { get; init; }
}

/// <summary>What came of a fault.</summary>
sealed record FaultResult(string Name, string StruckAt, string Invariants, string? Broken, TimeSpan Took, string? Skipped = null)
{
    public bool Passed => Broken is null && Skipped is null;
}
