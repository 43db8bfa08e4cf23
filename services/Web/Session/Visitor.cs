using System.Security.Claims;

namespace EquityPlatform.Web;

/// <summary>Who looks at the page. Nobody signed in is a visitor without token; that is no error.</summary>
public sealed record Visitor(string? Token, string Tenant, string User, string Name, IReadOnlySet<string> Roles, IReadOnlySet<string> Schools)
{
    public const string TokenClaim = "equity_token";

    public static readonly Visitor Nobody = new(null, "", "", "", new HashSet<string>(), new HashSet<string>());

    public bool IsSignedIn => Token is not null;

    public bool Is(params ReadOnlySpan<string> anyOf)
    {
        foreach (var role in anyOf)
            if (Roles.Contains(role))
                return true;
        return false;
    }

    public static Visitor From(ClaimsPrincipal? user)
    {
        var token = user?.FindFirstValue(TokenClaim);
        if (user is null || token is null)
            return Nobody;
        return new(token, user.FindFirstValue("tenant") ?? "", user.FindFirstValue("sub") ?? "", user.FindFirstValue("name") ?? "",
            All(user, "role"), All(user, "school"));
    }

    private static HashSet<string> All(ClaimsPrincipal user, string type) => user.FindAll(type).Select(c => c.Value).ToHashSet(StringComparer.Ordinal);
}
