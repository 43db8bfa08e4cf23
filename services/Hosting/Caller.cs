using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace EquityPlatform.Hosting;

/// <summary>
/// The signed-in caller, from the validated token. Binds as an endpoint parameter; endpoints that take it require sign-in
/// (take <c>Caller?</c> on a public route that treats signed-in people differently).
/// </summary>
/// <param name="Tenant">Claim <c>tenant</c>: the district.</param>
/// <param name="User">Claim <c>sub</c>: a role account or service, e.g. <c>demo:principal</c>.</param>
/// <param name="Name">Claim <c>name</c>: a role title such as "Principal, Lincoln Middle"; never a person's name in demos.</param>
/// <param name="Roles">Claim <c>role</c>, one or more of <c>EquityPlatform.Contracts.Roles</c>.</param>
/// <param name="Schools">Claim <c>school</c>: org ids the caller is confined to; empty for the whole district.</param>
public sealed record Caller(string Tenant, string User, string Name, IReadOnlySet<string> Roles, IReadOnlySet<string> Schools)
    : IEndpointParameterMetadataProvider
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

    /// <summary>The caller of a validated principal; null if nobody is signed in or the token lacks <c>sub</c> or <c>tenant</c>.</summary>
    public static Caller? From(ClaimsPrincipal principal)
    {
        var (tenant, user) = (principal.FindFirst(Claims.Tenant)?.Value, principal.FindFirst(Claims.Subject)?.Value);
        return principal.Identity is not { IsAuthenticated: true } || string.IsNullOrWhiteSpace(tenant) || string.IsNullOrWhiteSpace(user)
            ? null
            : new(tenant, user, principal.FindFirst(Claims.Name)?.Value ?? user, Values(principal, Claims.Role), Values(principal, Claims.School));
    }

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (From(context.User) is { } caller)
            return ValueTask.FromResult<Caller?>(caller);
        if (IsOptional(parameter))
            return ValueTask.FromResult<Caller?>(null);
        throw context.User.Identity is { IsAuthenticated: true }
            ? new ProblemException(StatusCodes.Status403Forbidden, "auth.tenant", "The token names no district or no account.")
            : new ProblemException(StatusCodes.Status401Unauthorized, "auth.required", "Sign in first: send a bearer token.");
    }

    /// <summary>Taking a caller is asking for sign-in, so that no endpoint can forget it.</summary>
    static void IEndpointParameterMetadataProvider.PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        if (!IsOptional(parameter))
            builder.Metadata.Add(new AuthorizeAttribute());
    }

    static bool IsOptional(ParameterInfo parameter) => new NullabilityInfoContext().Create(parameter).WriteState is NullabilityState.Nullable;

    static HashSet<string> Values(ClaimsPrincipal principal, string type) =>
        principal.FindAll(type).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal);
}

/// <summary>Claim names of the platform's tokens.</summary>
public static class Claims
{
    public const string Subject = "sub";
    public const string Name = "name";
    public const string Tenant = "tenant";
    public const string Role = "role";
    public const string School = "school";
}
