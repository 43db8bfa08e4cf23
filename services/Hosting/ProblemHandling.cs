using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.Hosting;

/// <summary>Maps exceptions to problems once; only what is our fault is logged as an error.</summary>
internal sealed class ProblemHandling(ILogger<ProblemHandling> logger) : IExceptionHandler
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
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => (bad.StatusCode, "request.invalid", bad.Message),
        BadHttpRequestException bad => (bad.StatusCode, Problems.Default(bad.StatusCode).Code, Problems.Default(bad.StatusCode).Detail),
        DbException { IsTransient: true } or TimeoutException =>
            (StatusCodes.Status503ServiceUnavailable, "database.unavailable", "The database does not answer. Try again in a moment."),
        _ => (StatusCodes.Status500InternalServerError, "server.error", Problems.Default(500).Detail),
    };

    // Place only: the value itself may be personal data and must not come back in an answer or a log
    static string Describe(JsonException json) => json.LineNumber is { } line
        ? $"The body is not the JSON that this address takes (at {json.Path ?? "$"}, line {line + 1})."
        : "The body is not the JSON that this address takes.";
}
