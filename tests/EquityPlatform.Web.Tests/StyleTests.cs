using System.Globalization;
using System.Text.RegularExpressions;

namespace EquityPlatform.Web.Tests;

/// <summary>Contrast of every pair that the style sheet uses, computed as WCAG 2.1 says (1.4.3, 1.4.11).</summary>
public sealed partial class StyleTests
{
    [Theory]
    [InlineData("ink", "paper")]
    [InlineData("ink", "ground")]
    [InlineData("ink", "info-ground")]
    [InlineData("ink", "warning-ground")]
    [InlineData("ink", "done-ground")]
    [InlineData("ink", "demo-ground")]
    [InlineData("quiet", "paper")]
    [InlineData("quiet", "ground")]
    [InlineData("quiet", "hatch-ground")]
    [InlineData("quiet", "line")]
    [InlineData("primary", "paper")]
    [InlineData("primary", "ground")]
    [InlineData("primary", "warning-ground")]
    [InlineData("primary-dark", "paper")]
    [InlineData("primary-dark", "primary-lighter")]
    [InlineData("primary-darker", "paper")]
    [InlineData("primary-darker", "ground")]
    [InlineData("header-text", "primary-darker")]
    [InlineData("paper", "primary")]
    [InlineData("paper", "primary-dark")]
    [InlineData("reference", "paper")]
    public void Text_has_at_least_4_5_to_1(string text, string ground) => Contrast(text, ground).ShouldBeGreaterThanOrEqualTo(4.5);

    [Theory]
    [InlineData("mark", "paper")]
    [InlineData("bar", "paper")]
    [InlineData("unsure", "paper")]
    [InlineData("reference", "paper")]
    [InlineData("goal", "paper")]
    [InlineData("hatch-line", "hatch-ground")]
    [InlineData("line-strong", "paper")]
    [InlineData("info-mark", "info-ground")]
    [InlineData("warning-mark", "warning-ground")]
    [InlineData("primary", "done-ground")]
    [InlineData("focus", "paper")]
    [InlineData("focus", "primary-darker")]
    public void Marks_and_controls_have_at_least_3_to_1(string mark, string ground) => Contrast(mark, ground).ShouldBeGreaterThanOrEqualTo(3);

    [Fact]
    public void Colours_are_variables_so_that_the_pairs_above_are_all_there_are()
    {
        var rules = Css()[(Css().IndexOf("*, *::before", StringComparison.Ordinal))..];
        Hex().IsMatch(rules).ShouldBeFalse("a colour outside :root would not be checked");
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere()
    {
        Css().ShouldNotContain("http:");
        Css().ShouldNotContain("https:");
        Css().ShouldNotContain("@import");
        foreach (Match font in FontFile().Matches(Css()))
            File.Exists(Path.Combine(Folder, font.Groups[1].Value.TrimStart('/'))).ShouldBeTrue(font.Value);
        File.Exists(Path.Combine(Folder, "fonts/LICENSE.txt")).ShouldBeTrue();
    }

    private static readonly string Folder = Path.Combine(StandIn.RepositoryRoot, "services/Web/wwwroot");

    private static string Css() => File.ReadAllText(Path.Combine(Folder, "site.css"));

    private static double Contrast(string a, string b)
    {
        var (one, two) = (Luminance(a), Luminance(b));
        return (Math.Max(one, two) + 0.05) / (Math.Min(one, two) + 0.05);
    }

    private static double Luminance(string name)
    {
        var hex = Regex.Match(Css(), $@"--{name}:\s*#([0-9a-fA-F]{{6}});").Groups[1].Value;
        hex.Length.ShouldBe(6, $"--{name} is not in the style sheet");
        double Part(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Part(0) + 0.7152 * Part(2) + 0.0722 * Part(4);
    }

    [GeneratedRegex("#[0-9a-fA-F]{3,8}\\b")]
    private static partial Regex Hex();

    [GeneratedRegex("url\\(\"([^\"]+)\"\\)")]
    private static partial Regex FontFile();
}
