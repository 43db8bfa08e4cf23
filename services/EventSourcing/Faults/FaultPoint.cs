using System.Diagnostics;

namespace EquityPlatform.EventSourcing.Faults;

/// <summary>
/// A named place between two steps. In a build with <c>-p:FaultPoints=true</c> a test can strike there: kill the process, stop it, slow it down.
/// In every other build the compiler leaves the calls out.
/// </summary>
public static class FaultPoint
{
    /// <summary>The process stands between the step before and the step after.</summary>
    /// <param name="point">Who and where, e.g. <c>writer.committed</c>.</param>
    /// <param name="about">Whose turn it is (a tenant), where a test may want to choose.</param>
    [Conditional("FAULT_POINTS")]
    public static void Reached(string point, string? about = null)
    {
#if FAULT_POINTS
        FaultControl.Reached(point, about);
#endif
    }
}
