using System.Text;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Reporting.Disclosure;
using EquityPlatform.Reporting.Files;
using EquityPlatform.Reporting.Releases;
using EquityPlatform.Reporting.Tests.Disclosure;

namespace EquityPlatform.Reporting.Tests;

/// <summary>One decision, every format; the same values, the same bytes.</summary>
public sealed class FileTests
{
    static readonly Guid Id = Guid.Parse("5eed0000-0000-4000-8000-000000000002");
    static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    static FrozenRelease Freeze(IReadOnlyList<IndicatorCell> truth, IReadOnlyDictionary<string, string>? names = null) => ReleaseFiles.Freeze(Id, "grand-bend", 2011, Now,
        new(new Dictionary<string, long> { ["ingestion"] = 7, ["indicators"] = 1 }, Now, ["calendar"], MadeDistrict.Definitions, names ?? new Dictionary<string, string>(), truth),
        DisclosureControl.Apply(MadeDistrict.Definitions, truth));

    static string Text(FrozenRelease release, string name) => Encoding.UTF8.GetString(release.Files.Single(f => f.Name == name).Content);

    [Fact]
    public void The_order_of_the_values_does_not_matter() =>
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(15), FsCheck.Fluent.Prop.ForAll(FsCheck.Fluent.ArbMap.Default.ArbFor<int>(), seed =>
        {
            var truth = MadeDistrict.Cells(RandomDistrict.Students(seed % 1000));
            IndicatorCell[] shuffled = [.. truth];
            new Random(seed).Shuffle(shuffled);
            var (one, other) = (Freeze(truth), Freeze(shuffled));
            return one.Files.Zip(other.Files).All(pair => pair.First.Content.AsSpan().SequenceEqual(pair.Second.Content));
        }));

    [Fact]
    public void Every_format_holds_the_same_cells()
    {
        foreach (var seed in Enumerable.Range(1, 20))
        {
            var release = Freeze(MadeDistrict.Cells(RandomDistrict.Students(seed)));
            var json = JsonSerializer.Deserialize<ReleaseData>(Text(release, "data.json"), ReleaseFiles.JsonOptions).ShouldNotBeNull();
            var lines = Text(release, "data.csv").Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];
            var tables = ReadTables.Tables(json, null, null).Tables.SelectMany(t => t.Cells).ToList();
            tables.ShouldBe(json.Cells);
            lines.Length.ShouldBe(json.Cells.Count);
            foreach (var (cell, line) in json.Cells.Zip(lines))
                line.ShouldEndWith(string.Join(',', cell.Dimension, cell.Group, cell.State, cell.Numerator, cell.Denominator, cell.Students,
                    Fraction(cell.Rate), Fraction(cell.Low), Fraction(cell.High), cell.Receipt));
        }
        static string? Fraction(double? value) => value?.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void All_five_states_come_through()
    {
        IndicatorCell[] truth = [.. new HandMade().Learners("A", "yes", 40, 8).Learners("A", "no", 160, 30).Learners("B", "yes", 60, 9).Learners("B", "no", 240, 40).Learners("C", "yes", 9, 4).Learners("C", "no", 300, 50).Learners("D", "no", 500, 70).Truth
            .Select(c => c is { School: "B", Dimension: StudentGroups.All, Indicator: "chronic-absence" } ? c with { State = ValueState.Missing, Numerator = null, Denominator = null, Students = null, Rate = null, Low = null, High = null } : c)];
        var release = Freeze(truth);
        foreach (var state in new[] { ValueState.Value, ValueState.Zero, ValueState.Missing, ValueState.Suppressed, ValueState.NotApplicable })
        {
            release.Data.Cells.ShouldContain(c => c.State == state);
            Text(release, "data.csv").ShouldContain($",{state},");
        }
        release.Data.Cells.Where(c => c.State is not (ValueState.Value or ValueState.Zero)).ShouldAllBe(c => c.Numerator == null && c.Denominator == null && c.Students == null && c.Rate == null && c.Receipt == null);
        release.Manifest.Cells.Values.Sum().ShouldBe(release.Data.Cells.Count);
    }

    [Fact]
    public void Hidden_cells_cannot_be_told_apart()
    {
        var csv = Text(Freeze(new HandMade().Learners("A", "yes", 40, 8).Learners("A", "no", 160, 30).Learners("B", "yes", 60, 9).Learners("B", "no", 240, 40).Learners("C", "yes", 9, 4).Learners("C", "no", 300, 50).Truth), "data.csv");
        // C was hidden for its nine students, A to protect C
        foreach (var school in new[] { "A", "C" })
            foreach (var group in new[] { "yes", "no" })
                csv.ShouldContain($",{school},{school},englishLearner,{group},suppressed,,,,,,,\r\n");
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData(" =1")]
    [InlineData("\t=1")]
    public void A_name_that_a_spreadsheet_would_run_is_led_by_an_apostrophe(string name)
    {
        var csv = Text(Freeze(new HandMade().Learners("A", "no", 160, 30).Truth, new Dictionary<string, string> { ["A"] = name }), "data.csv");
        csv.ShouldContain($",'{name},");
    }

    [Fact]
    public void A_name_with_comma_quote_or_line_break_is_quoted()
    {
        var csv = Text(Freeze(new HandMade().Learners("A", "no", 160, 30).Truth, new Dictionary<string, string> { ["A"] = "Lincoln, \"Old\"\nHall" }), "data.csv");
        csv.ShouldContain(",\"Lincoln, \"\"Old\"\"\nHall\",");
    }

    [Fact]
    public void Receipts_are_short_different_and_read_as_people_write_them()
    {
        var codes = Freeze(MadeDistrict.Cells(RandomDistrict.Students(5))).Data.Cells.Select(c => c.Receipt).OfType<string>().ToList();
        codes.ShouldBeUnique();
        codes.ShouldAllBe(c => c.Length == 10);
        foreach (var code in codes)
            ReceiptCode.Read($" {code[..5].ToLowerInvariant()}-{code[5..]} ").ShouldBe(code);
        ReceiptCode.Read("oil0000000").ShouldBe("0110000000");
        ReceiptCode.Read("000000000").ShouldBeNull();
        ReceiptCode.Read("00000000U0").ShouldBeNull();
    }

    [Fact]
    public void A_receipt_depends_on_the_place_of_a_number_only()
    {
        var (a, b) = (Freeze(new HandMade().Learners("A", "no", 160, 30).Truth), Freeze(new HandMade().Learners("A", "no", 170, 40).Truth));
        a.Data.Cells.Select(c => c.Receipt).ShouldBe(b.Data.Cells.Select(c => c.Receipt));
        a.Files.Select(f => f.Describe().Sha256).ShouldNotBe(b.Files.Select(f => f.Describe().Sha256));
    }

    [Fact]
    public void The_json_of_the_published_event_is_known()
    {
        var manifest = Freeze(new HandMade().Learners("A", "no", 160, 30).Truth).Manifest with { Definitions = [], Files = [new("data.csv", "text/csv", 3, "ab")], Cells = new Dictionary<string, int> { ["value"] = 1 } };
        JsonSerializer.Serialize(new ReleaseFrozen(Id, 2011, manifest), EventTypes.Json).ShouldBe("""
            {"releaseId":"5eed0000-0000-4000-8000-000000000002","schoolYear":2011,"manifest":{"publishedAt":"2026-11-21T12:00:00+00:00","positions":{"indicators":1,"ingestion":7},"dataAsOf":"2026-11-21T12:00:00+00:00","derived":["calendar"],"definitions":[],"schools":[{"school":"district","name":"district"},{"school":"A","name":"A"}],"mergedRaceGroups":[],"rules":{"minimumCount":3,"minimumGroup":10},"cells":{"value":1},"files":[{"name":"data.csv","mediaType":"text/csv","bytes":3,"sha256":"ab"}]}}
            """);
    }
}
