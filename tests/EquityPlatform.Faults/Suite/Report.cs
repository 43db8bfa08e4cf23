using System.Globalization;
using System.Text;
using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Faults.Suite;

/// <summary>The table at the end.</summary>
static class Report
{
    public static string Of(IReadOnlyList<FaultResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{"fault",-36} {"struck at",-44} {"invariants",-22} result");
        foreach (var result in results)
            text.AppendLine(CultureInfo.InvariantCulture, $"{result.Name,-36} {Short(result.StruckAt),-44} {result.Invariants,-22} {(result.Skipped is { } reason ? $"SKIPPED: {reason}" : result.Broken is { } broken ? $"FAILED: {broken}" : "passed")} ({result.Took.TotalSeconds:0.0} s)");
        return text.Append(CultureInfo.InvariantCulture, $"{results.Count(result => result.Passed)} passed, {results.Count(result => result.Broken is not null)} failed").ToString();
    }

    static string Short(string text) => text.Length > 44 ? $"{text[..43]}…" : text;
}
