using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Facts;
using EquityPlatform.Indicators.Numbers;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Disclosing;

namespace EquityPlatform.Indicators.Lineage;

/// <summary>The way back from a number to students and rows. Who asked, and why, is on record before the answer leaves.</summary>
internal static class GetLineage
{
    public static void MapGetLineage(this IEndpointRouteBuilder api) => api
        .MapGet("/lineage", Handle)
        .RequireRoles(Access.Tracers)
        .Produces<NumberLineage>().DisclosesStudents();

    static async Task<IResult> Handle(string? indicator, int? schoolYear, string? school, string? dimension, string? group, string? purpose, HttpContext http, Caller caller,
        LineageReader reader, DefinitionLog definitions, Disclosures disclosures, CancellationToken cancellation)
    {
        if ((Question.Rule(indicator, out var rule) ?? Question.Year(schoolYear) ?? Question.Group(dimension, group)) is { } refusal)
            return refusal.ToProblem();
        if (string.IsNullOrEmpty(school))
            return Question.Missing("school").ToProblem();
        if (string.IsNullOrWhiteSpace(purpose))
            return Refusal.Invalid("purpose.missing", "State for what purpose you need data about students.").ToProblem();
        if (!caller.MaySeeSchool(school))
            return Refusal.Forbidden("school.forbidden", "Your account is confined to other schools.").ToProblem();
        var read = await reader.ReadAsync(caller.Tenant, schoolYear!.Value, rule, school, dimension!, group!, cancellation);
        if (!read.YearKnown)
            return Question.UnknownYear(schoolYear.Value).ToProblem();
        if (read.Number is not { } number)
            return Refusal.Absent("school.unknown", "There is no such school.").ToProblem();
        await disclosures.RecordAsync(caller, purpose, Resource(http.Request), [.. number.Students.Select(student => student.StudentKey)], cancellation);
        return TypedResults.Ok(number with
        {
            Positions = new SortedDictionary<string, long>(number.Positions.ToDictionary(), StringComparer.Ordinal)
            {
                ["indicators"] = await definitions.PositionAsync(caller.Tenant, cancellation),
            },
        });
    }

    // What was asked for, without the purpose: that has a place of its own in the record
    static string Resource(HttpRequest request) =>
        request.Path + QueryString.Create(request.Query.Where(pair => pair.Key != "purpose"));
}
