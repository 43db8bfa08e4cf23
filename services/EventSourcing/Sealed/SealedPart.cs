using System.Text.Json;
using System.Text.Json.Serialization;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>The member <c>sealed</c> of an event about one person: what it says in private, encrypted under that person's key.</summary>
/// <param name="Alg">Always <see cref="Aes256Gcm"/>.</param>
/// <param name="Kid">Id of the key; random, so it says nothing about the person.</param>
/// <param name="Kc">Key commitment (base64): AES-GCM alone would allow one envelope that opens differently under two keys.</param>
/// <param name="Envelope">Nonce, ciphertext and tag (base64).</param>
public sealed record SealedPart(string Alg, string Kid, string Kc, string Envelope)
{
    public const string Aes256Gcm = "A256GCM";
}

/// <summary>A sealed part where it was found: the event it belongs to and the person the event is about.</summary>
public sealed record SealedEvent(Guid EventId, string Subject, SealedPart Part);

/// <summary>Answer to opening one sealed part. Closed: <see cref="Readable"/>, <see cref="Erased"/>, <see cref="Refused"/>.</summary>
public abstract record Opened
{
    private protected Opened() { }

    /// <summary>What was sealed.</summary>
    public sealed record Readable(JsonElement Data) : Opened;

    /// <summary>The person's key was destroyed: nobody can read this any more, and nothing is wrong.</summary>
    public sealed record Erased(DateTimeOffset At) : Opened;

    /// <summary>It does not open, and no erasure explains it.</summary>
    /// <param name="Code">One of <see cref="SealedCodes"/>.</param>
    public sealed record Refused(string Code) : Opened;
}

/// <summary>Why a sealed part does not open.</summary>
public static class SealedCodes
{
    /// <summary>Not an envelope of a kind that this build knows.</summary>
    public const string Unsupported = "sealed.unsupported";

    /// <summary>There is no such key, and no trace of its destruction: the key database is not the one it should be.</summary>
    public const string KeyMissing = "sealed.key-missing";

    /// <summary>The key is not the one that the event committed to.</summary>
    public const string WrongKey = "sealed.wrong-key";

    /// <summary>The key belongs to another person than the event.</summary>
    public const string OtherSubject = "sealed.other-subject";

    /// <summary>The envelope was made for another event.</summary>
    public const string Moved = "sealed.moved";

    /// <summary>The envelope was changed.</summary>
    public const string Tampered = "sealed.tampered";
}

/// <summary>Why sealed data is opened. Without one, nothing opens.</summary>
public abstract record OpeningPurpose
{
    private protected OpeningPurpose() { }

    /// <summary>A person or an outside system gets to see it: recorded before it is opened.</summary>
    /// <param name="Record">Id of the disclosure's event.</param>
    public sealed record Disclosure(string User, Guid Record) : OpeningPurpose;

    /// <summary>The platform itself works on it; nothing of it leaves.</summary>
    /// <param name="Component">The code that does, in kebab-case.</param>
    /// <param name="Why">In a few words, for whoever reads that code or the metric.</param>
    public sealed record Processing(string Component, string Why) : OpeningPurpose;

    [JsonIgnore]
    internal string Kind => this is Disclosure ? "disclosure" : "processing";
}
