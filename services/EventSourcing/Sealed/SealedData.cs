using System.Diagnostics.Metrics;
using EquityPlatform.EventSourcing.AuditLog;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>Sealing and opening of what a service's events say about persons.</summary>
public sealed class SealedData(SubjectKeys keys, AuditOrigin origins)
{
    static readonly Meter Meter = new("EquityPlatform.Sealed");
    static readonly Counter<long> Openings = Meter.CreateCounter<long>("equity.sealed.opened", "{part}", "Sealed parts that were opened, by kind of purpose and outcome");

    /// <summary>Origin of the tenant's audit log, to which every envelope is bound.</summary>
    public string Origin(string tenant) => origins.Of(tenant);

    /// <summary>Opens parts for a stated purpose; answers stand in the order of the parts. What cannot be opened is an answer, never an exception.</summary>
    public async Task<IReadOnlyList<Opened>> OpenAsync(string tenant, IReadOnlyList<SealedEvent> parts, OpeningPurpose purpose, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        if (parts.Count == 0)
            return [];
        var found = await keys.FindAsync(tenant, [.. parts.Select(p => p.Part.Kid)], cancellation);
        var events = parts.Select(p => p.EventId).ToArray();
        var opened = new Opened[parts.Count];
        for (var i = 0; i < opened.Length; i++)
        {
            opened[i] = Open(tenant, parts[i], found.GetValueOrDefault(parts[i].Part.Kid), events);
            Openings.Add(1, new("purpose", purpose.Kind), new("outcome", opened[i] switch { Opened.Refused refused => refused.Code, Opened.Erased => "erased", _ => "readable" }));
        }
        return opened;
    }

    Opened Open(string tenant, SealedEvent at, KeyFound? found, Guid[] events) => found switch
    {
        null => new Opened.Refused(SealedCodes.KeyMissing),
        _ when found.Subject != at.Subject => new Opened.Refused(SealedCodes.OtherSubject),
        { Key: null, Destroyed: { } destroyed } => new Opened.Erased(destroyed),
        { Key: { } key } => key.Open(Origin(tenant), at.EventId, at.Part, events),
        _ => new Opened.Refused(SealedCodes.KeyMissing),
    };
}
