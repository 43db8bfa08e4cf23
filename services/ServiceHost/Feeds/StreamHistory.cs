using System.Globalization;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Disclosing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EquityPlatform.ServiceHost.Feeds;

/// <summary>Every event of one stream as stored: who, when, why, from which row.</summary>
/// <param name="Seq">Position in the service's log.</param>
/// <param name="Correlation">Trace id of the request that caused it.</param>
public sealed record StreamEvent(long Seq, long Version, Guid Id, string Type, DateTimeOffset RecordedAt, string User, string? Reason, string? Correlation, RowOrigin? Origin, JsonElement Data)
{
    /// <summary>The stored event with its JSON as it is.</summary>
    public static StreamEvent Of(RecordedEvent e) => new(e.Position, e.Version, e.Id, e.Type, e.RecordedAt, e.User, e.Reason, e.CorrelationId,
        e.Source is { } source ? new(source.Feed, source.File, source.Row) : null, JsonElement.Parse(e.Json));
}

/// <summary>A stream's history.</summary>
public sealed record StreamEvents(string Stream, string Tenant, IReadOnlyList<StreamEvent> Events);

internal static class StreamHistory
{
    /// <summary>Streams about one student, or that name students: fewer roles, and reading them is a disclosure.</summary>
    static readonly string[] StudentStreams = ["student-", "attendance-", "discipline-", "learning-", "erasure-"];
    static readonly string[] StudentReaders = [Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward];
    const string DisclosureStream = "disclosure-";
    static readonly string[] InstantForms = ["yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public static void MapStreamHistory(this IEndpointRouteBuilder api) => api.MapGet("/streams/{id}/events", ReadAsync)
        .RequireRoles(Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward, Roles.DistrictLeader, Roles.EquityAnalyst)
        .Produces<StreamEvents>().DisclosesStudents()
        .WithSummary("Every event of a stream with who, when, why and source; ?asOf= an instant or ?asOfVersion= for the record as it stood. Streams about students need ?purpose= and are recorded as disclosures.");

    static async Task<IResult> ReadAsync(string id, string? purpose, string? asOf, long? asOfVersion, Caller caller, EventLog log, Disclosures disclosures, HttpContext context)
    {
        var student = StudentOf(id);
        if ((student is not null || id.StartsWith(DisclosureStream, StringComparison.Ordinal)) && !caller.Is(StudentReaders))
            return NoStudents();
        var instant = AsOf(asOf, asOfVersion);
        var events = new List<StreamEvent>();
        await foreach (var e in log.ReadStreamAsync(caller.Tenant, id, 1, asOfVersion ?? long.MaxValue, instant, context.RequestAborted))
            events.Add(StreamEvent.Of(e));
        if (events.Count == 0)
            return Problems.Result(StatusCodes.Status404NotFound, "stream.unknown", instant is null ? "There is no such record." : "There was no such record at that time.");
        if (asOfVersion > events.Count)
            return Problems.Result(StatusCodes.Status404NotFound, "stream.version-unknown", $"The record has {events.Count} versions.");
        // All students that the answer names: the one of the stream, and those in its events
        var named = events.SelectMany(e => StudentsOf.Event(id, e.Data)).ToHashSet(StringComparer.Ordinal);
        if (named.Count > 0 && !caller.Is(StudentReaders))
            return NoStudents();
        await disclosures.RecordAsync(caller, named.Count == 0 ? "no student" : purpose ?? "", context.Request.Path, named, context.RequestAborted);
        return TypedResults.Ok(new StreamEvents(id, caller.Tenant, events));
    }

    static IResult NoStudents() => Problems.Result(StatusCodes.Status403Forbidden, "auth.role", "Your role may not see records about single students.");

    /// <summary>An instant with its offset: without one it would mean another time on every server.</summary>
    static DateTimeOffset? AsOf(string? text, long? version)
    {
        if (version < 1)
            throw Malformed("asOfVersion starts at 1.");
        if (text is null)
            return null;
        if (version is not null)
            throw Malformed("Ask for asOf or for asOfVersion, not for both.");
        // A plus sign in a query is a space to many clients
        return DateTimeOffset.TryParseExact(text.Replace(' ', '+'), InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : throw Malformed("asOf takes an instant with its offset, such as 2026-09-01T12:00:00Z.");

        static ProblemException Malformed(string message) => new(StatusCodes.Status400BadRequest, "stream.as-of", message);
    }

    /// <summary>The student key inside a stream id (<c>student-{key}</c>, <c>attendance-{key}-{year}</c>), or null.</summary>
    internal static string? StudentOf(string stream)
    {
        if (StudentStreams.FirstOrDefault(prefix => stream.StartsWith(prefix, StringComparison.Ordinal)) is not { } found)
            return null;
        var key = stream[found.Length..];
        return found != StudentStreams[0] && key.LastIndexOf('-') is > 0 and var year && key.AsSpan(year + 1) is { Length: 4 } digits && !digits.ContainsAnyExceptInRange('0', '9')
            ? key[..year]
            : key;
    }
}
