using EquityPlatform.EventSourcing.AuditLog;
using Microsoft.Extensions.Configuration;

namespace EquityPlatform.ServiceHost;

/// <summary>What this installation is called.</summary>
internal static class Installation
{
    const string Setting = "Installation:Host";

    /// <summary>First part of every audit log's name, also bound into every sealed part: chosen once, never changed.</summary>
    public static string Host(IConfiguration configuration) => configuration[Setting] is not { Length: > 0 } host ? "localhost"
        : host.Any(char.IsWhiteSpace) || host.Contains('+', StringComparison.Ordinal) ? throw new InvalidOperationException($"{Setting} is a host name: no blanks, no plus sign.")
        : host;

    /// <summary>Names of a service's audit logs.</summary>
    public static AuditOrigin Origins(IConfiguration configuration, ServiceDefinition definition) => new(Host(configuration), definition.Name);
}
