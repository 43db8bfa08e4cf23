using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EquityPlatform.Web;

/// <summary>The request as an endpoint sees it: language, visitor, and how to answer with a page.</summary>
public sealed class Site(IHttpContextAccessor accessor, Visitor visitor, Language language, DemoMode demo)
{
    public Visitor Visitor => visitor;

    public Language Language => language;

    public bool DemoIsOn => demo.IsOn;

    /// <summary>Path and query without the language prefix: where the language switch leads, and where sign-in returns.</summary>
    public string Here
    {
        get
        {
            var request = accessor.HttpContext?.Request;
            return request is null ? "/" : request.Path + request.QueryString;
        }
    }

    public IResult Show<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TPage>(object model, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new RazorComponentResult<TPage>(new Dictionary<string, object?> { ["Model"] = model })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };

    /// <summary>After a write: see other, so that a reload repeats nothing.</summary>
    public IResult Go(string path) => new SeeOther(language.Href(path));

    public IResult NotFound() => Refused(new Refusal(StatusCodes.Status404NotFound, "site.no-page", null));

    public IResult Refused(Refusal refusal) => refusal.Status == StatusCodes.Status401Unauthorized
        ? Go("/sign-in?returnTo=" + Uri.EscapeDataString(Here))
        : Show<ProblemPage>(refusal, refusal.IsDown ? StatusCodes.Status503ServiceUnavailable : refusal.Status);

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}

/// <summary>Whether role cards are offered. Only with <c>Identity:Mode=Demo</c>.</summary>
public sealed record DemoMode(bool IsOn);
