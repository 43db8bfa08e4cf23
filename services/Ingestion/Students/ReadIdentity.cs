using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Disclosing;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Who a student is, for those whose work needs it. Every answer is a disclosure, and every refusal is on record, too.</summary>
internal static class ReadIdentity
{
    static readonly string[] May = [Roles.DataSteward, Roles.PrivacyOfficer];

    // The roles are checked inside and not by the route, so that a refusal can be recorded; the matrix of roles shows them all the same
    public static void MapReadIdentity(this IEndpointRouteBuilder api) => api.MapGet("/students/{key}", HandleAsync).RequireAuthorization().WithMetadata(new RequiredRoles(May))
        .Produces<StudentIdentity>().DisclosesStudents().ProducesProblem(StatusCodes.Status410Gone)
        .WithSummary("Names, birth date and ids of a student, opened for ?purpose=. Recorded as a disclosure; 410 once the student is erased.");

    static async Task<IResult> HandleAsync(string key, string? purpose, Caller caller, StudentIdentities identities, Disclosures disclosures, ILogger<StudentIdentities> logger, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var student = Guid.TryParse(key, out var parsed) ? parsed.ToString("N") : null;
        var known = student is not null && await identities.ExistsAsync(caller.Tenant, student, cancellation);
        if (!caller.Is(May))
        {
            if (known)
                await disclosures.RecordDeniedAsync(caller, purpose, context.Request.Path, [student!], cancellation);
            return Problems.Result(StatusCodes.Status403Forbidden, "auth.role", "Your role may not do this.");
        }
        if (string.IsNullOrWhiteSpace(purpose))
            return Refusal.Invalid("purpose.missing", "State for what purpose you need data about students.").ToProblem();
        if (!known)
            return Refusal.Absent("student.unknown", "There is no such student.").ToProblem();
        context.Response.Headers.CacheControl = "no-store";
        switch (await identities.DiscloseAsync(caller, purpose, context.Request.Path, student!, cancellation))
        {
            case WhoIs.Known { Identity: var identity }:
                return TypedResults.Ok(identity);
            case WhoIs.Erased:
                return Problems.Result(StatusCodes.Status410Gone, "student.erased", "This student was erased. Nobody can read names or birth date any more.");
            case WhoIs.Unreadable unreadable:
                logger.LogError("A sealed part of student {Student} of {Tenant} does not open: {Code}", student, caller.Tenant, unreadable.Code);
                return Problems.Result(StatusCodes.Status500InternalServerError, unreadable.Code, "What is stored about this student cannot be opened. The operator has been told.");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
