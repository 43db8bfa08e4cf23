using EquityPlatform.Ingestion.Packages;

namespace EquityPlatform.Ingestion;

/// <summary>Section <c>Ingestion</c> of the configuration.</summary>
internal sealed record IngestionSettings
{
    /// <summary>Largest upload.</summary>
    public long MaxUploadBytes { get; init; } = 512L << 20;

    /// <summary>How long uploaded bytes are kept after they were stored.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long rows that were set aside are kept, to be corrected or to wait for what they refer to.</summary>
    public TimeSpan SetAsideRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Folders of which whole files are taken.</summary>
    public IReadOnlyList<Folders.FolderSettings> Folders { get; init; } = [];

    public PackageLimits Limits { get; init; } = new();
}
