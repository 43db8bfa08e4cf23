namespace EquityPlatform.AuditTool.Commands;

/// <summary>How the tool ends, for scripts.</summary>
internal static class Exit
{
    /// <summary>Everything that was looked at is in order.</summary>
    public const int Valid = 0;

    /// <summary>Something was changed, is missing or does not fit: evidence, not an accident of the tool.</summary>
    public const int Invalid = 1;

    /// <summary>The command was not written as it must be.</summary>
    public const int Usage = 2;

    /// <summary>It could not be checked: no such file, no answer, no rights. Nothing is said about the log.</summary>
    public const int NotChecked = 3;
}
