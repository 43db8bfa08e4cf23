namespace EquityPlatform.EventSourcing.Faults;

/// <summary>
/// A known mistake that a build with <c>-p:FaultPoints=true</c> makes when told to, so that the fault suite can prove that it would notice.
/// In every other build the answer is always no.
/// </summary>
public static class Mutation
{
    /// <summary>Whether to make this mistake, e.g. <c>cursor-before-confirm</c>.</summary>
#if FAULT_POINTS
    public static bool Is(string name) => FaultControl.IsMutated(name);
#else
    public static bool Is(string name) => false;
#endif
}
