using System.Globalization;
using System.Text;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.ServiceHost;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Ingestion.Quality;

/// <summary>What is wrong with a source's files and what is missing from them, as JSON and as CSV for a spreadsheet.</summary>
internal static class ReadQuality
{
    static readonly string[] Readers = [Roles.DataSteward, Roles.Operator, Roles.EquityAnalyst, Roles.Auditor, Roles.DistrictLeader];

    public static void MapReadQuality(this IEndpointRouteBuilder api)
    {
        api.MapGet("/quality/sources", async (Caller caller, TenantDatabase database, CancellationToken cancellation) => TypedResults.Ok(new QualitySources(await QualityReads.SourcesAsync(database, caller.Tenant, cancellation))))
            .RequireRoles(Readers).Produces<QualitySources>().WithSummary("Sources with the number of their open findings.");
        api.MapGet("/quality", ReportAsync).RequireRoles(Readers).Produces<QualityReport>()
            .WithSummary("Findings about the files of a source (?source=): rows, schools, since when, who must act; open ones, and those that closed in the last 30 days.");
        api.MapGet("/quality/findings.csv", FindingsFileAsync).RequireRoles(Readers).Produces<string>(StatusCodes.Status200OK, "text/csv").WithSummary("Open findings of a source, a line for each, as a file.");
        api.MapGet("/quality/completeness", CompletenessAsync).RequireRoles(Readers).Produces<CompletenessReport>()
            .WithSummary("Days of school with attendance, enrolments and results, by school (?source=&schoolYear=); by week for one school (&school=). What did not come is missing, not zero.");
        api.MapGet("/quality/completeness.csv", CompletenessFileAsync).RequireRoles(Readers).Produces<string>(StatusCodes.Status200OK, "text/csv").WithSummary("The same by school, or by week for one school, as a file.");
        api.MapGet("/feeds/{id:guid}/quality", FeedAsync).RequireRoles(Readers).Produces<FeedQuality>().WithSummary("The findings of one feed, counted by file and code.");
    }

    static async Task<IResult> ReportAsync(string? source, Caller caller, TenantDatabase database, Aggregates<Assignments, object> assignments, TimeProvider clock, CancellationToken cancellation) =>
        await OfAsync(source, caller, database, assignments, clock, cancellation) is { } report ? TypedResults.Ok(report) : Mappings.SaveMapping.NotASource();

    static async Task<QualityReport?> OfAsync(string? source, Caller caller, TenantDatabase database, Aggregates<Assignments, object> assignments, TimeProvider clock, CancellationToken cancellation)
    {
        source ??= ReceiveFeed.DefaultSource;
        if (!ReceiveFeed.IsSource(source))
            return null;
        var (assigned, _) = await assignments.LoadAsync(caller.Tenant, source, cancellation);
        return await QualityReads.OfSourceAsync(database, caller.Tenant, source, assigned, clock.GetUtcNow(), cancellation);
    }

    static async Task<IResult> FeedAsync(Guid id, Caller caller, FeedRows feeds, TenantDatabase database, Aggregates<Assignments, object> assignments, TimeProvider clock, CancellationToken cancellation)
    {
        if (await feeds.FindAsync(caller.Tenant, id, cancellation) is not { } feed)
            return ReadFeeds.Unknown();
        var (assigned, _) = await assignments.LoadAsync(caller.Tenant, feed.Source, cancellation);
        return TypedResults.Ok(new FeedQuality(id, feed.Source, await QualityReads.OfFeedAsync(database, caller.Tenant, id, assigned, clock.GetUtcNow(), cancellation)));
    }

    static async Task<IResult> CompletenessAsync(string? source, int? schoolYear, string? school, Caller caller, TenantDatabase database, DistrictCalendar calendar, CancellationToken cancellation) =>
        await CompleteAsync(source, schoolYear, school, caller, database, calendar, cancellation) is { } found ? TypedResults.Ok(found) : Mappings.SaveMapping.NotASource();

    static async Task<CompletenessReport?> CompleteAsync(string? source, int? schoolYear, string? school, Caller caller, TenantDatabase database, DistrictCalendar calendar, CancellationToken cancellation)
    {
        source ??= ReceiveFeed.DefaultSource;
        if (schoolYear is < 1900 or > 2200)
            throw new ProblemException(StatusCodes.Status400BadRequest, "quality.school-year", "A school year is named by the year in which it ends.");
        return ReceiveFeed.IsSource(source)
            ? await QualityReads.CompletenessAsync(database, caller.Tenant, source, schoolYear, school, calendar.Today(caller.Tenant), cancellation)
            : null;
    }

    static async Task<IResult> FindingsFileAsync(string? source, Caller caller, TenantDatabase database, Aggregates<Assignments, object> assignments, TimeProvider clock, CancellationToken cancellation)
    {
        if (await OfAsync(source, caller, database, assignments, clock, cancellation) is not { } report)
            return Mappings.SaveMapping.NotASource();
        var text = new StringBuilder();
        CsvLine.Append(text, "file", "code", "finding", "severity", "rows", "stillSetAside", "columns", "school", "rowsOfSchool", "firstSeen", "lastSeen", "ageDays", "owner");
        foreach (var f in report.Open)
            foreach (var school in f.Schools.Count == 0 ? [new("", 0)] : f.Schools)
                CsvLine.Append(text, f.File, f.Code, IssueTexts.Sentences.GetValueOrDefault(f.Code), f.Severity, Number(f.Count), Number(f.StillSetAside), string.Join(' ', f.Columns), school.SchoolId, school.SchoolId.Length == 0 ? "" : Number(school.Count),
                    Day(f.FirstSeen), Day(f.LastSeen), Number(f.AgeDays), f.Owner);
        return File(text, $"findings-{report.Source}.csv");
    }

    static async Task<IResult> CompletenessFileAsync(string? source, int? schoolYear, string? school, Caller caller, TenantDatabase database, DistrictCalendar calendar, CancellationToken cancellation)
    {
        if (await CompleteAsync(source, schoolYear, school, caller, database, calendar, cancellation) is not { } found)
            return Mappings.SaveMapping.NotASource();
        var text = new StringBuilder();
        if (school is null)
            CsvLine.Append(text, "school", "schoolYear", "daysOfSchool", "daysReceived", "otherDays", "lastDay", "enrolled", "tested", "calendar");
        else
            CsvLine.Append(text, "school", "schoolYear", "weekOf", "daysOfSchool", "daysReceived", "rows");
        foreach (var s in found.Schools)
        {
            if (s.Weeks is null)
                CsvLine.Append(text, s.SchoolId, Number(found.SchoolYear), Number(s.ExpectedDays), Came(s.ReceivedDays, s.ExpectedDays), Number(s.OtherDays), s.LastDay?.ToString("O", CultureInfo.InvariantCulture), Number(s.Enrolled), Number(s.Tested), s.CalendarDerived ? "derived" : "sent");
            foreach (var week in s.Weeks ?? [])
                CsvLine.Append(text, s.SchoolId, Number(found.SchoolYear), week.Monday.ToString("O", CultureInfo.InvariantCulture), Number(week.ExpectedDays), Came(week.ReceivedDays, week.ExpectedDays), Number(week.Rows));
        }
        return File(text, $"completeness-{found.Source}-{found.SchoolYear}.csv");
    }

    /// <summary>Silence where something was expected is a word, so that no spreadsheet adds it up as zero.</summary>
    static string Came(int received, int expected) => received == 0 && expected > 0 ? "missing" : Number(received);

    static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "missing";

    static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult File(StringBuilder text, string name) => TypedResults.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", name);
}
