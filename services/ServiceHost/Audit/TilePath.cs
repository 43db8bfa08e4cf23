using System.Globalization;
using System.Text.RegularExpressions;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>Address of a tile within its level (C2SP tlog-tiles): <c>x001/x234/067</c>, and <c>.p/W</c> after it where only W hashes are wanted.</summary>
internal static partial class TilePath
{
    const int Whole = 256;

    /// <summary>Number and width; null if the path is none.</summary>
    public static (long N, int Width)? Parse(string path)
    {
        if (Form().Match(path) is not { Success: true } match)
            return null;
        var n = 0L;
        foreach (Capture group in match.Groups["g"].Captures)
            n = n * 1000 + int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        if (!match.Groups["w"].Success)
            return (n, Whole);
        return int.Parse(match.Groups["w"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) is > 0 and < Whole and var width ? (n, width) : null;
    }

    // Five groups are more leaves than an int64 of bytes could hold; no leading group of zeros, so that every tile has one address
    [GeneratedRegex("^(?!x000/)(?:x(?<g>[0-9]{3})/){0,4}(?<g>[0-9]{3})(?:\\.p/(?<w>[1-9][0-9]{0,2}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
