using System.Globalization;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace EquityPlatform.ServiceHost.Disclosing;

/// <summary>Somebody saw data about a student, or asked and was refused.</summary>
/// <param name="Position">Of the event in the service's log, by which its proof can be asked for.</param>
/// <param name="Resource">What was shown.</param>
public sealed record DisclosureEntry(string Service, long Position, Guid EventId, DateTimeOffset At, string User, IReadOnlyList<string> Roles, string? Purpose, string Resource, bool Refused);

/// <summary>Who looked at a student's data, when and why, oldest first.</summary>
public sealed record DisclosureList(string StudentKey, IReadOnlyList<DisclosureEntry> Entries);

/// <summary>The record of disclosures of one student (34 CFR 99.32), from one service's log.</summary>
public static class DisclosureReads
{
    internal const string DefaultPurpose = "Review of who saw a student's data";

    internal static void MapDisclosureList(this IEndpointRouteBuilder api) => api.MapGet("/disclosures/{student}", ReadAsync)
        .RequireRoles(Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward, Roles.Service)
        .Produces<DisclosureList>().DisclosesStudents()
        .WithSummary("Who saw data about a student in this service, when and why, and who was refused; oldest first. Recorded as a disclosure itself (?purpose=).");

    static async Task<IResult> ReadAsync(string student, string? purpose, Caller caller, EventLog log, Disclosures disclosures, HttpContext context)
    {
        if (!caller.Is(Roles.Service))
            await disclosures.RecordAsync(caller, purpose ?? DefaultPurpose, context.Request.Path, [student], context.RequestAborted);
        return TypedResults.Ok(new DisclosureList(student, await OfAsync(log, caller.Tenant, student, context.RequestAborted)));
    }

    /// <summary>What this service's log says.</summary>
    public static async Task<IReadOnlyList<DisclosureEntry>> OfAsync(EventLog log, string tenant, string student, CancellationToken cancellation)
    {
        // The two types stand in the text, so that the index of disclosures serves
        await using var batch = TenantTransaction.Batch(log.Database, tenant, new NpgsqlBatchCommand(string.Create(CultureInfo.InvariantCulture, $"""
            select seq_id, id, type, data::text, timestamp from {EventLogSchema.Quoted(log.Schema)}.mt_events
            where tenant_id = $1 and type in ('{StudentDataDisclosed.Type}', '{StudentDataDenied.Type}') and data->'studentKeys' ? $2 order by seq_id
            """)) { Parameters = { new() { Value = tenant }, new() { Value = student } } });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        var entries = new List<DisclosureEntry>();
        while (await reader.ReadAsync(cancellation))
        {
            var (position, id, at) = (reader.GetInt64(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(4));
            entries.Add(log.Types.Deserialize(reader.GetString(2), reader.GetString(3)) switch
            {
                StudentDataDisclosed seen => new(log.Schema, position, id, at, seen.User, seen.Roles, seen.Purpose, seen.Resource, Refused: false),
                StudentDataDenied denied => new(log.Schema, position, id, at, denied.User, denied.Roles, denied.Purpose, denied.Resource, Refused: true),
                var other => throw new InvalidDataException($"{other} is no disclosure."),
            });
        }
        return entries;
    }
}
