using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EquityPlatform.E2E.Tests;

/// <summary>Tokens of the demo identity, signed with its key as <c>deploy/eq token</c> does; here for any tenant, so that runs can be kept apart.</summary>
static class DemoToken
{
    public static string For(string role, string tenant)
    {
        using var key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(RunningSystem.KeyFile));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var head = Part(new { alg = "RS256", typ = "JWT" });
        var body = Part(new { iss = "equity-demo", aud = "equity-demo", sub = $"demo:{role}", name = role, tenant, role, iat = now, nbf = now, exp = now + 3600 });
        return $"{head}.{body}.{Url(key.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    static string Part(object value) => Url(JsonSerializer.SerializeToUtf8Bytes(value));

    static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
