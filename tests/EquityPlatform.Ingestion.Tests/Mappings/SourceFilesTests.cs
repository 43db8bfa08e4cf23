using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Rows;
using StudentProgramRecorded = EquityPlatform.Ingestion.Students.StudentProgramRecorded;
using RecordRemoved = EquityPlatform.Ingestion.Feeds.RecordRemoved;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>Files of other systems and a source's own columns beside a sound package: by which mapping they are read, and what they may take away.</summary>
public sealed class SourceFilesTests
{
    static readonly byte[] Roster = TestData.BadInput("00-valid-baseline");
    readonly District district = new District().Given(Roster);

    [Fact]
    public void A_row_that_is_read_again_means_what_the_sources_own_columns_mean()
    {
        district.Mappings = SourceMappings.Evolve(district.Mappings, new SourceRulesSaved("sis", new([new("users.csv", "metadata.ell", "program:englishLearner")], [])));
        var users = System.Text.Encoding.UTF8.GetString(TestData.Unzip(Roster)["users.csv"]).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var fed = district.When(Roster.WithFile("users.csv", string.Join('\n', users.Select((line, i) => i == 1 ? line.Replace(",student,", ",robot,", StringComparison.Ordinal) + ",true" : line + (i == 0 ? ",metadata.ell" : ",")))));
        district.Correct(fed.Feed, "users.csv", 2, "role", "student").ShouldBeTrue();
        district.Replay()!.Events.OfType<StudentProgramRecorded>().ShouldHaveSingleItem().Program.ShouldBe("englishLearner");
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void A_file_that_is_declared_complete_takes_nothing_away_while_another_of_its_kind_was_rejected(bool rejected, int removed)
    {
        FileMapping Of(string name) => new(name, name, [$"{name}*"], new(), [], [new("disciplineActions.csv", null, new Dictionary<string, ColumnMapping>
        {
            ["actionId"] = new("Id"), ["userSourcedId"] = new("Student"), ["date"] = new("Day"), ["kind"] = new(Constant: "oss"),
        })]);
        district.Mappings = new[] { "north", "south" }.Aggregate(district.Mappings, (state, name) => SourceMappings.Evolve(state, new MappingSaved("sis", Of(name))));
        Fed Send(string day, string north, string south) => district.Feed(
        [
            new("declarations.csv", "propertyName,value\ncomplete.disciplineActions,true\n"u8.ToArray()),
            new($"north-{day}.csv", System.Text.Encoding.UTF8.GetBytes($"Id,Student,Day\n{north}")),
            new($"south-{day}.csv", System.Text.Encoding.UTF8.GetBytes($"Id,Student,Day\n{south}")),
        ]);
        var all = Enumerable.Range(1, 20).Select(n => $"a{n},u001,2024-10-{n:D2}\n").ToArray();
        Send("1", string.Concat(all), "b1,u002,2024-10-02\n").Events.Count().ShouldBe(21);
        var fed = Send("2", string.Concat(all), rejected ? "b9,u002,\"2024-10-02\n" : "b9,u002,2024-10-03\n");
        fed.Held.ShouldBeEmpty();
        fed.Validated.Files.Count(f => f.Table is null).ShouldBe(rejected ? 1 : 0);
        fed.Events.OfType<RecordRemoved>().Count().ShouldBe(removed);
    }

    [Fact]
    public void A_complete_file_of_programs_leaves_what_columns_of_users_stated()
    {
        const string Complete = "propertyName,value\ncomplete.programs,true\n", Header = "userSourcedId,program,beginDate,endDate\n";
        var users = System.Text.Encoding.UTF8.GetString(TestData.Unzip(Roster)["users.csv"]).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var roster = Roster.WithFile("users.csv", string.Join('\n', users.Select((line, i) => line + (i == 0 ? ",metadata.iep" : i == 1 ? ",true" : ","))));
        var many = string.Concat(Enumerable.Range(2, 4).SelectMany(n => new[] { "iep", "titleI", "gifted" }.Select(p => $"u00{n},{p},2024-08-19,\n")));
        district.Given(roster, ("programs.csv", Header + many));
        district.Feed([new("declarations.csv", System.Text.Encoding.UTF8.GetBytes(Complete)), new("programs.csv", System.Text.Encoding.UTF8.GetBytes(Header + many["u002,iep,2024-08-19,\n".Length..]))])
            .Events.OfType<RecordRemoved>().ShouldHaveSingleItem().StudentKey.ShouldBe(district.Person("u002").ToString("N"));
    }

    [Fact]
    public void A_file_in_the_package_is_read_by_the_mapping_of_its_name()
    {
        var mapping = new FileMapping("sped", "Special education", ["IEP_*.csv"], new(), [], [new("programs.csv", null, new Dictionary<string, ColumnMapping> { ["userSourcedId"] = new("Student"), ["program"] = new(Constant: "iep"), ["beginDate"] = new("From", Dates: "M/d/yyyy") })]);
        district.Mappings = SourceMappings.Evolve(district.Mappings, new MappingSaved("sis", mapping));
        const string Rows = "Student;From\nu001;9/3/2024\n";
        var fed = district.When(Roster.WithFile("exports/IEP_2024-10-01.csv", Rows).WithFile("exports/other.csv", "a,b\n1,2\n"));
        fed.Events.OfType<StudentProgramRecorded>().ShouldHaveSingleItem().BeginDate.ShouldBe(new(2024, 9, 3));
        fed.In("(other)").Select(i => i.Code).ShouldBe(["file.unknown"]);
        fed.Plan.Files.ShouldContain(f => f.File == "IEP_2024-10-01.csv (programs.csv)");
        // A zip of nothing else needs no manifest; one with files of OneRoster does, and so does one that nobody can read
        static byte[] Zip(params string[] names) => TestData.Zip(names.ToDictionary(name => name, _ => System.Text.Encoding.UTF8.GetBytes(Rows)));
        district.When(Zip("IEP_2024-10-02.csv")).Validated.Rejection.ShouldBeNull();
        district.When(Zip("IEP_2024-10-02.csv", "users.csv")).Validated.Rejection!.Code.ShouldBe("manifest.missing");
        district.When(Zip("other.csv")).Validated.Rejection!.Code.ShouldBe("manifest.missing");
    }
}
