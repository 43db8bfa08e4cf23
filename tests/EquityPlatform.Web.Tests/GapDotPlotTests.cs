using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EquityPlatform.Contracts;

namespace EquityPlatform.Web.Tests;

public sealed partial class GapDotPlotTests
{
    [Fact]
    public async Task Dots_stand_in_proportion_to_their_rates()
    {
        var plot = GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("asian", 10, 100, 0.2, false), Pictures.Gap("black", 20, 100, 0.2, false), Pictures.Gap("hispanic", 30, 100, 0.2, false)]), "District");

        var x = Dots(await Pictures.Render(plot));

        x.Count.ShouldBe(3);
        (x[1] - x[0]).ShouldBe(x[2] - x[1], 0.1);
        // Scale 0..0.4 on 210..600
        plot.Scale.Ticks.ShouldBe([0, 0.1, 0.2, 0.3, 0.4]);
        x[0].ShouldBe(210 + 0.1 / 0.4 * 390, 0.1);
    }

    [Fact]
    public async Task Bars_end_at_the_interval_and_the_reference_line_at_the_reference()
    {
        var plot = GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("asian", 30, 100, 0.2, false)]), "District");
        var svg = Svg(await Pictures.Render(plot));

        var bar = svg.Descendants("line").Single(l => (string?)l.Attribute("class") == "chart__bar");
        Number(bar, "x1").ShouldBe(plot.Scale.At(0.25, 210, 600), 0.1);
        Number(bar, "x2").ShouldBe(plot.Scale.At(0.35, 210, 600), 0.1);
        var reference = svg.Descendants("g").Single(g => (string?)g.Attribute("class") == "chart__reference");
        Number(reference.Element("line")!, "x1").ShouldBe(plot.Scale.At(0.2, 210, 600), 0.1);
        reference.Element("text")!.Value.ShouldBe("all students");
    }

    [Fact]
    public void Rows_come_in_district_order_never_by_size() =>
        GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("white", 30, 100, 0.2, false), Pictures.Gap("asian", 10, 100, 0.2, false), Pictures.Gap("black", 40, 100, 0.2, false)]), "District")
            .Rows.Select(r => r.Group).ShouldBe(["asian", "black", "white"]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hidden_group_is_hatched_and_none_of_its_numbers_leaves(bool narrow)
    {
        // 7 of 913: neither number nor their rate may be anywhere in the picture, the table or the sentences
        var analysis = Pictures.Analysis([Pictures.Gap("asian", 20, 100, 0.2, true), Pictures.Without("black", ValueState.Suppressed, 7, 913)]);
        foreach (var language in new[] { Language.English, Language.Spanish })
        {
            var plot = GapPlot.From(language, analysis, "District");
            var html = await Pictures.Render(plot, narrow, language);
            var table = await Pictures.Render<Web.Charts.GapTable>(new() { ["Plot"] = plot, ["Caption"] = "Table" }, language);

            var row = Svg(html).Descendants("g").Single(g => (string?)g.Attribute("data-group") == "black");
            ((string?)row.Element("rect")!.Attribute("fill")).ShouldStartWith("url(#");
            row.Descendants("circle").ShouldBeEmpty();
            row.Value.ShouldContain(language[IndicatorTexts.Hidden]);
            foreach (var output in new[] { html, table, plot.Title, plot.Summary })
            {
                output.ShouldNotContain("913");
                output.ShouldNotContain("0.8");
                output.ShouldNotContain(">7<");
            }
            plot.Summary.ShouldContain(language[IndicatorTexts.SummaryHidden, GroupTexts.Label(language, "raceEthnicity", "black")]);
        }
    }

    [Fact]
    public async Task Missing_is_not_zero_and_zero_is_a_value()
    {
        var plot = GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("asian", 0, 100, 0.2, false), Pictures.Without("black", ValueState.Missing), Pictures.Without("white", ValueState.NotApplicable)]), "District");
        var svg = Svg(await Pictures.Render(plot));

        Row(svg, "asian").Descendants("circle").Count().ShouldBe(1);
        Row(svg, "black").Descendants("circle").ShouldBeEmpty();
        Row(svg, "black").Value.ShouldContain("no data");
        svg.Descendants("g").ShouldNotContain(g => (string?)g.Attribute("data-group") == "white");
        plot.Summary.ShouldContain("No students here in these groups: White.");
    }

    [Fact]
    public async Task An_unclear_difference_says_so_in_shape_and_words()
    {
        var svg = Svg(await Pictures.Render(GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("asian", 21, 100, 0.2, true)]), "District")));

        Row(svg, "asian").Descendants("circle").Single().Attribute("class")!.Value.ShouldContain("chart__dot--unsure");
        Row(svg, "asian").Value.ShouldContain("too few to tell");
    }

    [Fact]
    public async Task Nothing_in_the_picture_needs_inline_style_or_script()
    {
        var html = await Pictures.Render(GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("asian", 21, 100, 0.2, true), Pictures.Without("black", ValueState.Suppressed)]), "District"));

        html.ShouldNotContain("style=");
        html.ShouldNotContain("<script");
        InlineHandler().IsMatch(html).ShouldBeFalse();
    }

    [Fact]
    public async Task Everything_drawn_stays_inside_the_picture()
    {
        var plot = GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("asian", 0, 100, 0.2, false), Pictures.Gap("white", 100, 100, 0.2, false)]), "District");
        foreach (var narrow in new[] { false, true })
        {
            var svg = Svg(await Pictures.Render(plot, narrow));
            var width = narrow ? 340 : 900;
            svg.Descendants("circle").Select(c => Number(c, "cx")).ShouldAllBe(x => x >= 0 && x <= width);
            svg.Descendants("line").SelectMany(l => new[] { Number(l, "x1"), Number(l, "x2") }).ShouldAllBe(x => x >= 0 && x <= width);
        }
    }

    private static XElement Svg(string html) => XElement.Parse(html[html.IndexOf("<svg", StringComparison.Ordinal)..].Replace("&#xA0;", " ", StringComparison.Ordinal));

    private static XElement Row(XElement svg, string group) => svg.Descendants("g").Single(g => (string?)g.Attribute("data-group") == group);

    private static List<double> Dots(string html) => [.. Svg(html).Descendants("circle").Select(c => Number(c, "cx"))];

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\son[a-z]+=")]
    private static partial Regex InlineHandler();
}
