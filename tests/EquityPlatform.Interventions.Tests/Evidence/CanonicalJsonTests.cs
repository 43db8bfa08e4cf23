using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EquityPlatform.Interventions.Tests.Evidence;

/// <summary>Against the test data of RFC 8785's author (jcs-vectors.json, Apache-2.0).</summary>
public sealed class CanonicalJsonTests
{
    static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evidence", "jcs-vectors.json"))).RootElement;

    static string Canonical(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return CanonicalJson.Of(document.RootElement);
    }

    [Fact]
    public void Files_of_the_reference()
    {
        foreach (var file in Vectors.GetProperty("files").EnumerateArray())
            Canonical(Convert.FromHexString(file.GetProperty("input_utf8_hex").GetString()!)).ShouldBe(file.GetProperty("output").GetString(), file.GetProperty("name").GetString());
        foreach (var more in Vectors.GetProperty("more").EnumerateArray())
            Canonical(Encoding.UTF8.GetBytes(more.GetProperty("input").GetString()!)).ShouldBe(more.GetProperty("output").GetString());
    }

    [Theory]
    [InlineData("numbers_appendix_b")]
    [InlineData("numbers_first")]
    public void Numbers_of_the_reference(string set)
    {
        foreach (var number in Vectors.GetProperty(set).EnumerateArray())
        {
            if (number.GetProperty("json").ValueKind is not JsonValueKind.String)
                continue;
            var bits = ulong.Parse(number.GetProperty("ieee_hex").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            CanonicalJson.Number(BitConverter.UInt64BitsToDouble(bits)).ShouldBe(number.GetProperty("json").GetString());
        }
    }

    [Fact]
    public void What_has_no_canonical_form_is_refused()
    {
        foreach (var invalid in Vectors.GetProperty("invalid").EnumerateArray())
            Should.Throw<JsonException>(() => Canonical(Encoding.UTF8.GetBytes(invalid.GetProperty("input").GetString()!)), invalid.GetProperty("input").GetString());
    }
}
