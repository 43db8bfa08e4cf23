using System.Text.Json;

namespace EquityPlatform.Benchmarks;

/// <summary>One result. The target is for the ratio to the baseline where there is one, else for the value.</summary>
internal sealed record Figure(string Name, double Value, string Unit, double? Baseline, double? Ratio, double? Target, bool? Met)
{
    /// <summary>At least so many times the baseline.</summary>
    public static Figure AtLeast(string name, double value, string unit, double baseline, double target) =>
        new(name, Rounded(value), unit, Rounded(baseline), Rounded(value / baseline), target, value / baseline >= target);

    /// <summary>At least so much.</summary>
    public static Figure AtLeast(string name, double value, string unit, double target) => new(name, Rounded(value), unit, null, null, target, value >= target);

    /// <summary>At most so much.</summary>
    public static Figure AtMost(string name, double value, string unit, double target) => new(name, Rounded(value), unit, null, null, target, value <= target);

    static double Rounded(double value) => Math.Round(value, value >= 1000 ? 0 : value >= 10 ? 1 : 3);
}

/// <summary>Prints: sentences for people, or with <c>--json</c> one object a line on the output and the sentences on the error output.</summary>
internal sealed class Report(bool json)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public bool AllMet { get; private set; } = true;

    public void Say(string sentence) => (json ? Console.Error : Console.Out).WriteLine(sentence);

    public void Add(Figure figure)
    {
        AllMet &= figure.Met != false;
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(figure, Json));
        var compared = figure.Ratio is { } ratio ? $", {ratio:0.00} x the baseline of {figure.Baseline:#,0.##}" : "";
        var judged = figure.Target is { } target ? $" (target {target:#,0.##}: {(figure.Met == true ? "met" : "NOT met")})" : "";
        Say(FormattableString.Invariant($"= {figure.Name}: {figure.Value:#,0.##} {figure.Unit}{compared}{judged}"));
    }
}
