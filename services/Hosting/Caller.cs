using Microsoft.AspNetCore.Http;

namespace EquityPlatform.Hosting;

/// <summary>The signed-in caller, from the validated token. Binds as an endpoint parameter; endpoints that take it require sign-in.</summary>
/// <param name="Tenant">Claim <c>tenant</c>: the district.</param>
/// <param name="User">Claim <c>sub</c>: a role account or service, e.g. <c>demo:principal</c>.</param>
/// <param name="Name">Claim <c>name</c>: a role title such as "Principal, Lincoln Middle"; never a person's name in demos.</param>
/// <param name="Roles">Claim <c>role</c>, one or more of <c>EquityPlatform.Contracts.Roles</c>.</param>
/// <param name="Schools">Claim <c>school</c>: org ids the caller is confined to; empty for the whole district.</param>
public sealed record Caller(string Tenant, string User, string Name, IReadOnlySet<string> Roles, IReadOnlySet<string> Schools)
{
    public bool Is(params ReadOnlySpan<string> anyOf)
    {
        foreach (var role in anyOf)
            if (Roles.Contains(role))
                return true;
        return false;
    }

    /// <summary>True if the caller may see student-level or unpublished data of this school (<c>district</c> needs a caller without confinement).</summary>
    public bool MaySeeSchool(string school) => Schools.Count == 0 || Schools.Contains(school);

    public static ValueTask<Caller?> BindAsync(HttpContext context) => throw new NotImplementedException($"{context}");
}
