using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EquityPlatform.AuditTool.Canonical;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>The quick look at canonical text and the slow making of it say the same.</summary>
public sealed class CanonicalScanTests
{
    static readonly string[] Names = ["a", "b", "aa", "B", "", "a b", "ä", "€", "\ud83d\ude00", "\ufb33", "a\"b", "a\\b", "\n", "zz", "_", "user", "~", "\u007f"];
    static readonly string[] Numbers = ["0", "-0", "1", "-1", "01", "1.0", "1.5", "-1.5", "1e3", "1E3", "1e+21", "1e21", "1e-7", "0.000001", "1e400", ".5", "+1", "999999999999999", "9999999999999999", "12345678901234567890", "1.", "-", "333333333.33333329", "4.5", "5e-324", "00", "-01", "0.10"];

    [Fact]
    public void Whatever_the_scan_accepts_is_its_own_canonical_form_and_the_slow_form_of_plain_names_is_accepted()
    {
        var random = new Random(17);
        var (accepted, refused) = (0, 0);
        for (var i = 0; i < 60_000; i++)
        {
            var text = new StringBuilder();
            Write(text, random, 0);
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            if (i % 3 == 0)
                Damage(bytes, random);
            Check(bytes);
            if (Slow(bytes) is not { } canonical)
                continue;
            Check(canonical);
            Damage(canonical, random);
            Check(canonical);
        }
        accepted.ShouldBeGreaterThan(5_000);
        refused.ShouldBeGreaterThan(5_000);

        void Check(byte[] json)
        {
            var slow = Slow(json);
            var same = slow is not null && slow.AsSpan().SequenceEqual(json);
            if (CanonicalScan.IsCanonical(json))
            {
                same.ShouldBeTrue(Encoding.UTF8.GetString(json));
                accepted++;
            }
            else
            {
                // Only names are left to the slow form
                if (same)
                    HasOddName(JsonNode.Parse(json)).ShouldBeTrue(Encoding.UTF8.GetString(json));
                refused++;
            }
        }
    }

    [Fact]
    public void Every_text_and_number_of_the_reference_is_accepted_in_its_canonical_form_only()
    {
        foreach (var one in Vector.File("jcs.json").GetProperty("more").EnumerateArray())
        {
            var (input, output) = (Encoding.UTF8.GetBytes(one.Text("input")), Encoding.UTF8.GetBytes(one.Text("output")));
            if (CanonicalScan.IsCanonical(input))
                input.ShouldBe(output);
        }
        foreach (var one in Vector.File("jcs.json").GetProperty("invalid").EnumerateArray())
            CanonicalScan.IsCanonical(Encoding.UTF8.GetBytes(one.Text("input"))).ShouldBeFalse(one.Text("input"));
        foreach (var one in Vector.File("jcs.json").GetProperty("numbers_first_1000").EnumerateArray())
            CanonicalScan.IsCanonical(Encoding.ASCII.GetBytes(one.Text("json"))).ShouldBeTrue();
        foreach (var bytes in new byte[][] { [], [(byte)'"', 0xff, (byte)'"'], [(byte)'"', 0xed, 0xa0, 0x80, (byte)'"'], [(byte)'"', 0xc3, (byte)'"'], [0xef, 0xbb, 0xbf, (byte)'1'] })
            CanonicalScan.IsCanonical(bytes).ShouldBeFalse();
        for (var control = 0; control < 0x20; control++)
            foreach (var escape in new[] { $"\"\\u{control:x4}\"", $"\"\\u{control:X4}\"", "\"" + (char)control + "\"", "\"\\" + "bfnrt\"\\/0u"[control % 10] + "\"" })
                CanonicalScan.IsCanonical(Encoding.UTF8.GetBytes(escape)).ShouldBe(Slow(Encoding.UTF8.GetBytes(escape)) is { } slow && Encoding.UTF8.GetString(slow) == escape, escape);
    }

    [Fact]
    public void A_line_read_quickly_has_the_pieces_of_one_read_slowly_and_a_damaged_one_is_judged_the_same()
    {
        var random = new Random(18);
        var (good, bad) = (0, 0);
        for (var i = 0; i < 4_000; i++)
        {
            var e = MadeLog.Event(i, random);
            if (i % 6 == 3)
                e["sealed"]!["envelope"] = null;
            var line = Encoding.UTF8.GetBytes(MadeLog.Canonical(e));
            if (i % 2 == 1)
                for (var times = random.Next(1, 4); times > 0; times--)
                    Damage(line, random);
            // A blank in front bars the quick way
            var (quick, slow) = (Pieces(line), Pieces([(byte)' ', .. line]));
            quick.ShouldBe(slow, Encoding.UTF8.GetString(line));
            _ = quick is null ? bad++ : good++;
        }
        good.ShouldBeGreaterThan(2_000);
        bad.ShouldBeGreaterThan(300);
    }

    static string? Pieces(byte[] line)
    {
        var read = new EventLine();
        try
        {
            read.Read(line);
        }
        catch (MalformedException)
        {
            return null;
        }
        return string.Join('\u0001', new[] { read.Canonical, read.Event, read.Public, read.Meta, read.Alg, read.Kid, read.Commitment, read.Envelope, read.WithoutEnvelope() }.Select(piece => Convert.ToHexString(piece.Span)))
            + string.Create(CultureInfo.InvariantCulture, $"{read.Index}{read.HasSealed}{read.LacksEnvelope}");
    }

    static byte[]? Slow(byte[] json)
    {
        try
        {
            return CanonicalJson.Of(json);
        }
        catch (NotCanonicalException)
        {
            return null;
        }
    }

    static void Damage(byte[] bytes, Random random)
    {
        if (bytes.Length > 0)
            bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"\",:{}[]0123456789\\ue+-. \n"[random.Next(25)];
    }

    static bool HasOddName(JsonNode? node) => node switch
    {
        JsonObject members => members.Any(member => member.Key.Any(c => c is < ' ' or > '~' or '"' or '\\') || HasOddName(member.Value)),
        JsonArray items => items.Any(HasOddName),
        _ => false,
    };

    static void Write(StringBuilder text, Random random, int depth)
    {
        switch (random.Next(depth > 3 ? 5 : 8))
        {
            case 0:
                text.Append("true,false,null".Split(',')[random.Next(3)]);
                break;
            case 1 or 2:
                text.Append(random.Next(2) == 0 ? Numbers[random.Next(Numbers.Length)] : random.Next(100_000).ToString(CultureInfo.InvariantCulture));
                break;
            case 3 or 4:
                Text(text, random);
                break;
            case 5:
                text.Append('[');
                for (int i = 0, count = random.Next(4); i < count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    Write(text, random, depth + 1);
                }
                text.Append(']');
                break;
            default:
                text.Append('{');
                for (int i = 0, count = random.Next(5); i < count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    if (random.Next(4) == 0)
                        Text(text, random);
                    else
                        text.Append('"').Append((char)('a' + i + random.Next(2))).Append('"');
                    text.Append(random.Next(30) == 0 ? " :" : ":");
                    Write(text, random, depth + 1);
                }
                text.Append('}');
                break;
        }
    }

    static void Text(StringBuilder text, Random random)
    {
        text.Append('"');
        foreach (var c in Names[random.Next(Names.Length)])
            _ = random.Next(8) == 0 ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : c is '"' or '\\' ? text.Append('\\').Append(c)
                : c == '\n' ? text.Append("\\n") : text.Append(c);
        text.Append('"');
    }
}
