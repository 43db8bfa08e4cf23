namespace EquityPlatform.Ingestion.Folders;

/// <summary>One entry of <c>Ingestion:Folders</c>: a folder into which a system of a district puts its files (an SFTP home, a share).</summary>
internal sealed record FolderSettings
{
    public string Tenant { get; init; } = "";
    public string Source { get; init; } = Feeds.ReceiveFeed.DefaultSource;
    public string Path { get; init; } = "";

    /// <summary>A file is taken only when <c>NAME.done</c> stands beside it. Otherwise also when it has not changed for <see cref="StableFor"/>.</summary>
    public bool DoneMarker { get; init; }

    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the folder is looked at.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long files that were taken or refused are kept, in <c>taken</c> and <c>refused</c>.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);
}
