using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.EventSourcing.Tests.Sealed;

/// <summary>Against the test data of RFC 8785's author (jcs-vectors.json, Apache-2.0).</summary>
public sealed class CanonicalJsonTests
{
    static readonly JsonElement Vectors = Read("jcs-vectors.json");

    internal static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Sealed", file))).RootElement;

    static string Canonical(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return CanonicalJson.Of(document.RootElement);
    }

    [Fact]
    public void Files_of_the_reference()
    {
        foreach (var file in Vectors.GetProperty("files").EnumerateArray())
        {
            using var document = JsonDocument.Parse(Convert.FromHexString(file.GetProperty("input_utf8_hex").GetString()!));
            Convert.ToHexStringLower(CanonicalJson.Utf8Of(document.RootElement)).ShouldBe(file.GetProperty("output_utf8_hex").GetString(), file.GetProperty("name").GetString());
        }
        foreach (var more in Vectors.GetProperty("more").EnumerateArray())
            Canonical(Encoding.UTF8.GetBytes(more.GetProperty("input").GetString()!)).ShouldBe(more.GetProperty("output").GetString());
    }

    [Theory]
    [InlineData("numbers_appendix_b")]
    [InlineData("numbers_first_1000")]
    public void Numbers_of_the_reference(string set)
    {
        var numbers = Vectors.GetProperty(set).EnumerateArray().Where(n => n.GetProperty("json").ValueKind is JsonValueKind.String).ToList();
        numbers.Count.ShouldBeGreaterThan(20);
        foreach (var number in numbers)
            CanonicalJson.Number(Value(number)).ShouldBe(number.GetProperty("json").GetString());
    }

    /// <summary>The reference's generator: fixed numbers, 2,000 in a row, then eight bytes each of a chain of SHA-256.</summary>
    [Theory]
    [InlineData(1_000)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void Many_numbers_have_the_hash_of_the_reference(int lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var number in Generated().Take(lines))
            hash.AppendData(Encoding.ASCII.GetBytes($"{BitConverter.DoubleToUInt64Bits(number):x},{CanonicalJson.Number(number)}\n"));
        Convert.ToHexStringLower(hash.GetHashAndReset()).ShouldBe(Vectors.GetProperty("numbers_sha256_by_lines").GetProperty(lines.ToString(CultureInfo.InvariantCulture)).GetString());
    }

    static IEnumerable<double> Generated()
    {
        const ulong firstInRow = 0x0010000000000000;
        const int chosen = 168;
        foreach (var number in Vectors.GetProperty("numbers_first_1000").EnumerateArray().Select(Value).Take(chosen))
            yield return number;
        for (var i = 0UL; i < 2_000; i++)
            yield return BitConverter.UInt64BitsToDouble(firstInRow + i);
        var block = new byte[32];
        while (true)
        {
            block = SHA256.HashData(block);
            for (var at = 0; at < block.Length; at += 8)
                if (BitConverter.ToDouble(block, at) is var number && number != 0 && double.IsFinite(number))
                    yield return number;
        }
    }

    static double Value(JsonElement number) => BitConverter.UInt64BitsToDouble(ulong.Parse(number.GetProperty("ieee_hex").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    [Fact]
    public void What_has_no_canonical_form_is_refused()
    {
        foreach (var invalid in Vectors.GetProperty("invalid").EnumerateArray())
            Should.Throw<JsonException>(() => Canonical(Encoding.UTF8.GetBytes(invalid.GetProperty("input").GetString()!)), invalid.GetProperty("input").GetString());
    }
}
