using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.ServiceHost;

/// <summary>Outcomes to HTTP, once: invalid 422, absent 404, conflict 409, forbidden 403, stale 412; always ProblemDetails with the code as type.</summary>
public static class HttpMapping
{
    /// <summary>Accepted commands answer through <paramref name="done"/>; headers <c>ETag</c> (revision) and <c>Event-Position</c> (<c>{service}={position}</c>) are set.</summary>
    public static IResult ToHttp(this Handled handled, Func<Handled.Done, IResult> done) => throw new NotImplementedException($"{handled}{done}");

    /// <summary>A refusal as ProblemDetails: <c>type</c> = <c>urn:equity:{code}</c>, member <c>code</c>, detail = sentence.</summary>
    public static IResult ToProblem(this Refusal refusal) => throw new NotImplementedException($"{refusal}");

    /// <summary>Stream revision from <c>If-Match: "3"</c>; null if absent, refused as 400 if malformed.</summary>
    public static long? ExpectedRevision(this HttpRequest request) => throw new NotImplementedException($"{request}");

    /// <summary>Who acts: tenant and user from the token, <c>Idempotency-Key</c> as command id, trace id as correlation.</summary>
    public static CommandContext Command(this HttpContext context, Caller caller, string? reason = null) => throw new NotImplementedException($"{context}{caller}{reason}");
}
