using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EquityPlatform.Hosting;

/// <summary>
/// Local demo identity: signs tokens with a key file made at first start (<c>Identity:KeyFile</c>, PEM, RSA). Only with
/// <c>Identity:Mode=Demo</c>; a host refuses to start with it outside the Development environment.
/// </summary>
public sealed class DemoIdentity(string keyFile, TimeProvider clock)
{
    /// <summary>Issuer and audience of demo tokens.</summary>
    public const string Issuer = "equity-demo";

    readonly Lazy<SigningCredentials> credentials = new(() => new(SigningKey.LoadOrCreate(keyFile), SecurityAlgorithms.RsaSha256));

    /// <summary>An RS256 token for a demo role account.</summary>
    public string Issue(string role, string tenant, string user, string name, IReadOnlyCollection<string> schools, TimeSpan lifetime) =>
        PlatformToken.Create(credentials.Value, Issuer, clock, role, tenant, user, name, schools, lifetime);
}

internal static class PlatformToken
{
    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public static string Create(SigningCredentials credentials, string issuer, TimeProvider clock,
        string role, string tenant, string user, string name, IReadOnlyCollection<string> schools, TimeSpan lifetime)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        List<Claim> claims = [new(Claims.Subject, user), new(Claims.Name, name), new(Claims.Tenant, tenant), new(Claims.Role, role)];
        claims.AddRange(schools.Select(school => new Claim(Claims.School, school)));
        claims.Add(new(JwtRegisteredClaimNames.Jti, Guid.NewGuid().ToString("N")));
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = issuer,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + lifetime,
            Subject = new ClaimsIdentity(claims),
            SigningCredentials = credentials,
        });
    }
}
