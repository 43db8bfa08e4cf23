using EquityPlatform.Contracts;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.ServiceHost.Disclosing;

/// <summary>Metadata of a route by which data about single students leaves. A test finds every route that needs it.</summary>
public sealed record DisclosesStudents;

/// <summary>Marks routes.</summary>
public static class DisclosingRoutes
{
    /// <summary>
    /// Data about single students leaves by this route, so its handler calls <see cref="Disclosures.RecordAsync"/> before it answers; an answer without a record does not
    /// leave. Handlers that write their body themselves record before each piece that they send.
    /// </summary>
    public static TBuilder DisclosesStudents<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new DisclosesStudents()).AddEndpointFilter(async (invocation, next) =>
        {
            var answer = await next(invocation);
            var context = invocation.HttpContext;
            // Other services work for the platform; nothing leaves
            return answer is not IStatusCodeHttpResult { StatusCode: >= 200 and < 300 } || Disclosures.IsRecorded(context) || Caller.From(context.User)?.Is(Roles.Service) == true
                ? answer
                : throw new InvalidOperationException($"{context.Request.Method} {context.GetEndpoint()?.DisplayName} answers with data about students and has not recorded it.");
        });
}
