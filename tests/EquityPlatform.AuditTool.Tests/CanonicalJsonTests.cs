using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EquityPlatform.AuditTool.Canonical;

namespace EquityPlatform.AuditTool.Tests;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void Files_of_the_reference_have_their_canonical_form()
    {
        var files = Vector.File("jcs.json").GetProperty("files").EnumerateArray().ToArray();
        files.Length.ShouldBe(6);
        foreach (var file in files)
            Convert.ToHexStringLower(CanonicalJson.Of(file.Hex("input_utf8_hex"))).ShouldBe(file.Text("output_utf8_hex"), file.Text("name"));
    }

    [Fact]
    public void More_texts_have_their_canonical_form()
    {
        foreach (var one in Vector.File("jcs.json").GetProperty("more").EnumerateArray())
            Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(one.Text("input")))).ShouldBe(one.Text("output"));
    }

    [Fact]
    public void What_has_no_canonical_form_is_refused()
    {
        var texts = Vector.File("jcs.json").GetProperty("invalid").EnumerateArray().Select(one => one.Text("input")).ToArray();
        texts.Length.ShouldBe(16);
        foreach (var text in texts)
            Should.Throw<NotCanonicalException>(() => CanonicalJson.Of(Encoding.UTF8.GetBytes(text)), text);
        Should.Throw<NotCanonicalException>(() => CanonicalJson.Of("{\"\\ud800\":1}"u8));
    }

    [Fact]
    public void Numbers_are_written_as_in_the_appendix_of_the_RFC()
    {
        foreach (var one in Vector.File("jcs.json").GetProperty("numbers_appendix_b").EnumerateArray())
            Number(one.Text("ieee_hex")).ShouldBe(one.Text("json"));
    }

    [Fact]
    public void A_thousand_numbers_have_the_digits_and_the_hash_of_the_reference()
    {
        var jcs = Vector.File("jcs.json");
        var lines = new StringBuilder();
        foreach (var one in jcs.GetProperty("numbers_first_1000").EnumerateArray())
        {
            Number(one.Text("ieee_hex")).ShouldBe(one.Text("json"));
            lines.Append(one.Text("ieee_hex")).Append(',').Append(Number(one.Text("ieee_hex"))).Append('\n');
        }
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(lines.ToString()))).ShouldBe(jcs.GetProperty("numbers_sha256_by_lines").Text("1000"));
    }

    static string Number(string hex) => CanonicalJson.Number(BitConverter.UInt64BitsToDouble(ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
}
