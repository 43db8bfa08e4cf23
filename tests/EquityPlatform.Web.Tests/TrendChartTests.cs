using System.Globalization;
using System.Xml.Linq;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Web.Tests;

public sealed class TrendChartTests
{
    private static readonly Dictionary<string, long> Positions = [];
    private static readonly FrozenEvidence Baseline = new(Guid.NewGuid(), "ab", DateTimeOffset.UnixEpoch, "demo:principal", 2025, 1, ValueState.Value, 20, 100, 100, 0.15, 0.25, Positions, []);

    private static readonly GoalView Goal = new(Guid.NewGuid(), 1, "More days in class", "Because", "chronic-absence", 1, "all", "all", "district", Baseline, 1000, false,
        new(2027, 6, 30), "Principal", "inProgress", DateTimeOffset.UnixEpoch, "demo:principal", [], [], [], [], false);

    [Fact]
    public async Task The_goal_line_runs_from_the_frozen_start_to_the_target()
    {
        var trend = Trend.Of(Language.English, Goal, Progress(1500, Point("now", 2026, 0.18)));
        var svg = await Draw(trend);

        var line = svg.Descendants("g").Single(g => (string?)g.Attribute("class") == "chart__goal").Element("line")!;
        (trend.Start, trend.Target).ShouldBe((0.2, 0.1));
        Number(line, "y1").ShouldBeLessThan(Number(line, "y2"));
        Number(line, "x1").ShouldBeLessThan(Number(line, "x2"));
    }

    [Theory]
    [InlineData(0.14, "on the line or better")]
    [InlineData(0.15, "on the line or better")]
    [InlineData(0.18, "not there yet")]
    public void Says_whether_the_newest_year_is_on_the_line(double rate, string verdict) =>
        Trend.Of(Language.English, Goal, Progress(1500, Point("now", 2025, 0.3), Point("now", 2026, rate))).Title.ShouldEndWith(verdict);

    [Fact]
    public async Task Only_years_as_known_today_form_a_line_and_frozen_points_have_their_own_shapes()
    {
        var svg = await Draw(Trend.Of(Language.English, Goal, Progress(1500, Point("baseline", 2025, 0.2), Point("then", 2026, 0.18), Point("now", 2025, 0.2), Point("now", 2026, 0.18))));

        svg.Descendants("polyline").Single().Attribute("points")!.Value.Split(' ').Length.ShouldBe(2);
        Marks(svg, "baseline").Elements("rect").Count().ShouldBe(1);
        Marks(svg, "then").Elements("path").Count().ShouldBe(1);
        Marks(svg, "now").Elements("circle").Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_hidden_or_missing_year_draws_nothing_and_is_said_in_the_table()
    {
        var progress = Progress(1500, Point("baseline", 2025, 0.2), new ProgressPoint("now", new(2026, 6, 1), 2026, ValueState.Suppressed, null, null, null, null, null, null, null, null, null, Positions, []));
        var trend = Trend.Of(Language.English, Goal, progress);

        Marks(await Draw(trend), "now").ShouldBeEmpty();
        trend.Title.ShouldBe("Started at 20 of 100; the target is 10 of 100. There is no number for today.");
        (await Pictures.Render<Pages.TrendTable>(new() { ["Progress"] = progress, ["Unit"] = "students" })).ShouldContain("hidden: too few students");
    }

    private static ProgressPoint Point(string kind, int year, double rate) =>
        new(kind, new(year, 6, 1), year, ValueState.Value, (long)(rate * 100), 100, 100, rate, rate - 0.05, rate + 0.05, false, null, null, Positions, []);

    private static GoalProgress Progress(int expected, params ProgressPoint[] points) =>
        new(Goal.GoalId, new(2026, 11, 21), new(new(2025, 9, 1), 20, 100, new(2027, 6, 30), 1000, expected), [new(1, true, points)], [], "read");

    private static async Task<XElement> Draw(Trend trend) => XElement.Parse(await Pictures.Render<Web.Charts.TrendChart>(new() { ["Model"] = trend }));

    private static IEnumerable<XElement> Marks(XElement svg, string kind) => svg.Descendants("g").Where(g => (string?)g.Attribute("data-kind") == kind);

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
