using System.Collections.Concurrent;
using System.Net.Http.Headers;
using EquityPlatform.Hosting;
using Microsoft.Extensions.Configuration;

namespace EquityPlatform.ServiceHost;

/// <summary>HTTP clients to other services (<c>Services:{name}</c> is the base address) that send a service token for a tenant.</summary>
public sealed class ServiceClients : IDisposable
{
    /// <summary>Tenant of calls that concern no single district (which districts a source has).</summary>
    internal const string AllTenants = "*";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    readonly ConcurrentDictionary<(string Service, string Tenant), HttpClient> clients = new();
    readonly SocketsHttpHandler connections = new() { PooledConnectionLifetime = TimeSpan.FromMinutes(2), ConnectTimeout = TimeSpan.FromSeconds(5), AllowAutoRedirect = false };
    readonly ServiceDefinition self;
    readonly IConfiguration configuration;
    readonly ServiceTokens tokens;
    readonly TimeProvider clock;

    public ServiceClients(ServiceDefinition self, IConfiguration configuration, ServiceTokens tokens, TimeProvider clock)
    {
        this.self = self;
        this.configuration = configuration;
        this.tokens = tokens;
        this.clock = clock;
    }

    /// <summary>A client whose base address is the service's root and which carries a token of role <c>service</c> for the tenant. Shared: do not dispose.</summary>
    public HttpClient For(string service, string tenant) => clients.GetOrAdd((service, tenant), key =>
        new HttpClient(new TokenHandler(connections, tokens, self.Name, key.Tenant, clock), disposeHandler: false) { BaseAddress = AddressOf(key.Service), Timeout = Limit });

    public void Dispose()
    {
        foreach (var client in clients.Values)
            client.Dispose();
        connections.Dispose();
    }

    Uri AddressOf(string service) => configuration[$"Services:{service}"] is { Length: > 0 } address
        ? new Uri(address.TrimEnd('/') + "/")
        // Like a service that does not answer: whoever waits for it says so and goes on waiting, the rest of the host works
        : throw new HttpRequestException($"Set Services:{service}: {self.Name} calls that service.");

    sealed class TokenHandler(HttpMessageHandler inner, ServiceTokens tokens, string service, string tenant, TimeProvider clock) : DelegatingHandler(inner)
    {
        static readonly TimeSpan Fresh = TimeSpan.FromMinutes(3);
        Held? held;

        sealed record Held(string Token, DateTimeOffset From);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            // Also where the clock was set back since: nobody would take a token from the future
            if (held is not { } token || now < token.From || now >= token.From + Fresh)
                held = token = new(tokens.Issue(service, tenant), now);
            request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", token.Token);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
