using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Disclosing;
using EquityPlatform.ServiceHost.Feeds;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Every event about one student, from all of the student's streams, in the order in which they were recorded.</summary>
internal sealed record StudentHistory(string StudentKey, IReadOnlyList<StreamEvent> Events);

/// <summary>Student-level reads: each is a disclosure, recorded before the answer leaves.</summary>
internal static class ReadStudents
{
    const string DefaultPurpose = "Review of a student's record";

    public static void MapReadStudents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/students/{key}/events", EventsAsync).RequireRoles(Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward)
            .Produces<StudentHistory>().DisclosesStudents().WithSummary("All events about a student, by pseudonym. Recorded as a disclosure (?purpose=).");
        api.MapPost("/students/lookup", LookupAsync).RequireRoles(Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward)
            .Produces<StudentFound>().DisclosesStudents().WithSummary("The pseudonym of a student, by the id of the source system. Recorded as a disclosure.");
    }

    static async Task<IResult> EventsAsync(string key, string? purpose, Caller caller, EventLog log, TenantDatabase database, Disclosures disclosures, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        if (!Guid.TryParse(key, out var student))
            return Unknown();
        var pseudonym = student.ToString("N");
        var events = new List<StreamEvent>();
        foreach (var stream in await StreamsAsync(database, caller.Tenant, student, cancellation))
            await foreach (var e in log.ReadStreamAsync(caller.Tenant, stream, 1, null, cancellation))
                events.Add(StreamEvent.Of(e));
        if (events.Count == 0)
            return Unknown();
        await disclosures.RecordAsync(caller, purpose ?? DefaultPurpose, context.Request.Path, [pseudonym], cancellation);
        return TypedResults.Ok(new StudentHistory(pseudonym, [.. events.OrderBy(e => e.Seq)]));
    }

    /// <summary>The student's own stream, and those of attendance, discipline and learning of each school year that a record is in.</summary>
    static async Task<IReadOnlyList<string>> StreamsAsync(TenantDatabase database, string tenant, Guid student, CancellationToken cancellation)
    {
        var streams = new SortedSet<string>(StringComparer.Ordinal) { $"student-{student:N}" };
        await using var session = await database.OpenAsync(tenant, cancellation);
        // Of an erased student no record is left, but the events are: each year in the data is looked into
        await using var command = session.Command("""
            select distinct stream from record where tenant_id = $1 and owner = $2 and stream like '%*%'
            union select family || '-*-' || (memory->>'schoolYear') from record, unnest(array['attendance', 'discipline', 'learning']) family where tenant_id = $1 and kind = $3 and memory is not null
            """, tenant, student, (short)RecordKind.Session);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            if (!reader.IsDBNull(0))
                streams.Add(reader.GetString(0).Replace("*", student.ToString("N"), StringComparison.Ordinal));
        return [.. streams];
    }

    static async Task<IResult> LookupAsync(LookupStudent ask, Caller caller, DistrictKeys keys, Pseudonyms pseudonyms, Disclosures disclosures, HttpContext context)
    {
        if (string.IsNullOrWhiteSpace(ask.SourcedId))
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "student.id-missing", "State the student's id in the source system.");
        var cancellation = context.RequestAborted;
        var found = new HashSet<Guid>();
        foreach (var source in ask.Source is { } named ? [named] : await pseudonyms.SourcesAsync(caller.Tenant, cancellation))
            if (await pseudonyms.FindAsync(await keys.ForAsync(caller.Tenant, source, cancellation), ask.SourcedId.Trim().Normalize(), cancellation) is { } student)
                found.Add(student);
        if (found.Count == 0)
            return Unknown();
        if (found.Count > 1)
            return Problems.Result(StatusCodes.Status409Conflict, "student.ambiguous", "Several source systems know this id; name the source.");
        var pseudonym = found.Single().ToString("N");
        await disclosures.RecordAsync(caller, ask.Purpose ?? DefaultPurpose, context.Request.Path, [pseudonym], context.RequestAborted);
        return TypedResults.Ok(new StudentFound(pseudonym));
    }

    static IResult Unknown() => Problems.Result(StatusCodes.Status404NotFound, "student.unknown", "There is no such student.");
}
