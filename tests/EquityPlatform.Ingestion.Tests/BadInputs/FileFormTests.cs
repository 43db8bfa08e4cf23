using System.Text;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests.BadInputs;

/// <summary>
/// The list of bad inputs that an importer must survive (52 rows, numbered), first part: how files are written. The numbers in the names are stable; the other parts are
/// <see cref="ValueTests"/> and <see cref="FeedTests"/>.
/// </summary>
public sealed class FileFormTests
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");
    static readonly Dictionary<string, byte[]> Files = TestData.Unzip(Baseline);

    static string Text(string file) => Encoding.UTF8.GetString(Files[file]);

    /// <summary>The package with one file as other bytes; the district knows the sound package.</summary>
    static Fed Fed(string file, byte[] content)
    {
        var files = Files.ToDictionary();
        files[file] = content;
        return new District().Given(Baseline).When(TestData.Zip(files));
    }

    static Fed Fed(string file, Func<string, string> change) => Fed(file, Encoding.UTF8.GetBytes(change(Text(file))));

    static void ShouldBeNoNews(Fed fed, string? warning = null)
    {
        fed.Plan.News.ShouldBeEmpty();
        fed.Validated.Issues.ShouldAllBe(i => i.Severity == Severity.Warning);
        if (warning is not null)
            fed.Codes.ShouldContain(warning);
    }

    [Fact]
    public void N01_a_byte_order_mark_on_every_file_is_skipped() =>
        ShouldBeNoNews(new District().Given(Baseline).When(TestData.Zip(Files.ToDictionary(f => f.Key, f => (byte[])[0xEF, 0xBB, 0xBF, .. f.Value]))));

    [Fact]
    public void N02_Windows_1252_is_read_as_a_whole_and_never_with_replacement_characters()
    {
        // Bytes E9 and 92: the second is a quotation mark in Windows-1252 and a control character in Latin-1
        var fed = Fed("users.csv", Encoding.Latin1.GetBytes(Text("users.csv").Replace("Given1,Family1", "Ren\u00e9,O\u0092Neil", StringComparison.Ordinal)));
        fed.Codes.ShouldContain("encoding.not-utf8");
        var identity = fed.Events.ShouldHaveSingleItem().ShouldBeOfType<Unsealed>().Private.ShouldBeOfType<Identity>();
        (identity.GivenName, identity.FamilyName).ShouldBe(("Ren\u00e9", "O\u2019Neil"));
    }

    [Fact]
    public void N03_UTF_16_of_a_spreadsheet_is_decoded() => ShouldBeNoNews(Fed("users.csv", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text("users.csv"))]), "encoding.utf16");

    [Theory]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("mixed")]
    public void N04_all_line_ends_are_accepted(string end) =>
        ShouldBeNoNews(Fed("users.csv", text => end == "mixed" ? string.Concat(text.ReplaceLineEndings("\n").Split('\n').Select((line, i) => line + (i % 2 == 0 ? "\r\n" : "\n"))).TrimEnd() : text.ReplaceLineEndings(end)));

    [Fact]
    public void N05_a_line_break_in_a_field_is_a_space_and_rows_stay_physical()
    {
        var fed = Fed("orgs.csv", text => text.Replace("North School", "\"North\nWing\"", StringComparison.Ordinal).Replace("South School", "South Wing", StringComparison.Ordinal));
        fed.Codes.ShouldContain("csv.newline-in-field");
        fed.Plan.News.Select(n => (((OrganizationRecorded)n.Event.Data).Name, n.Event.Source!.Row)).ShouldBe([("North Wing", 3), ("South Wing", 5)]);
    }

    [Fact]
    public void N06_backslash_escapes_are_repaired()
    {
        var fed = Fed("orgs.csv", text => text.Replace("North School", "\"The \\\"North\\\" School\"", StringComparison.Ordinal));
        fed.Codes.ShouldContain("csv.backslash-quote");
        fed.Events.OfType<OrganizationRecorded>().ShouldHaveSingleItem().Name.ShouldBe("The \"North\" School");
    }

    [Fact]
    public void N07_a_quote_that_is_never_closed_rejects_the_file_whole()
    {
        var fed = Fed("users.csv", text => text.Replace("Given3", "\"Given3", StringComparison.Ordinal).Replace("Given1", "Other", StringComparison.Ordinal));
        fed.Validated.Issues.ShouldContain(i => i.Severity == Severity.FileRejected && i.Code == "csv.unterminated-quote" && i.File == "users.csv");
        fed.Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void N08_a_row_of_another_width_is_set_aside_and_counts_as_present()
    {
        var fed = Fed("users.csv", text => text.Replace("u003,,,true", "u003,,true", StringComparison.Ordinal));
        fed.In("users.csv").ShouldBe([(4, "csv.column-count")]);
        fed.Plan.Total.ShouldBe(new(24, 0, 23, 1, 0));
    }

    [Fact]
    public void N21_a_header_in_another_case_is_mapped_a_missing_one_rejects_an_unknown_one_is_listed()
    {
        ShouldBeNoNews(Fed("users.csv", text => text.Replace("givenName", "GivenName", StringComparison.Ordinal)), "header.case");
        Fed("users.csv", text => text.Replace("givenName", "firstName", StringComparison.Ordinal)).Validated.Issues.ShouldContain(i => i.Severity == Severity.FileRejected && i.Code == "header.required-missing" && i.Column == "givenName");
        ShouldBeNoNews(Fed("users.csv", text => text.Replace("dateLastModified", "dataLastModified", StringComparison.Ordinal)), "header.unknown");
    }

    [Fact]
    public void N22_columns_in_another_order_are_read_by_name() => Ends("22-header-reordered", "header.order");

    [Fact]
    public void N23_blank_trailing_headers_are_ignored_and_repeated_ones_reject()
    {
        Ends("23-blank-trailing-headers", "header.blank");
        Fed("orgs.csv", text => text.Replace("identifier", "name", StringComparison.Ordinal)).Validated.Issues.ShouldContain(i => i.Severity == Severity.FileRejected && i.Code == "header.repeated");
    }

    [Fact]
    public void N24_own_columns_anywhere_are_kept_out_and_Social_Security_numbers_dropped()
    {
        var fed = Fed("users.csv", text => string.Join('\n', text.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select((line, i) => (i == 0 ? "ssn,ext_vendor_id," : "078-05-1120,x,") + line)));
        ShouldBeNoNews(fed, "ssn.column-dropped");
        fed.Codes.ShouldContain("header.unknown");
        fed.Validated.Issues.ShouldAllBe(i => !i.Message.Contains("078-05-1120", StringComparison.Ordinal) && i.Arguments.Values.All(a => !a.Contains("078-05-1120", StringComparison.Ordinal)));
    }

    [Fact]
    public void N24_columns_of_the_source_in_the_middle_are_read_by_name()
    {
        var fed = Fed("users.csv", text => string.Join('\n', text.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select((line, i) => line.Split(',', 4) is var f ? $"{f[0]},{f[1]},{f[2]},{(i == 0 ? "metadata.iep" : i == 1 ? "true" : "")},{f[3]}" : "")));
        var program = fed.Events.ShouldHaveSingleItem().ShouldBeOfType<StudentProgramRecorded>();
        (program.Program, program.Participates, fed.Plan.News[0].Event.Source!.Row).ShouldBe(("iep", true, 2));
    }

    [Theory]
    [InlineData(";", "csv.delimiter")]
    [InlineData("\t", "csv.delimiter")]
    public void N51_another_delimiter_is_found(string delimiter, string warning) => ShouldBeNoNews(Fed("orgs.csv", text => text.Replace(",", delimiter, StringComparison.Ordinal)), warning);

    [Fact]
    public void N51_a_file_without_header_is_rejected_and_its_first_row_is_not_shown()
    {
        var fed = Fed("users.csv", text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        fed.Validated.Issues.ShouldContain(i => i.Severity == Severity.FileRejected && i.Code == "header.required-missing");
        fed.Validated.Issues.ShouldAllBe(i => !i.Message.Contains("Given1", StringComparison.Ordinal) && i.Column != "Given1");
    }

    static void Ends(string name, string warning) => ShouldBeNoNews(new District().Given(Baseline).When(TestData.BadInput(name)), warning);
}
