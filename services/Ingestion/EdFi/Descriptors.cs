using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>What the codes of one descriptor mean here. A code that means nothing on purpose has the value <see cref="Nothing"/>.</summary>
internal sealed class DescriptorMap(params ReadOnlySpan<(string Means, string[] Codes)> meanings)
{
    public const string Nothing = "";

    readonly FrozenDictionary<string, string> byCode = Build(meanings);

    static FrozenDictionary<string, string> Build(ReadOnlySpan<(string Means, string[] Codes)> meanings)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (means, codes) in meanings)
            foreach (var code in codes)
                all.Add(Descriptor.Fold(code), means);
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public string? Exact(string folded) => byCode.GetValueOrDefault(folded);

    /// <summary>The one meaning of all codes that a single slip of the keyboard tells from this one; null if there is none or more than one.</summary>
    public string? Near(string folded)
    {
        if (folded.Length < 5)
            return null;
        string? found = null;
        foreach (var (code, means) in byCode)
            if (code.Length >= 5 && Descriptor.OneSlip(code, folded))
            {
                if (found is not null && found != means)
                    return null;
                found = means;
            }
        return found;
    }
}

/// <summary>A descriptor value, <c>uri://namespace/NameDescriptor#code</c>.</summary>
internal static partial class Descriptor
{
    /// <summary>The code behind the #; the whole text of systems that send the code alone.</summary>
    public static string Code(string raw) => raw[(raw.LastIndexOf('#') + 1)..].Trim();

    /// <summary>Letters and digits in lower case: systems differ in case, hyphens and blanks.</summary>
    public static string Fold(string code) => string.Create(code.Count(char.IsLetterOrDigit), code, static (target, text) =>
    {
        var at = 0;
        foreach (var c in text)
            if (char.IsLetterOrDigit(c))
                target[at++] = char.ToLowerInvariant(c);
    });

    /// <summary>True if one letter was left out, added, replaced or swapped with its neighbour.</summary>
    public static bool OneSlip(string one, string other)
    {
        if (one.Length > other.Length)
            (one, other) = (other, one);
        if (other.Length - one.Length > 1)
            return false;
        var at = one.AsSpan().CommonPrefixLength(other);
        ReadOnlySpan<char> left = one.AsSpan(at), right = other.AsSpan(at);
        return left.Length != right.Length ? left.SequenceEqual(right[1..])
            : left.Length == 0 || left[1..].SequenceEqual(right[1..])
                || (left.Length > 1 && left[0] == right[1] && left[1] == right[0] && left[2..].SequenceEqual(right[2..]));
    }

    /// <summary>The value for a finding, where it has the form of a descriptor: then it is a code and nobody's name.</summary>
    public static string Shown(string raw) => Form().IsMatch(raw) ? raw : "(not shown)";

    [GeneratedRegex(@"^uri://[A-Za-z0-9./_-]{1,80}Descriptor#.{1,60}$")]
    private static partial Regex Form();
}
