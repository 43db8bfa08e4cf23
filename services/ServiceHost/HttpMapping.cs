using System.Diagnostics;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.ServiceHost;

/// <summary>Outcomes to HTTP, once: invalid 422, absent 404, conflict 409, forbidden 403, stale 412; always ProblemDetails with the code as type.</summary>
public static class HttpMapping
{
    /// <summary>Accepted commands answer through <paramref name="done"/>; headers <c>ETag</c> (revision) and <c>Event-Position</c> (<c>{service}={position}</c>) are set.</summary>
    public static IResult ToHttp(this Handled handled, Func<Handled.Done, IResult> done) => handled switch
    {
        Handled.Done accepted => new WithPosition(accepted, done(accepted)),
        Handled.Refused refused => refused.Refusal.ToProblem(),
        _ => throw new UnreachableException(),
    };

    /// <summary>A refusal as ProblemDetails: <c>type</c> = <c>urn:equity:{code}</c>, member <c>code</c>, detail = sentence.</summary>
    public static IResult ToProblem(this Refusal refusal) => Problems.Result(StatusOf(refusal.Kind), refusal.Code, refusal.Message);

    /// <summary>HTTP status of a kind of refusal.</summary>
    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.Absent => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Stream revision from <c>If-Match: "3"</c>; null if absent, refused as 400 if malformed.</summary>
    public static long? ExpectedRevision(this HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
            return null;
        return header is [{ Length: > 2 } value] && value[0] == '"' && value[^1] == '"'
            && long.TryParse(value.AsSpan(1, value.Length - 2), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw new ProblemException(StatusCodes.Status400BadRequest, "precondition.malformed", "If-Match takes one revision in quotes, such as \"3\".");
    }

    /// <summary>As <see cref="ExpectedRevision"/>, but 428 <c>precondition.required</c> if the header is absent.</summary>
    public static long RequiredRevision(this HttpRequest request) => request.ExpectedRevision()
        ?? throw new ProblemException(StatusCodes.Status428PreconditionRequired, "precondition.required", "Send If-Match with the revision that you read, so that nobody's change is lost.");

    /// <summary>Who acts: tenant and user from the token, <c>Idempotency-Key</c> as command id, trace id as correlation.</summary>
    public static CommandContext Command(this HttpContext context, Caller caller, string? reason = null) =>
        new(caller.Tenant, caller.User, CommandId(context.Request), reason, Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier);

    static Guid? CommandId(HttpRequest request)
    {
        var header = request.Headers["Idempotency-Key"];
        if (header.Count == 0)
            return null;
        return header is [{ } value] && Guid.TryParse(value.Trim('"'), out var id)
            ? id
            : throw new ProblemException(StatusCodes.Status400BadRequest, "idempotency-key.malformed", "Idempotency-Key takes one UUID.");
    }

    /// <summary>
    /// Every answer to a request that appended names the positions: <c>Event-Positions</c> (<c>{service}=41-42,57</c>) all of them, <c>Event-Position</c> the last,
    /// by which its proof can be asked for (<c>/api/audit/v1/.../proof/inclusion?position=</c>).
    /// </summary>
    internal static Task NamePositionsAsync(HttpContext context, RequestDelegate next)
    {
        var positions = AppendedPositions.Begin();
        context.Response.OnStarting(() =>
        {
            if (positions.Last is { } last)
            {
                var service = context.RequestServices.GetRequiredService<ServiceDefinition>().Name;
                context.Response.Headers["Event-Positions"] = $"{service}={positions}";
                context.Response.Headers.TryAdd("Event-Position", FormattableString.Invariant($"{service}={last}"));
            }
            return Task.CompletedTask;
        });
        return next(context);
    }

    sealed class WithPosition(Handled.Done done, IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var service = httpContext.RequestServices.GetRequiredService<ServiceDefinition>().Name;
            var headers = httpContext.Response.Headers;
            headers.ETag = FormattableString.Invariant($"\"{done.Revision}\"");
            headers["Event-Position"] = FormattableString.Invariant($"{service}={done.Position}");
            return inner.ExecuteAsync(httpContext);
        }
    }
}
