using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EquityPlatform.ServiceHost.Tests;

/// <summary>Sign-in by a district's own identity provider (OpenID Connect), beside the services' own tokens.</summary>
public sealed class ExternalSignInTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const string Audience = "equity-platform";

    [Fact]
    public async Task People_come_by_the_provider_and_services_by_their_own_key()
    {
        using var rsa = RSA.Create(2048);
        await using var provider = await StartProviderAsync(rsa);
        var issuer = provider.Urls.First();
        var serviceKey = Path.Combine(Directory.CreateTempSubdirectory("equity-key-").FullName, "services.pem");
        await using var service = await TestService.StartAsync("external", postgres.ConnectionString, settings: new Dictionary<string, string?>
        {
            ["Identity:Mode"] = null,
            ["Identity:KeyFile"] = null,
            ["Identity:Authority"] = issuer,
            ["Identity:Audience"] = Audience,
            ["Identity:ServiceKeyFile"] = serviceKey,
            ["Services:external"] = "http://set.below",
        });
        service.App.Configuration["Services:external"] = service.Address;
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(1));
        var providerKey = new RsaSecurityKey(rsa) { KeyId = "k1" };

        (await GetAsync(service, Token(providerKey, issuer, Audience), "/api/external/v1/streams/count-a/events")).ShouldBe(HttpStatusCode.OK);
        var clients = service.App.Services.GetRequiredService<ServiceClients>();
        (await clients.For("external", TestService.Tenant).GetAsync("api/external/v1/events?after=0")).StatusCode.ShouldBe(HttpStatusCode.OK);
        // Another district's token sees nothing of this one
        (await (await clients.For("external", "elsewhere").GetAsync("api/external/v1/events?after=0")).Content.ReadAsStringAsync()).ShouldBe("{\"position\":0,\"head\":0}\n");

        var ownKey = RSA.Create();
        ownKey.ImportFromPem(await File.ReadAllTextAsync(serviceKey));
        (await GetAsync(service, Token(new RsaSecurityKey(ownKey), issuer, Audience), "/api/external/v1/streams/count-a/events")).ShouldBe(HttpStatusCode.Unauthorized);
        (await GetAsync(service, Token(providerKey, "equity-services", "equity-services"), "/api/external/v1/streams/count-a/events")).ShouldBe(HttpStatusCode.Unauthorized);
        (await GetAsync(service, Token(providerKey, issuer, "another"), "/api/external/v1/streams/count-a/events")).ShouldBe(HttpStatusCode.Unauthorized);
        (await GetAsync(service, "rubbish", "/api/external/v1/streams/count-a/events")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    static async Task<HttpStatusCode> GetAsync(TestService service, string token, string path)
    {
        using var client = service.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return (await client.GetAsync(path)).StatusCode;
    }

    static string Token(SecurityKey key, string issuer, string audience)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["iss"] = issuer,
            ["aud"] = audience,
            ["sub"] = "someone",
            ["tenant"] = TestService.Tenant,
            ["role"] = Roles.Auditor,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 300,
        }), new SigningCredentials(key, SecurityAlgorithms.RsaSha256));
    }

    static async Task<WebApplication> StartProviderAsync(RSA rsa)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", (HttpRequest request) => new { issuer = $"http://{request.Host}", jwks_uri = $"http://{request.Host}/keys" });
        var key = rsa.ExportParameters(false);
        app.MapGet("/keys", () => new { keys = new[] { new { kty = "RSA", kid = "k1", use = "sig", alg = "RS256", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) } } });
        await app.StartAsync();
        return app;
    }
}
