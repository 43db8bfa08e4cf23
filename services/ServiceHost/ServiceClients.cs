namespace EquityPlatform.ServiceHost;

/// <summary>HTTP clients to other services (<c>Services:{name}</c> is the base address) that send a service token for a tenant.</summary>
public sealed class ServiceClients
{
    /// <summary>A client whose base address is the service's root and which carries a token of role <c>service</c> for the tenant.</summary>
    public HttpClient For(string service, string tenant) => throw new NotImplementedException($"{service}{tenant}{this}");
}
