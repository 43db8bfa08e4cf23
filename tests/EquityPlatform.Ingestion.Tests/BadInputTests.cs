using System.Text.Json;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>
/// The packages of data/bad-inputs against the outcomes that expected.json proposes. Leading zeros that were lost (19) are a warning there and, as its note asks, hold the feed.
/// </summary>
public sealed class BadInputTests
{
    static readonly JsonElement Expected = JsonDocument.Parse(TestData.Text("bad-inputs/expected.json")).RootElement;
    /// <summary>Packages that mean something only after an earlier one.</summary>
    static readonly string[] Later = ["19-leading-zeros-lost", "25-bulk-header-only-files", "26-bulk-truncated", "28-delta-rows-in-bulk-manifest", "29-delta-out-of-order-same-id"];

    public static TheoryData<string> Names => [.. Expected.EnumerateObject().Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Ends_as_proposed(string name)
    {
        var expected = Expected.GetProperty(name);
        var code = expected.TryGetProperty("code", out var c) ? c.GetString() : null;
        var district = Later.Contains(name) ? new District().Given(TestData.BadInput("00-valid-baseline")) : new District();
        var fed = district.When(TestData.BadInput(name));
        var issues = fed.Validated.Issues;
        switch (expected.GetProperty("result").GetString())
        {
            case "hold-batch":
                fed.Held.ShouldContain(h => h.Code == code);
                fed.Plan.News.ShouldBeEmpty();
                break;
            case "accept":
                issues.Where(i => i.Code != "delta.superseded").ShouldBeEmpty();
                fed.Validated.Rejection.ShouldBeNull();
                break;
            case "accept-with-warning":
                fed.Validated.Rejection.ShouldBeNull();
                issues.ShouldAllBe(i => i.Severity == Severity.Warning);
                if (code is not null)
                    issues.ShouldContain(i => i.Code == code);
                break;
            case "quarantine-rows":
                var rows = issues.Where(i => i.Severity == Severity.Quarantined && i.Code == code).ToList();
                rows.ShouldNotBeEmpty();
                if (expected.TryGetProperty("rows", out var lines))
                    rows.Select(r => r.Row).ShouldBe(lines.EnumerateArray().Select(l => (int?)l.GetInt32()));
                fed.Plan.Total.Quarantined.ShouldBe(issues.Where(i => i.Severity == Severity.Quarantined).Select(i => (i.File, i.Row)).Distinct().Count());
                break;
            case "reject-file":
                issues.ShouldContain(i => i.Severity == Severity.FileRejected && i.Code == code);
                fed.Plan.Files.ShouldContain(f => f.State == "rejected" && f.Counts == Feeds.FeedCounts.None);
                break;
            case "reject-batch":
                fed.Validated.Rejection.ShouldNotBeNull().Code.ShouldBe(code);
                fed.Plan.News.ShouldBeEmpty();
                break;
            default:
                throw new InvalidOperationException($"{name} expects an outcome that the test does not know.");
        }
        var total = fed.Plan.Total;
        total.Read.ShouldBe(total.Accepted + total.Unchanged + total.Quarantined);
    }

    [Fact]
    public void The_baseline_is_read_whole()
    {
        var fed = new District().When(TestData.BadInput("00-valid-baseline"));
        fed.Plan.Total.ShouldBe(new(24, 24, 0, 0, 0));
        fed.Events.OfType<SchoolEnrollmentDerived>().Count().ShouldBe(5);
    }

    [Theory]
    [InlineData("01-utf8-bom-every-file")]
    [InlineData("04-cr-only-line-endings")]
    [InlineData("10-duplicate-row-identical")]
    [InlineData("22-header-reordered")]
    [InlineData("23-blank-trailing-headers")]
    [InlineData("31-nested-folder-and-macosx")]
    [InlineData("35-manifest-blank-values")]
    public void Another_spelling_of_the_same_facts_is_no_news(string name)
    {
        var fed = new District().Given(TestData.BadInput("00-valid-baseline")).When(TestData.BadInput(name));
        fed.Plan.News.ShouldBeEmpty();
        (fed.Plan.Total.Accepted, fed.Plan.Total.Quarantined, fed.Plan.Total.WouldDelete).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void Bytes_of_Windows_1252_are_read_as_letters()
    {
        var fed = new District().Given(TestData.BadInput("00-valid-baseline")).When(TestData.BadInput("02-windows-1252-bytes"));
        fed.Events.ShouldHaveSingleItem().ShouldBeOfType<Unsealed>().Private.ShouldBeOfType<Identity>().GivenName.ShouldBe("José");
    }

    [Theory]
    [InlineData("25-bulk-header-only-files", 6)]
    [InlineData("26-bulk-truncated", 5)]
    public void A_bulk_file_that_lost_rows_is_held_and_says_what_it_would_do(string name, int wouldDelete)
    {
        var district = new District().Given(TestData.BadInput("00-valid-baseline"));
        var before = district.Records.ToDictionary();
        var fed = district.When(TestData.BadInput(name));
        fed.Held.ShouldContain(h => h.Code == "delete.threshold" && h.Kind == "person" && h.Count == wouldDelete);
        fed.Plan.Total.WouldDelete.ShouldBe(wouldDelete, "the term is over: places in classes stay what they were");
        district.Records.ShouldBe(before);
    }

    [Fact]
    public void Leading_zeros_that_were_lost_hold_the_feed() =>
        new District().Given(TestData.BadInput("00-valid-baseline")).When(TestData.BadInput("19-leading-zeros-lost")).Held.ShouldContain(h => h.Code == "id.leading-zero-suspect");

    [Fact]
    public void Delta_rows_under_a_bulk_manifest_are_held_and_read_as_changes_once_released()
    {
        var district = new District().Given(TestData.BadInput("00-valid-baseline"));
        district.When(TestData.BadInput("28-delta-rows-in-bulk-manifest")).Held.ShouldHaveSingleItem().Code.ShouldBe("mode.conflict");
        var released = district.Released(TestData.BadInput("28-delta-rows-in-bulk-manifest"));
        released.Events.ShouldBeEmpty();
        released.Plan.Total.WouldDelete.ShouldBe(0);
    }

    [Fact]
    public void Quarantined_rows_count_as_present()
    {
        foreach (var name in new[] { "08-ragged-rows", "14-enum-unknown", "17-date-out-of-range" })
            new District().Given(TestData.BadInput("00-valid-baseline")).When(TestData.BadInput(name)).Plan.Total.WouldDelete.ShouldBe(0, name);
    }

    [Fact]
    public void A_row_that_is_set_aside_leaves_what_was_known()
    {
        var fed = new District().Given(TestData.BadInput("00-valid-baseline")).When(TestData.BadInput("14-enum-unknown"));
        fed.Plan.News.ShouldBeEmpty();
        // Its enrolment and demographics still find the student, who was known before
        fed.Validated.Issues.Where(i => i.Severity == Severity.Quarantined).Select(i => (i.File, i.Row, i.Code)).ShouldBe([("users.csv", 2, "enum.unknown")]);
    }

    [Fact]
    public void Races_are_rolled_up_by_the_federal_rule()
    {
        var district = new District();
        var fed = district.When(TestData.BadInput("37-race-combinations"));
        string Of(string user) => fed.Events.OfType<StudentDemographicsRecorded>().Single(d => d.StudentKey == district.Person(user).ToString("N")).RaceEthnicity;
        (Of("u001"), Of("u002"), Of("u003"), Of("u004")).ShouldBe(("hispanic", "notReported", "twoOrMore", "white"));
        fed.Events.OfType<StudentDemographicsRecorded>().Single(d => d.RaceEthnicity == "twoOrMore").Sex.ShouldBeNull();
    }

    [Fact]
    public void A_line_break_in_a_field_becomes_a_space_and_rows_stay_physical()
    {
        var fed = new District().When(TestData.BadInput("05-newline-inside-quoted-field"));
        fed.Events.OfType<Roster.OrganizationRecorded>().Select(o => o.Name).ShouldContain("North School");
        fed.Plan.News.Single(n => n.Event.Data is Roster.OrganizationRecorded { OrgId: "s2" }).Event.Source!.Row.ShouldBe(5);
    }
}
