using Microsoft.IdentityModel.Tokens;

namespace EquityPlatform.Hosting;

/// <summary>
/// Short-lived tokens with which a service calls another one for a tenant. Signed with the platform's own key
/// (<c>Identity:ServiceKeyFile</c>; in demo mode the demo key), so that no identity provider has to know tenants of machines.
/// </summary>
public sealed class ServiceTokens
{
    internal const string ServiceIssuer = "equity-services";
    const string ServiceRole = "service";
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    readonly Lazy<SigningCredentials> credentials;
    readonly string issuer;
    readonly TimeProvider clock;

    internal ServiceTokens(IdentitySettings settings, TimeProvider clock)
    {
        this.clock = clock;
        issuer = settings.IsDemo ? DemoIdentity.Issuer : ServiceIssuer;
        credentials = new(() => new(
            SigningKey.LoadOrCreate((settings.IsDemo ? settings.KeyFile : settings.ServiceKeyFile)
                ?? throw new InvalidOperationException("Set Identity:ServiceKeyFile: services sign their calls to each other with it.")),
            SecurityAlgorithms.RsaSha256));
    }

    /// <summary>A token of role <c>service</c>, good for five minutes.</summary>
    public string Issue(string service, string tenant) =>
        PlatformToken.Create(credentials.Value, issuer, clock, ServiceRole, tenant, $"service:{service}", $"Service {service}", [], Lifetime);
}
