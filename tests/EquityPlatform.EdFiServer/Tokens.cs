using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EquityPlatform.EdFiServer;

/// <summary>OAuth client credentials: id and secret in the Basic header or in the body, never in both.</summary>
sealed class Tokens(string key, string secret, Switches switches)
{
    readonly ConcurrentDictionary<string, DateTimeOffset> issued = new(StringComparer.Ordinal);

    public async Task<IResult> IssueAsync(HttpRequest request)
    {
        if (switches.Take("token") is { } fault)
            return Data.Answer(request.HttpContext, fault);
        var form = request.HasFormContentType ? (await request.ReadFormAsync()).ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal)
            : (await JsonNode.ParseAsync(request.Body))?.AsObject().ToDictionary(p => p.Key, p => p.Value?.ToString() ?? "", StringComparer.Ordinal) ?? [];
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Basic ", StringComparison.Ordinal) == form.ContainsKey("client_secret") || form.GetValueOrDefault("grant_type") != "client_credentials")
            return Results.Json(new { error = "invalid_request" }, statusCode: 400);
        var (id, password) = form.TryGetValue("client_secret", out var sent) ? (form.GetValueOrDefault("client_id"), sent) : Basic(header[6..]);
        if (id != key || password != secret)
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        issued[token] = TimeProvider.System.GetUtcNow() + switches.TokenLifetime;
        return Results.Json(new { access_token = token, expires_in = (int)switches.TokenLifetime.TotalSeconds, token_type = "bearer" });
    }

    public bool Accepts(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { Length: > 7 } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && issued.TryGetValue(header[7..], out var until) && until > TimeProvider.System.GetUtcNow();

    static (string Id, string Password) Basic(string encoded)
    {
        var buffer = new byte[encoded.Length];
        var text = Convert.TryFromBase64String(encoded, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length) : ":";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
    }
}
