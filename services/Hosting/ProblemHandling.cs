using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.Hosting;

/// <summary>Maps exceptions to problems once; only what is our fault is logged as an error.</summary>
internal sealed partial class ProblemHandling(ILogger<ProblemHandling> logger) : IExceptionHandler
{
    const int ClientClosedRequest = 499;

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellation)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = ClientClosedRequest;
            return true;
        }
        var (status, code, detail) = Map(exception);
        if (status >= StatusCodes.Status500InternalServerError)
            logger.LogError(exception, "{Method} {Path} failed with {Code}", context.Request.Method, context.Request.Path.Value, code);
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "5";
        await Problems.WriteAsync(context, status, code, detail);
        return true;
    }

    static (int Status, string Code, string? Detail) Map(Exception exception) => exception switch
    {
        ProblemException problem => (problem.Status, problem.Code, problem.Message),
        BadHttpRequestException { InnerException: JsonException json } bad => (bad.StatusCode, "request.json", Describe(json)),
        JsonException json => (StatusCodes.Status400BadRequest, "request.json", Describe(json)),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => Describe(bad),
        BadHttpRequestException bad => (bad.StatusCode, Problems.Default(bad.StatusCode).Code, Problems.Default(bad.StatusCode).Detail),
        DbException { IsTransient: true } or TimeoutException =>
            (StatusCodes.Status503ServiceUnavailable, "database.unavailable", "The database does not answer. Try again in a moment."),
        _ => (StatusCodes.Status500InternalServerError, "server.error", Problems.Default(500).Detail),
    };

    // The framework's sentence names .NET types and repeats the value, which may be personal data: of it only the parameter's name and what was expected are used
    static (int Status, string Code, string? Detail) Describe(BadHttpRequestException bad)
    {
        if (Parameter().Match(bad.Message) is { Success: true } about)
        {
            var (name, expected) = (about.Groups["name"].Value, Expected(about.Groups["type"].Value));
            return about.Groups["missing"].Success
                ? (bad.StatusCode, "request.parameter-missing", $"Give \"{name}\": {expected} is needed here.")
                : (bad.StatusCode, "request.parameter", $"The value of \"{name}\" cannot be read; {expected} is expected here.");
        }
        return bad.Message.Contains("body", StringComparison.OrdinalIgnoreCase)
            ? (bad.StatusCode, "request.body", "The body is missing, or it is not what this address takes.")
            : (bad.StatusCode, "request.invalid", Problems.Default(bad.StatusCode).Detail);
    }

    static string Expected(string type) => type.TrimEnd('>', '?').Split('<', '.')[^1] switch
    {
        "Guid" => "an id such as 6f1c0a52-3d8e-4b7a-9a55-0d2f3b7c9e14",
        "int" or "long" or "short" or "Int32" or "Int64" or "Int16" => "a whole number",
        "DateOnly" => "a day such as 2026-01-31",
        "DateTimeOffset" or "DateTime" => "an instant such as 2026-01-31T08:00:00Z",
        "bool" or "Boolean" => "true or false",
        _ => "a value",
    };

    [GeneratedRegex(@"^(?:Failed to bind parameter|(?<missing>Required parameter)) ""(?<type>\S+) (?<name>[^""]+)"" ")]
    private static partial Regex Parameter();

    // Place only: the value itself may be personal data and must not come back in an answer or a log
    static string Describe(JsonException json) => json.LineNumber is { } line
        ? $"The body is not the JSON that this address takes (at {json.Path ?? "$"}, line {line + 1})."
        : "The body is not the JSON that this address takes.";
}
