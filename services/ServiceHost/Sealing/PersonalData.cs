using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Hosting;

namespace EquityPlatform.ServiceHost.Sealing;

/// <summary>The one way by which sealed data leaves: the disclosure is on record before anything is opened.</summary>
public sealed class PersonalData(SealedData data, Disclosures disclosures)
{
    /// <summary>Records who sees what of whom and why, durably, then opens. Answers stand in the order of the parts.</summary>
    /// <param name="resource">What was asked for, e.g. the path of the request.</param>
    /// <exception cref="ProblemException">No purpose was given (422 <c>purpose.missing</c>).</exception>
    public async Task<IReadOnlyList<Opened>> DiscloseAsync(Caller caller, string purpose, string resource, IReadOnlyCollection<string> studentKeys, IReadOnlyList<SealedEvent> parts, CancellationToken cancellation)
    {
        if (parts.FirstOrDefault(part => !studentKeys.Contains(part.Subject)) is { } stranger)
            throw new InvalidOperationException($"Event {stranger.EventId} is about a student whom the disclosure does not name.");
        var record = await disclosures.RecordAsync(caller, purpose, resource, studentKeys, cancellation);
        return await data.OpenAsync(caller.Tenant, parts, new OpeningPurpose.Disclosure(caller.User, record), cancellation);
    }

    /// <summary>Opens for the platform's own work. Nothing of it may leave.</summary>
    public Task<IReadOnlyList<Opened>> ProcessAsync(string tenant, OpeningPurpose.Processing purpose, IReadOnlyList<SealedEvent> parts, CancellationToken cancellation) =>
        data.OpenAsync(tenant, parts, purpose, cancellation);
}
