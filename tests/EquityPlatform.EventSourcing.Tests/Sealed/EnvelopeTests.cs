using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.EventSourcing.Tests.Sealed;

public sealed class EnvelopeTests
{
    const string Origin = "audit.example.org/audit/ingestion/0612345";
    static readonly byte[] Secret = [.. Enumerable.Repeat((byte)0x11, 32)];
    static readonly SubjectKey Key = new("k_2b1f0c9e-7a10-4c55-9d35-0d3f9c1e7a01", Secret);
    static readonly Guid Event = new("018f5e7c-0000-7000-8000-000000000001");
    static readonly Guid OtherEvent = new("018f5e7c-0000-7000-8000-000000000002");
    static readonly object Ines = new { student = "Inés Ñandú", born = new DateOnly(2012, 2, 29) };

    /// <summary>Made by another implementation (Go's AES-GCM and HMAC, JCS by its author).</summary>
    [Fact]
    public void Bytes_are_those_of_the_known_answer()
    {
        var vectors = CanonicalJsonTests.Read("envelope-vectors.json");
        var sealedCases = vectors.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("priv").EnumerateObject().Any()).ToList();
        sealedCases.ShouldNotBeEmpty();
        foreach (var one in sealedCases)
        {
            var priv = one.GetProperty("priv");
            var leaf = JsonDocument.Parse(one.GetProperty("leaf").GetString()!).RootElement;
            var (kid, id) = (leaf.GetProperty("priv").GetProperty("kid").GetString()!, leaf.GetProperty("event").GetProperty("id").GetGuid());
            var dek = Convert.FromHexString(priv.GetProperty("dek_hex").GetString()!);
            var aad = Envelopes.Aad(vectors.GetProperty("origin").GetString()!, id, kid);
            Encoding.UTF8.GetString(aad).ShouldBe(priv.GetProperty("aad").GetString());
            var json = priv.GetProperty("plaintext_jcs").GetString()!;
            CanonicalJson.Of(JsonDocument.Parse(json).RootElement).ShouldBe(json);
            var envelope = Envelopes.Seal(dek, Convert.FromHexString(priv.GetProperty("nonce_hex").GetString()!), Encoding.UTF8.GetBytes(json), aad);
            Convert.ToBase64String(envelope).ShouldBe(priv.GetProperty("envelope_nonce_ct_tag_b64").GetString());
            Convert.ToBase64String(SHA256.HashData(envelope)).ShouldBe(leaf.GetProperty("priv").GetProperty("ct").GetString());
            Convert.ToBase64String(Envelopes.Commitment(dek, kid)).ShouldBe(priv.GetProperty("kc_b64").GetString());
            Encoding.UTF8.GetString(Envelopes.Open(dek, envelope, aad)!).ShouldBe(json);
        }
        foreach (var one in vectors.GetProperty("cases").EnumerateArray())
            CanonicalJson.Of(JsonDocument.Parse(one.GetProperty("leaf").GetString()!).RootElement).ShouldBe(one.GetProperty("leaf").GetString());
    }

    [Fact]
    public void What_was_sealed_opens_for_its_event()
    {
        var part = Key.Seal(Origin, Event, Ines);
        part.Alg.ShouldBe("A256GCM");
        Key.Open(Origin, Event, part, []).ShouldBeOfType<Opened.Readable>().Data.GetProperty("student").GetString().ShouldBe("Inés Ñandú");
    }

    [Fact]
    public void Sealing_again_is_the_same_part_and_another_content_has_another_nonce()
    {
        Key.Seal(Origin, Event, Ines).ShouldBe(Key.Seal(Origin, Event, Ines));
        string[] nonces = [Nonce(Key.Seal(Origin, Event, Ines)), Nonce(Key.Seal(Origin, OtherEvent, Ines)), Nonce(Key.Seal(Origin, Event, new { student = "Bo" }))];
        nonces.Distinct().Count().ShouldBe(3);

        static string Nonce(SealedPart part) => Convert.ToHexString(Convert.FromBase64String(part.Envelope)[..Envelopes.NonceLength]);
    }

    [Fact]
    public void Nothing_of_the_text_shows()
    {
        var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Key.Seal(Origin, Event, Ines)));
        bytes.AsSpan().IndexOf("In"u8).ShouldBe(-1);
        Convert.FromBase64String(Key.Seal(Origin, Event, Ines).Envelope).AsSpan().IndexOf("2012"u8).ShouldBe(-1);
    }

    [Fact]
    public void A_wrong_key_a_changed_and_a_moved_envelope_are_told_apart()
    {
        var part = Key.Seal(Origin, Event, Ines);
        Code(new SubjectKey(Key.Kid, [.. Enumerable.Repeat((byte)7, 32)]).Open(Origin, Event, part, [])).ShouldBe(SealedCodes.WrongKey);
        Code(Key.Open(Origin, OtherEvent, part, [Event, OtherEvent])).ShouldBe(SealedCodes.Moved);
        Code(Key.Open("elsewhere.example.org/audit/ingestion/0612345", Event, part, [Event])).ShouldBe(SealedCodes.Tampered);
        Code(Key.Open(Origin, Event, part with { Alg = "none" }, [])).ShouldBe(SealedCodes.Unsupported);
        Code(Key.Open(Origin, Event, part with { Envelope = "AAAA" }, [])).ShouldBe(SealedCodes.Unsupported);
        Code(Key.Open(Origin, Event, part with { Kc = "%" }, [])).ShouldBe(SealedCodes.Unsupported);
    }

    [Fact]
    public void Any_changed_byte_is_noticed()
    {
        var part = Key.Seal(Origin, Event, Ines);
        var envelope = Convert.FromBase64String(part.Envelope);
        for (var i = 0; i < envelope.Length; i++)
        {
            var changed = envelope.ToArray();
            changed[i] ^= 0x20;
            Code(Key.Open(Origin, Event, part with { Envelope = Convert.ToBase64String(changed) }, [Event])).ShouldBe(SealedCodes.Tampered);
        }
    }

    static string Code(Opened opened) => opened.ShouldBeOfType<Opened.Refused>().Code;
}
