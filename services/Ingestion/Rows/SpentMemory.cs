namespace EquityPlatform.Ingestion.Rows;

/// <summary>
/// Memory of large tables of keys that nobody needs any more. The runtime would keep it for a long while beside what comes next: of a million students that is the difference
/// between one and two gigabytes. Small files leave little, and a collection is not worth its pause.
/// </summary>
internal static class SpentMemory
{
    const long Many = 2_000_000;

    public static void GiveBack(long rows)
    {
        if (rows > Many)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
