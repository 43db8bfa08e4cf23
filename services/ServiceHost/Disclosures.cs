using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.ServiceHost;

/// <summary>Student-level data left the platform to a person or outside system (34 CFR 99.32): who, why, what, about whom.</summary>
/// <param name="Resource">What was shown, e.g. the path of the request; never its contents.</param>
public sealed record StudentDataDisclosed(string User, IReadOnlyList<string> Roles, string Purpose, string Resource, IReadOnlyList<string> StudentKeys)
{
    public const string Type = "student-data-disclosed/1";
}

/// <summary>Somebody asked for data about a student and was refused; requests for access are kept with the record, too (34 CFR 99.32).</summary>
public sealed record StudentDataDenied(string User, IReadOnlyList<string> Roles, string? Purpose, string Resource, IReadOnlyList<string> StudentKeys)
{
    public const string Type = "student-data-denied/1";
}

/// <summary>Keeps the record of disclosures, in the service's own log, before the data leaves.</summary>
public sealed class Disclosures(EventLog log, TimeProvider clock, IHttpContextAccessor requests)
{
    static readonly object Recorded = new();

    /// <summary>True if the request put on record what it shows, or found that it shows no student.</summary>
    internal static bool IsRecorded(HttpContext context) => context.Items.ContainsKey(Recorded);

    /// <summary>One event stays readable: a disclosure about more students is several events of one append.</summary>
    const int StudentsPerEvent = 2_000;

    /// <summary>Appends the record durably; call it before the answer leaves, and let its failure fail the request. Returns the id of its first event.</summary>
    /// <exception cref="ProblemException">No purpose was given (422 <c>purpose.missing</c>).</exception>
    public async Task<Guid> RecordAsync(Caller caller, string purpose, string resource, IReadOnlyCollection<string> studentKeys, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(purpose))
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "purpose.missing", "State for what purpose you need data about students.");
        var first = await AppendAsync(caller, purpose.Trim(), studentKeys, keys => new StudentDataDisclosed(caller.User, Roles(caller), purpose.Trim(), resource, keys), cancellation);
        requests.HttpContext?.Items.TryAdd(Recorded, true);
        return first;
    }

    /// <summary>Appends the record of a refusal.</summary>
    public Task<Guid> RecordDeniedAsync(Caller caller, string? purpose, string resource, IReadOnlyCollection<string> studentKeys, CancellationToken cancellation) =>
        AppendAsync(caller, purpose?.Trim(), studentKeys, keys => new StudentDataDenied(caller.User, Roles(caller), purpose?.Trim(), resource, keys), cancellation);

    async Task<Guid> AppendAsync(Caller caller, string? reason, IReadOnlyCollection<string> studentKeys, Func<string[], object> record, CancellationToken cancellation)
    {
        if (studentKeys.Count == 0)
            return Guid.Empty;
        var events = studentKeys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Chunk(StudentsPerEvent)
            .Select(keys => new NewEvent(NewId(), record(keys), Reason: reason)).ToArray();
        var append = new Append(caller.Tenant, $"disclosure-{NewId():D}", "disclosure", ExpectedVersion.NoStream, events,
            new(caller.User, System.Diagnostics.Activity.Current?.TraceId.ToString()));
        if (await log.AppendAsync(append, cancellation) is not AppendResult.Appended)
            throw new InvalidOperationException("The disclosure could not be recorded, so the data must not leave.");
        return events[0].Id;
    }

    static string[] Roles(Caller caller) => [.. caller.Roles.Order(StringComparer.Ordinal)];

    Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());
}
