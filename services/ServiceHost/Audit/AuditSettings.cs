using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>How a service keeps its audit log (section <c>Audit</c>).</summary>
internal sealed record AuditSettings
{
    const string DefaultHost = "equity.localhost";

    /// <summary>First part of every origin: the name of this installation. Chosen once, never changed.</summary>
    public string Host { get; private init; } = DefaultHost;

    /// <summary>Seeds of the signing keys, base64, a line each; all of them sign. Without it nothing is signed.</summary>
    public string? KeyFile { get; private init; }

    /// <summary>Folder in which it is remembered, outside of the database, what was signed.</summary>
    public string? MemoryFolder { get; private init; }

    /// <summary>Pause between two checkpoints of a log.</summary>
    public TimeSpan Checkpoint { get; private init; } = TimeSpan.FromSeconds(1);

    public static AuditSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Audit");
        var key = section["KeyFile"] is { Length: > 0 } file ? file : null;
        return new()
        {
            Host = section["Host"] is { Length: > 0 } host ? host : DefaultHost,
            KeyFile = key,
            MemoryFolder = section["MemoryFolder"] is { Length: > 0 } folder ? folder : key is null ? null : Path.GetDirectoryName(Path.GetFullPath(key)),
            Checkpoint = section.GetValue("Checkpoint", TimeSpan.FromSeconds(1)),
        };
    }

    /// <summary>Name of a tenant's log; each generation has a name of its own.</summary>
    public Func<string, int, string> Origins(string service) => (tenant, generation) =>
        generation == 1 ? $"{Host}/audit/{service}/{tenant}" : string.Create(CultureInfo.InvariantCulture, $"{Host}/audit/{service}/{tenant}/g{generation}");
}
