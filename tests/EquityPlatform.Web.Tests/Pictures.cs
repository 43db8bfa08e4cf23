using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EquityPlatform.Web.Tests;

/// <summary>Renders a component to HTML, and makes gap analyses to render.</summary>
internal static class Pictures
{
    public static readonly IndicatorDefinition ChronicAbsence = new("chronic-absence", 1, "students", false, "ESSA", new Dictionary<string, string>());
    public static readonly IndicatorDefinition Attendance = new("average-daily-attendance", 1, "tenThousandthsOfADay", true, "NCES", new Dictionary<string, string>());

    public static async Task<string> Render<TComponent>(Dictionary<string, object?> parameters, Language? language = null)
        where TComponent : IComponent
    {
        await using var services = new ServiceCollection().AddSingleton(language ?? Language.English).BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    public static Task<string> Render(GapPlot plot, bool narrow = false, Language? language = null) =>
        Render<Web.Charts.GapDotPlot>(new() { ["Model"] = plot, ["Narrow"] = narrow }, language);

    public static GapToReference Gap(string group, long numerator, long denominator, double reference, bool tooFew, string dimension = StudentGroups.RaceEthnicity)
    {
        var rate = (double)numerator / denominator;
        return new(new("chronic-absence", 1, 2011, "district", dimension, group, numerator == 0 ? ValueState.Zero : ValueState.Value, numerator, denominator, (int)denominator, rate, Math.Max(0, rate - 0.05), rate + 0.05),
            rate - reference, rate - reference - 0.05, rate - reference + 0.05, reference == 0 ? null : rate / reference, 0.5, 2, tooFew);
    }

    /// <summary>A cell in a state without number; numbers given here are ones that must never come out.</summary>
    public static GapToReference Without(string group, string state, long? numerator = null, long? denominator = null) =>
        new(new("chronic-absence", 1, 2011, "district", StudentGroups.RaceEthnicity, group, state, numerator, denominator, (int?)denominator,
            numerator is { } n && denominator is { } d ? (double)n / d : null, null, null), null, null, null, null, null, null, false);

    public static GapAnalysis Analysis(IReadOnlyList<GapToReference> gaps, string reference = StudentGroups.All, double? rate = 0.2, IndicatorDefinition? definition = null) =>
        new(definition ?? ChronicAbsence, 2011, "district", StudentGroups.RaceEthnicity, reference,
            rate is { } r ? new("chronic-absence", 1, 2011, "district", "all", "all", ValueState.Value, (long)(r * 1000), 1000, 1000, r, r - 0.02, r + 0.02) : null,
            new Dictionary<string, long> { ["ingestion"] = 7 }, [], gaps);
}
