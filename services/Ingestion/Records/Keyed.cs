using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.Ingestion.Records;

/// <summary>
/// Keyed hashes of one tenant and source. External ids and contents are kept only as these, so that nothing stored or
/// published can be guessed back without the district's key.
/// </summary>
internal sealed class Keyed(byte[] districtKey, string tenant, string source)
{
    readonly byte[] index = Derive(districtKey, "index", tenant, source);
    readonly Hmac content = new(Derive(districtKey, "content", tenant, source));
    readonly byte[] marks = Derive(districtKey, "marks", tenant, source);
    readonly Hmac events = new(Derive(districtKey, "events", tenant, source));
    readonly Hmac numbers = new(Derive(districtKey, "numbers", tenant, ""));

    public string Tenant { get; } = tenant;
    public string Source { get; } = source;

    /// <summary>First ids of persons whose id in the source changed, by the later ones (blind indexes both); null if nobody's did.</summary>
    Dictionary<Guid, Guid>? first;

    /// <summary>Some person has several ids.</summary>
    public bool HasLinks => first is not null;

    /// <summary>From here on an id stands for an earlier one of the same person. Before any key is asked for.</summary>
    public void Link(Guid blind, Guid standsFor) => (first ??= [])[blind] = standsFor;

    /// <summary>
    /// Blind index of a record's key in the source system. Keys differ by case. Of records about persons it is made of the blind index of the person's first id, so that
    /// they stay where they are when the source gives the person another id.
    /// </summary>
    public Guid Record(RecordKind kind, string key)
    {
        var text = key.AsSpan();
        if (!kind.BeginsWithPerson())
            return Hash(kind).Finish(MemoryMarshal.AsBytes(text), 8);
        var end = text.IndexOf('\n');
        var blind = Hash(RecordKind.Person).Finish(MemoryMarshal.AsBytes(end < 0 ? text : text[..end]), 8);
        if (first is not null && first.TryGetValue(blind, out var earlier))
            blind = earlier;
        if (kind == RecordKind.Person)
            return blind;
        var hash = Hash(kind);
        hash.Add(blind);
        return hash.Finish(end < 0 ? [] : MemoryMarshal.AsBytes(text[(end + 1)..]), 24);
    }

    SipHash Hash(RecordKind kind)
    {
        var hash = new SipHash(index);
        hash.Add((ulong)(short)kind);
        return hash;
    }

    /// <summary>Tells whether a record says something else than before; stays in the database.</summary>
    public long Mark(RecordKind kind, Guid? owner, string text)
    {
        var hash = new SipHash(marks);
        hash.Add((ulong)(short)kind);
        hash.Add(owner ?? Guid.Empty);
        var whole = hash.Finish(MemoryMarshal.AsBytes(text.AsSpan()), 24);
        return MemoryMarshal.Cast<Guid, long>(MemoryMarshal.CreateReadOnlySpan(ref whole, 1))[0];
    }

    /// <summary>Blind index of a number of a system, the same for all sources of the district.</summary>
    public Guid Number(string system, string value) => numbers.Hash($"{system}\n{value}").First;

    /// <summary>Hash of what a record says, for its events: what it was before and what it is after.</summary>
    public Guid Content(RecordKind kind, string text) => content.Hash($"{(short)kind}\n{text}").First;

    /// <summary>
    /// Id of the event that a row of a feed gives rise to, the same however often the feed is applied; and the salt of an event about a student: random to everyone without
    /// the district's key, yet the same on a repeat.
    /// </summary>
    /// <param name="key">What tells it from others of the same row and kind. Never an id of a person in the source system: the event outlives an erasure.</param>
    public (Guid Id, string Salt) Event(Guid feed, string file, int row, RecordKind kind, string key)
    {
        var (id, salt) = events.Hash($"{feed:N}\n{file}\n{row}\n{(short)kind}\n{key}");
        return (AsUuid(id), salt.ToString("N"));
    }

    static byte[] Derive(byte[] districtKey, string purpose, string tenant, string source) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, districtKey, 32, info: Encoding.UTF8.GetBytes($"equity/ingestion/{purpose}\n{tenant}\n{source}"));

    /// <summary>Marks the bits as a name-based UUID (version 8, RFC 9562).</summary>
    static Guid AsUuid(Guid hash)
    {
        Span<byte> bytes = stackalloc byte[16];
        hash.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
