using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace EquityPlatform.Hosting;

/// <summary>Ends a request with a ProblemDetails answer, for places that cannot return a result (parameter binding, middleware).</summary>
public sealed class ProblemException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
}

/// <summary>The one shape of every error: ProblemDetails with <c>type</c> = <c>urn:equity:{code}</c> and member <c>code</c>.</summary>
public static class Problems
{
    const string ContentType = "application/problem+json";

    /// <summary>A problem; <paramref name="arguments"/> are what a page needs to translate the sentence.</summary>
    public static ProblemDetails Create(int status, string code, string? detail, IReadOnlyDictionary<string, object?>? arguments = null)
    {
        var problem = new ProblemDetails { Status = status, Type = $"urn:equity:{code}", Title = Title(status), Detail = detail };
        problem.Extensions["code"] = code;
        if (arguments is { Count: > 0 })
            problem.Extensions["arguments"] = arguments;
        return problem;
    }

    /// <summary>A problem as an endpoint's result.</summary>
    public static IResult Result(int status, string code, string? detail, IReadOnlyDictionary<string, object?>? arguments = null) =>
        TypedResults.Problem(Create(status, code, detail, arguments));

    /// <summary>Writes a problem whatever the request accepts: an error page in another format would say less.</summary>
    public static Task WriteAsync(HttpContext context, int status, string code, string? detail)
    {
        context.Response.StatusCode = status;
        var problem = Create(status, code, detail);
        problem.Instance = context.Request.Path;
        problem.Extensions["traceId"] = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        return context.Response.WriteAsJsonAsync(problem, options: null, ContentType, context.RequestAborted);
    }

    /// <summary>Code and sentence of a bare status, for answers that the framework made.</summary>
    public static (string Code, string Detail) Default(int status) => status switch
    {
        StatusCodes.Status400BadRequest => ("request.invalid", "The request cannot be read."),
        StatusCodes.Status401Unauthorized => ("auth.required", "Sign in first: send a bearer token."),
        StatusCodes.Status403Forbidden => ("auth.role", "Your role may not do this."),
        StatusCodes.Status404NotFound => ("route.unknown", "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => ("method.unknown", "This address does not take this method."),
        StatusCodes.Status408RequestTimeout => ("request.timeout", "The request took too long to arrive."),
        StatusCodes.Status413PayloadTooLarge => ("request.too-large", "The request body is too large."),
        StatusCodes.Status415UnsupportedMediaType => ("media-type.unsupported", "This address does not take this content type."),
        StatusCodes.Status429TooManyRequests => ("rate.limited", "Too many requests. Try again later."),
        StatusCodes.Status502BadGateway => ("service.unreachable", "The service behind this address does not answer."),
        StatusCodes.Status503ServiceUnavailable => ("server.unavailable", "The service is not ready. Try again later."),
        StatusCodes.Status504GatewayTimeout => ("service.timeout", "The service behind this address took too long."),
        >= 500 => ("server.error", "Something went wrong on our side."),
        _ => ("request.refused", "The request was refused."),
    };

    static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
