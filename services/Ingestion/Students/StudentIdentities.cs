using System.Text.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Sealing;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Answer to the question who a student is.</summary>
internal abstract record WhoIs
{
    WhoIs() { }

    public sealed record Known(StudentIdentity Identity) : WhoIs;
    public sealed record Erased(DateTimeOffset At) : WhoIs;

    /// <param name="Code">One of <see cref="SealedCodes"/>.</param>
    public sealed record Unreadable(string Code) : WhoIs;
}

/// <summary>Opens who a student is: the latest names and the latest birth date of the student's stream.</summary>
internal sealed class StudentIdentities(EventLog log, SubjectKeys keys, PersonalData personal, SealedData data)
{
    static readonly OpeningPurpose.Processing CheckOfReason = new("record-erasure", "authority and reason of an erasure must not name the student");

    /// <summary>True if the district's log has a stream about the student.</summary>
    public async Task<bool> ExistsAsync(string tenant, string student, CancellationToken cancellation)
    {
        await foreach (var _ in log.ReadStreamAsync(tenant, Stream(student), 1, null, cancellation))
            return true;
        return false;
    }

    /// <summary>For a person who asks: the disclosure is recorded first.</summary>
    public async Task<WhoIs> DiscloseAsync(Caller caller, string purpose, string resource, string student, CancellationToken cancellation)
    {
        if (await keys.ErasedAsync(caller.Tenant, student, cancellation) is { } at)
            return new WhoIs.Erased(at);
        var parts = await PartsAsync(caller.Tenant, student, cancellation);
        return Compose(student, await personal.DiscloseAsync(caller, purpose, resource, [student], parts, cancellation));
    }

    /// <summary>True if a text holds one of the student's names, numbers or the birth date. The texts' author learns no more than that.</summary>
    public async Task<bool> AreNamedInAsync(string tenant, string student, IReadOnlyCollection<string?> texts, CancellationToken cancellation)
    {
        var opened = await data.OpenAsync(tenant, await PartsAsync(tenant, student, cancellation), CheckOfReason, cancellation);
        if (Compose(student, opened) is not WhoIs.Known { Identity: var who })
            return false;
        string?[] telling = [who.GivenName, who.MiddleName, who.FamilyName, who.SourcedId, who.Identifier, .. who.Numbers?.Values ?? [], who.BirthDate?.ToString("O", System.Globalization.CultureInfo.InvariantCulture)];
        return telling.OfType<string>().Where(word => word.Length > 2).Any(word => texts.Any(text => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true));
    }

    async Task<IReadOnlyList<SealedEvent>> PartsAsync(string tenant, string student, CancellationToken cancellation)
    {
        // The latest of each, numbers by their system
        var latest = new SortedDictionary<string, RecordedEvent>(StringComparer.Ordinal);
        await foreach (var e in log.ReadStreamAsync(tenant, Stream(student), 1, null, cancellation))
            if (e.Data is StudentIdentityRecorded or StudentBirthDateRecorded or StudentIdentifierRecorded)
                latest[$"{e.Type} {(e.Data as StudentIdentifierRecorded)?.System}"] = e;
            else if (e.Data is Feeds.RecordRemoved { Kind: "birthDate" })
                latest.Remove($"{StudentBirthDateRecorded.Type} ");
        return [.. latest.Values.Select(e => new SealedEvent(e.Id, student, PartOf(e.Data)))];
    }

    static SealedPart PartOf(object data) => data switch
    {
        StudentIdentityRecorded identity => identity.Sealed,
        StudentBirthDateRecorded birth => birth.Sealed,
        StudentIdentifierRecorded number => number.Sealed,
        _ => throw new ArgumentException($"{data.GetType().Name} has no sealed part.", nameof(data)),
    };

    static WhoIs Compose(string student, IReadOnlyList<Opened> opened)
    {
        var who = new StudentIdentity(student, null, null, null, null, null, null);
        foreach (var part in opened)
            switch (part)
            {
                case Opened.Erased erased:
                    return new WhoIs.Erased(erased.At);
                case Opened.Refused refused:
                    return new WhoIs.Unreadable(refused.Code);
                case Opened.Readable { Data: var json } when json.TryGetProperty("sourcedId", out _):
                    var identity = Read<Identity>(json);
                    who = who with { GivenName = identity.GivenName, MiddleName = identity.MiddleName, FamilyName = identity.FamilyName, SourcedId = identity.SourcedId, Identifier = identity.Identifier };
                    break;
                case Opened.Readable { Data: var json } when json.TryGetProperty("system", out _):
                    var number = Read<StudentNumber>(json);
                    who = who with { Numbers = new SortedDictionary<string, string>(who.Numbers?.ToDictionary() ?? [], StringComparer.Ordinal) { [number.System] = number.Value } };
                    break;
                case Opened.Readable { Data: var json }:
                    who = who with { BirthDate = Read<BirthDate>(json).Date };
                    break;
            }
        return new WhoIs.Known(who);
    }

    static T Read<T>(JsonElement json) => json.Deserialize<T>(EventTypes.Json) ?? throw new JsonException("A sealed part holds null.");

    static string Stream(string student) => $"student-{student}";
}
