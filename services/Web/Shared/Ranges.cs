using System.Globalization;
using System.Text;

namespace EquityPlatform.Web;

/// <summary>Row numbers as people write them: 3, 7–9, 12.</summary>
internal static class Ranges
{
    public static string Of(IEnumerable<int> numbers)
    {
        var sorted = numbers.Distinct().Order().ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < sorted.Length;)
        {
            var end = i;
            while (end + 1 < sorted.Length && sorted[end + 1] == sorted[end] + 1)
                end++;
            if (text.Length > 0)
                text.Append(", ");
            text.Append(sorted[i].ToString(CultureInfo.InvariantCulture));
            if (end > i)
                text.Append(end == i + 1 ? ", " : "\u2013").Append(sorted[end].ToString(CultureInfo.InvariantCulture));
            i = end + 1;
        }
        return text.ToString();
    }
}
