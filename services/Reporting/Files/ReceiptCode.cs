using System.Security.Cryptography;
using System.Text;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Reporting.Files;

/// <summary>
/// Short code of a released number: 50 bits of a hash over the release and the cell's place, never over its value, in
/// Crockford's alphabet (no I, L, O, U), so that it can be read out and typed.
/// </summary>
internal static class ReceiptCode
{
    const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const int Length = 10;

    public static string Of(Guid releaseId, IndicatorCell cell)
    {
        var place = FormattableString.Invariant($"equity-receipt/1\n{releaseId:D}\n{cell.Indicator}\n{cell.Version}\n{cell.School}\n{cell.Dimension}\n{cell.Group}");
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(place)));
        return string.Create(Length, bits, static (code, bits) =>
        {
            for (var i = 0; i < code.Length; i++)
                code[i] = Alphabet[(int)(bits >> (59 - 5 * i)) & 31];
        });
    }

    /// <summary>As people write it: any case, spaces and hyphens left out, O for 0, I and L for 1. Null if it cannot be a code.</summary>
    public static string? Read(string text)
    {
        var code = new string([.. text.Where(c => c is not (' ' or '-')).Select(char.ToUpperInvariant).Select(c => c switch { 'O' => '0', 'I' or 'L' => '1', _ => c })]);
        return code.Length == Length && code.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) ? code : null;
    }
}
