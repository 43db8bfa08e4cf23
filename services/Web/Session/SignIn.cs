using System.Security.Claims;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace EquityPlatform.Web;

/// <summary>Sign-in with a role card. The token is made by the demo identity and kept in the encrypted session cookie only.</summary>
internal static class SignIn
{
    public const string Scheme = "site";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void MapSignIn(this IEndpointRouteBuilder site)
    {
        site.MapGet("/sign-in", (Site page, IConfiguration configuration, string? returnTo) =>
            page.Show<SignInPage>(new SignInModel(page.DemoIsOn ? DemoDistrict.Of(configuration) : null, LocalPath(returnTo))));

        site.MapPost("/sign-in", async (HttpContext context, Site page, IConfiguration configuration, [FromForm] string role, [FromForm] string? returnTo) =>
        {
            var district = DemoDistrict.Of(configuration);
            var account = district.Accounts.SingleOrDefault(a => a.Role == role);
            var identity = context.RequestServices.GetService<DemoIdentity>();
            if (account is null || identity is null)
                return page.NotFound();
            var token = identity.Issue(account.Role, district.Tenant, account.User, account.Name, account.Schools, Lifetime);
            await context.SignInAsync(Scheme, Principal(district, account, token), new AuthenticationProperties { IsPersistent = false });
            return page.Go(LocalPath(returnTo) ?? "/");
        });

        site.MapPost("/sign-out", async (HttpContext context, Site page) =>
        {
            await context.SignOutAsync(Scheme);
            return page.Go("/");
        });
    }

    private static ClaimsPrincipal Principal(DemoDistrict district, DemoAccount account, string token) => new(new ClaimsIdentity(
    [
        new(Visitor.TokenClaim, token), new("tenant", district.Tenant), new("sub", account.User), new("name", account.Name),
        new("role", account.Role), .. account.Schools.Select(s => new Claim("school", s)),
    ], Scheme, "name", "role"));

    /// <summary>A path of this site, or null: sign-in must not send people to other sites.</summary>
    public static string? LocalPath(string? path) =>
        path is ['/', ..] and not ['/', '/', ..] and not ['/', '\\', ..] && !path.Any(char.IsControl) ? path : null;
}
