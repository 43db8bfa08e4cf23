using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Disclosing;

namespace EquityPlatform.Reporting.Receipts;

/// <summary>For roles that may see it: the way from a released number back to feed, file and rows. The exit is recorded first.</summary>
internal static class ReadRows
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void MapReadRows(this IEndpointRouteBuilder api) => api.MapGet("/receipts/{code}/rows", HandleAsync)
        .RequireRoles(Roles.EquityAnalyst, Roles.DataSteward, Roles.PrivacyOfficer, Roles.Auditor).Produces<ReceiptRows>().DisclosesStudents()
        .WithSummary("Students (by key) and rows behind a released number, beside the number as released; recorded as a disclosure");

    static async Task<IResult> HandleAsync(string code, string? purpose, Caller caller, HttpContext http, ReceiptBook receipts, ServiceClients clients, Disclosures disclosures, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(purpose))
            return Refusal.Invalid("purpose.missing", "State for what purpose you need data about students: ?purpose=").ToProblem();
        if (await receipts.FindAsync(code, cancellation) is not { } receipt || receipt.Tenant != caller.Tenant)
            return ReceiptBook.Unknown.ToProblem();
        if (!caller.MaySeeSchool(receipt.Cell.School))
            return Refusal.Forbidden("school.forbidden", "Your account is confined to another school.").ToProblem();
        var client = clients.For("indicators", caller.Tenant);
        List<NumberLineage> parts = [];
        foreach (var group in receipt.Cell.Group == ReleasedGroups.Merged ? receipt.MergedRaceGroups : [receipt.Cell.Group])
        {
            if (await LineageAsync(client, receipt, group, purpose, cancellation) is not { } part)
                return Problems.Result(StatusCodes.Status503ServiceUnavailable, "indicators.unavailable", "The indicators service does not answer. Try again later.");
            parts.Add(part);
        }
        var rows = Rows(receipt, parts);
        await disclosures.RecordAsync(caller, purpose, http.Request.Path, [.. rows.Students.Select(s => s.StudentKey)], cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(rows);
    }

    static async Task<NumberLineage?> LineageAsync(HttpClient client, NumberReceipt receipt, string group, string purpose, CancellationToken cancellation)
    {
        var (cell, escape) = (receipt.Cell, (Func<string, string>)Uri.EscapeDataString);
        var path = FormattableString.Invariant($"api/indicators/v1/lineage?indicator={escape(cell.Indicator)}&schoolYear={receipt.SchoolYear}&school={escape(cell.School)}&dimension={escape(cell.Dimension)}&group={escape(group)}&purpose={escape(purpose)}");
        try
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<NumberLineage>(Json, cancellation) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Puts the parts of a merged group together and compares with what was frozen.</summary>
    internal static ReceiptRows Rows(NumberReceipt receipt, IReadOnlyList<NumberLineage> parts)
    {
        var numerator = parts.Sum(p => p.Cell.Numerator ?? 0);
        // Enrolment states the whole school as denominator in every group, so parts do not add up there
        var denominator = receipt.Cell.Indicator == "enrollment" ? parts.Max(p => p.Cell.Denominator ?? 0) : parts.Sum(p => p.Cell.Denominator ?? 0);
        var positions = new SortedDictionary<string, long>(parts[0].Positions.ToDictionary(), StringComparer.Ordinal);
        return new(receipt.Code, receipt.Cell, receipt.Cell.Numerator, receipt.Cell.Denominator, numerator, denominator,
            numerator == receipt.Cell.Numerator && denominator == receipt.Cell.Denominator, receipt.Positions, positions,
            [.. parts.SelectMany(p => p.Students).GroupBy(s => s.StudentKey, StringComparer.Ordinal).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => Together(s.Key, [.. s]))],
            [.. parts.SelectMany(p => p.Shared ?? []).Distinct()]);
    }

    /// <summary>A student's part in a merged group: of enrolment every part lists the whole school, of the others only one lists the student.</summary>
    static StudentLineage Together(string key, IReadOnlyList<StudentLineage> parts) => parts.Count == 1 ? parts[0] : new(key, parts.Any(p => p.InNumerator),
        parts.Sum(p => p.Numerator), parts.Max(p => p.Denominator), [.. parts.SelectMany(p => p.Rows).Distinct().OrderBy(r => r.File, StringComparer.Ordinal).ThenBy(r => r.Row)]);
}
