using System.Globalization;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>Names of a service's audit logs: <c>host/audit/service/tenant</c>, and <c>/g2</c> and so on after it for a log that an operator founded anew.</summary>
/// <param name="Host">Name of the installation; chosen once, never changed.</param>
public sealed record AuditOrigin(string Host, string Service)
{
    /// <summary>The name. Never reused: each generation has its own.</summary>
    public string Of(string tenant, int generation = 1) =>
        // A name of a key holds neither blanks nor a plus sign
        $"{Host}/audit/{Service}/{Uri.EscapeDataString(tenant)}" + (generation == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"/g{generation}"));
}
