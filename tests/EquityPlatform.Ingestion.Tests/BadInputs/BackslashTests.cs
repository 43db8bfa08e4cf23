using System.Text;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.SideFiles;
using ColumnMapping = EquityPlatform.Contracts.Ingestion.ColumnMapping;
using FileForm = EquityPlatform.Contracts.Ingestion.FileForm;
using FileMapping = EquityPlatform.Contracts.Ingestion.FileMapping;
using SourceRules = EquityPlatform.Contracts.Ingestion.SourceRules;
using TableMapping = EquityPlatform.Contracts.Ingestion.TableMapping;

namespace EquityPlatform.Ingestion.Tests.BadInputs;

/// <summary>Row 6 of the bad inputs: a source that writes quotation marks with a backslash says so once; then nothing is guessed.</summary>
public sealed class BackslashTests
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");
    static readonly SourceRules Backslash = SourceRules.None with { Escape = "backslash" };

    static string Read(string text, int atOnce = 4096, char separator = ',')
    {
        using var stream = new BackslashQuotes(new MemoryStream(Encoding.UTF8.GetBytes(text)), (byte)separator);
        var (read, buffer) = (new MemoryStream(), new byte[atOnce]);
        while (stream.Read(buffer) is var n and > 0)
            read.Write(buffer, 0, n);
        return Encoding.UTF8.GetString(read.ToArray());
    }

    [Theory]
    [InlineData("""a,"b \"c\" d",e""", "a,\"b \"\"c\"\" d\",e")]
    [InlineData("""a,"\"",e""", "a,\"\"\"\",e")]
    [InlineData("""a,"ends with \\",e""", """a,"ends with \",e""")]
    [InlineData("""a,"\\\"",e""", "a,\"\\\"\"\",e")]
    [InlineData("""a,"C:\temp",C:\temp\,"x" """, """a,"C:\temp",C:\temp\,"x" """)]
    [InlineData("""a,"doubled "" too",e""", """a,"doubled "" too",e""")]
    [InlineData("a,\"two\r\nlines \\\"and, all\\\"\n\\\"\",e", "a,\"two\r\nlines \"\"and, all\"\"\n\"\"\",e")]
    // Outside quotation marks a backslash is text, and so is a mark that opens nothing
    [InlineData("a,5\\\" pipe,\"b \\\"c\\\"\"", "a,5\\\" pipe,\"b \"\"c\"\"\"")]
    [InlineData("a,\"open \\", "a,\"open \\")]
    public void Inside_quotes_a_backslash_before_a_mark_or_a_backslash_escapes_it(string text, string expected)
    {
        for (var atOnce = 1; atOnce < 12; atOnce++)
            Read(text, atOnce).ShouldBe(expected, $"{atOnce} bytes at once");
    }

    [Fact]
    public void Pieces_of_any_size_say_the_same()
    {
        var random = new Random(17);
        for (var round = 0; round < 200; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 60_000 + round * 40).Select(_ => "ab\\\\\"\"\",;\n\r"[random.Next(11)]));
            Read(text, 4096, ';').ShouldBe(Read(text, 1 + random.Next(9000), ';'));
        }
    }

    [Fact]
    public void N06_a_source_that_says_so_is_read_as_meant_and_nothing_is_told()
    {
        var package = Baseline.With("orgs.csv", "South School", "\"The \\\"South\\\" School \\\\\"").With("orgs.csv", "North School", "\"North \"\"Old\"\" School\"");
        var fed = new District { Mappings = SourceMappings.Type.Initial with { Rules = Backslash } }.When(package);
        fed.Codes.ShouldBeEmpty();
        fed.Events.OfType<OrganizationRecorded>().Select(o => o.Name).ShouldBe(["Example District", "North \"Old\" School", "The \"South\" School \\"]);
    }

    [Fact]
    public void N06_a_field_over_several_lines_with_marks_and_separators_is_one_field()
    {
        var package = Baseline.With("orgs.csv", "South School", "\"The \\\"South\\\",\nthe \\\"new\\\" one\"");
        var fed = new District { Mappings = SourceMappings.Type.Initial with { Rules = Backslash } }.When(package);
        fed.Codes.ShouldBe(["csv.newline-in-field"]);
        fed.Events.OfType<OrganizationRecorded>().Select(o => o.Name).ShouldContain("The \"South\", the \"new\" one");
    }

    [Fact]
    public void N06_an_open_mark_still_rejects_the_file() =>
        new District { Mappings = SourceMappings.Type.Initial with { Rules = Backslash } }.When(Baseline.With("users.csv", "Given1", "\"Given1\\\"")).In("users.csv").ShouldContain(i => i.Code == "csv.unterminated-quote");

    [Fact]
    public void Large_files_and_readings_of_some_columns_see_the_same_rows()
    {
        // More rows than a thread of its own is worth, twice the block that is read at once in every field
        var text = new StringBuilder("userSourcedId,schoolSourcedId,date,category,portion,reason\n");
        for (var n = 0; n < 30_000; n++)
            text.Append("u001,s1,2024-09-03,partial,0.").Append(n % 9 + 1).Append(",\"he said \\\"no, not \\\\ today\\\"\"\n");
        var issues = new IssueLog();
        var table = CsvTable.Read(FileSpecs.Attendance, PackageFile.Of(Encoding.UTF8.GetBytes(text.ToString())), issues, backslash: true)!;
        issues.Finish().ShouldBeEmpty();
        var portion = FileSpecs.Attendance["portion"];
        table.Rows.Select(r => r[portion]).ShouldBe(Enumerable.Range(0, 30_000).Select(n => $"0.{n % 9 + 1}"));
        table.Only(portion).Select(r => r[portion]).ShouldBe(table.Rows.Select(r => r[portion]));
        table.Rows.Last().Line.ShouldBe(30_001);
    }

    [Fact]
    public void Files_that_a_mapping_reads_are_read_so_too()
    {
        var mapping = new FileMapping("dump", "Dump", ["dump*.csv"], new FileForm(), [], [new TableMapping("attendance.csv", null, new Dictionary<string, ColumnMapping>
        {
            ["userSourcedId"] = new(From: "ID"), ["schoolSourcedId"] = new(Constant: "s1"), ["date"] = new(From: "DATE"),
            ["category"] = new(From: "WHY", Codes: new Dictionary<string, string> { ["\"out\", he said"] = "absentExcused" }),
        })]);
        var district = new District { Mappings = SourceMappings.Evolve(SourceMappings.Type.Initial with { Rules = Backslash }, new MappingSaved("sis", mapping)) }.Given(Baseline);
        var fed = district.Feed([new("dump1.csv", Encoding.UTF8.GetBytes("ID,DATE,WHY\nu001,2024-09-03,\"\\\"out\\\", he said\"\n"))]);
        fed.Events.OfType<AttendanceRecorded>().ShouldHaveSingleItem().Category.ShouldBe("absentExcused");
        fed.Codes.ShouldNotContain("csv.backslash-quote");
    }

    [Fact]
    public void Only_what_is_known_can_be_said() =>
        CheckRules.Of(SourceRules.None with { Escape = "doubled" })!.Code.ShouldBe("rules.escape");
}
