using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Erasure;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Disclosing;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Who looked at a student's data in the whole platform: for the family, as JSON or to be printed (34 CFR 99.32).</summary>
internal static class ReadDisclosures
{
    const string DefaultPurpose = "List of disclosures for the student's record";

    public static void MapReadDisclosures(this IEndpointRouteBuilder api) => api.MapGet("/students/{key}/disclosures", HandleAsync)
        .RequireRoles(Roles.PrivacyOfficer, Roles.Auditor, Roles.DataSteward)
        .Produces<DisclosureList>().Produces<string>(StatusCodes.Status200OK, "text/html").ProducesProblem(StatusCodes.Status503ServiceUnavailable).DisclosesStudents()
        .WithSummary("Everybody who saw data about a student in any service, when and why, and who was refused; oldest first; ?format=html to print it. Recorded as a disclosure itself.");

    static async Task<IResult> HandleAsync(string key, string? purpose, string? format, Caller caller, EventLog log, ServiceClients clients, Disclosures disclosures, TimeProvider clock, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        if (!Guid.TryParse(key, out var parsed))
            return Problems.Result(StatusCodes.Status404NotFound, "student.unknown", "There is no such student.");
        var student = parsed.ToString("N");
        await disclosures.RecordAsync(caller, purpose ?? DefaultPurpose, context.Request.Path, [student], cancellation);
        var entries = new List<DisclosureEntry>(await DisclosureReads.OfAsync(log, caller.Tenant, student, cancellation));
        try
        {
            foreach (var service in EraseStudents.Services)
                entries.AddRange((await clients.For(service, caller.Tenant).GetFromJsonAsync<DisclosureList>($"api/{service}/v1/disclosures/{student}", cancellation))!.Entries);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return Problems.Result(StatusCodes.Status503ServiceUnavailable, "disclosures.incomplete", "A service does not answer, so the list would have gaps. Try again later.");
        }
        context.Response.Headers.CacheControl = "no-store";
        var list = new DisclosureList(student, [.. entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Service, StringComparer.Ordinal).ThenBy(entry => entry.Position)]);
        return format == "html" ? TypedResults.Content(Page(list, clock.GetUtcNow()), "text/html; charset=utf-8", statusCode: StatusCodes.Status200OK) : TypedResults.Ok(list);
    }

    static string Page(DisclosureList list, DateTimeOffset now)
    {
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Who saw this student's data</title><style>table{border-collapse:collapse}td,th{border:1px solid;padding:.2em .5em;text-align:left;vertical-align:top}thead{display:table-header-group}</style></head><body><h1>Who saw this student's data</h1>");
        page.Append(CultureInfo.InvariantCulture, $"<p>Student (random key): {Text(list.StudentKey)}. {list.Entries.Count} entries. Made {now:yyyy-MM-dd HH:mm} UTC. Each entry is an event of the audit log, named by service and position; its proof can be asked for.</p>");
        page.Append("<table><thead><tr><th scope=\"col\">When (UTC)</th><th scope=\"col\">Who</th><th scope=\"col\">Role</th><th scope=\"col\">Why</th><th scope=\"col\">What</th><th scope=\"col\">Answer</th><th scope=\"col\">Event</th></tr></thead><tbody>");
        foreach (var e in list.Entries)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{e.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}</td><td>{Text(e.User)}</td><td>{Text(string.Join(", ", e.Roles))}</td><td>{Text(e.Purpose ?? "not stated")}</td><td>{Text(e.Resource)}</td><td>{(e.Refused ? "refused" : "shown")}</td><td>{Text(e.Service)} {e.Position}</td></tr>");
        return page.Append("</tbody></table></body></html>").ToString();
    }

    static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
