using Microsoft.Extensions.Configuration;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>How a service keeps its audit log (section <c>Audit</c>).</summary>
internal sealed record AuditSettings
{
    /// <summary>The signing keys; made if it is not there. Without it nothing is signed.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Folder in which it is remembered, outside of the database, what was signed; beside the keys if left out.</summary>
    public string? MemoryFolder { get; init; }

    /// <summary>Pause between two checkpoints of a log.</summary>
    public TimeSpan Checkpoint { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Independent parties that compare and cosign every checkpoint.</summary>
    public IReadOnlyList<WitnessSettings> Witnesses { get; init; } = [];

    public string Memory => MemoryFolder is { Length: > 0 } folder ? folder : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(KeyFile!))!, "signed");

    public static AuditSettings Read(IConfiguration configuration) => configuration.GetSection("Audit").Get<AuditSettings>() ?? new();
}
