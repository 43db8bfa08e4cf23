using System.Text;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Students;
using AttendanceRecorded = EquityPlatform.Ingestion.SideFiles.AttendanceRecorded;
using RecordRemoved = EquityPlatform.Ingestion.Feeds.RecordRemoved;
using StudentProgramRecorded = EquityPlatform.Ingestion.Students.StudentProgramRecorded;

namespace EquityPlatform.Ingestion.Tests.BadInputs;

/// <summary>
/// The list of bad inputs, third part: what a feed as a whole says against what is known, and what container it comes in. Numbers are stable. Number 50 (an API that changes while it
/// is read) is with the Ed-Fi connector's tests.
/// </summary>
public sealed class FeedTests
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");
    static readonly Dictionary<string, byte[]> Files = TestData.Unzip(Baseline);

    static District Known => new District().Given(Baseline);

    static string? Rejected(byte[] zip) => Known.When(zip).Validated.Rejection?.Code;

    [Fact]
    public void N19_leading_zeros_that_were_lost_hold_the_feed() => Holds(Known.When(TestData.BadInput("19-leading-zeros-lost")), "id.leading-zero-suspect");

    [Fact]
    public void N25_complete_files_without_rows_hold_the_feed() => Holds(Known.When(TestData.BadInput("25-bulk-header-only-files")), "delete.threshold", "file.no-rows");

    [Fact]
    public void N26_a_complete_file_that_lost_rows_holds_the_feed() => Holds(Known.When(TestData.BadInput("26-bulk-truncated")), "delete.threshold");

    [Fact]
    public void N27_changes_under_a_manifest_that_says_complete_never_take_the_others_away()
    {
        var fed = Known.When(TestData.BadInput("28-delta-rows-in-bulk-manifest"));
        Holds(fed, "mode.conflict");
        fed.Plan.Total.WouldDelete.ShouldBe(0);
    }

    [Fact]
    public void N28_status_in_a_complete_file_is_told_and_ignored()
    {
        var fed = Known.When(Baseline.With("orgs.csv", "s1,,,North", "s1,active,2024-08-19T00:00:00Z,North"));
        fed.Codes.ShouldContain("mode.status-in-bulk");
        fed.Held.ShouldBeEmpty();
    }

    [Fact]
    public void N28_a_row_to_be_deleted_in_a_complete_file_is_a_conflict()
    {
        var fed = Known.When(Baseline.With("orgs.csv", "s2,,,South", "s2,tobedeleted,2024-08-19T00:00:00Z,South"));
        Holds(fed, "mode.conflict");
    }

    [Fact]
    public void N29_of_several_changes_the_newest_counts()
    {
        // The newer row says what is known, the older one that the student is to be deleted
        var fed = Known.When(TestData.BadInput("29-delta-out-of-order-same-id"));
        fed.In("users.csv").ShouldBe([(3, "delta.superseded")]);
        (fed.Held.Count, fed.Plan.News.Count, fed.Plan.Total.WouldDelete).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void N30_inactive_ends_a_place_and_disables_a_user_but_deletes_nobody()
    {
        var district = new District { Today = new(2024, 10, 1) }.Given(Baseline);
        var place = district.When(Changes("enrollments.csv", "e1,inactive,2024-09-20T08:00:00.000Z,k1,s1,u001,student,false,2024-08-19,2024-12-21"));
        place.Codes.ShouldContain("status.inactive");
        place.Events.OfType<SectionEnrollmentRecorded>().ShouldHaveSingleItem().EndDate.ShouldBe(new(2024, 9, 20));
        var user = district.When(Changes("users.csv", "u005,inactive,2024-09-20T08:00:00.000Z,true,s1,student,user5,,Given5,Family5,,005417,user5@example.org,,,,09,"));
        user.Codes.ShouldContain("status.inactive");
        user.Events.OfType<StudentRecorded>().ShouldHaveSingleItem().Enabled.ShouldBeFalse();
        (place.Events.Concat(user.Events).OfType<RecordRemoved>().Count(), user.Plan.Total.WouldDelete).ShouldBe((0, 0));
    }

    /// <summary>A package of changes to one file.</summary>
    static byte[] Changes(string file, params string[] rows) => TestData.Zip(new Dictionary<string, byte[]>
    {
        ["manifest.csv"] = Encoding.UTF8.GetBytes($"propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.1\r\nfile.{file[..^4]},delta\r\n"),
        [file] = Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(Files[file]).Split("\r\n")[0]}\r\n{string.Join("\r\n", rows)}\r\n"),
    });

    [Fact]
    public void N31_one_common_folder_and_junk_are_read_past() => Known.When(TestData.BadInput("31-nested-folder-and-macosx")).Plan.News.ShouldBeEmpty();

    [Fact]
    public void N31_a_file_name_in_another_case_is_read_as_meant()
    {
        var files = Files.ToDictionary();
        files["Users.CSV"] = Files["users.csv"];
        files.Remove("users.csv");
        var fed = Known.When(TestData.Zip(files));
        fed.Codes.ShouldContain("file.name-case");
        fed.Plan.News.ShouldBeEmpty();
        fed.Plan.Total.Unchanged.ShouldBe(24);
    }

    [Fact]
    public void N32_manifest_and_package_must_agree()
    {
        Rejected(TestData.BadInput("32-manifest-lists-missing-file")).ShouldBe("manifest.file-missing");
        Rejected(Baseline.With("manifest.csv", "file.users,bulk", "file.users,absent")).ShouldBe("manifest.file-unlisted");
    }

    [Fact]
    public void N33_no_manifest_rejects() => Rejected(Baseline.WithoutFile("manifest.csv")).ShouldBe("manifest.missing");

    [Fact]
    public void N33_no_manifest_and_the_source_said_how_it_is_read()
    {
        // Both read the same rows; only as complete do they take the first student away
        var users = Encoding.UTF8.GetString(Files["users.csv"]).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var export = Baseline.WithoutFile("manifest.csv").WithFile("users.csv", string.Join('\n', users.Where((_, i) => i != 1)));
        var (complete, changes) = (Send("bulk"), Send("delta"));
        complete.Codes.ShouldContain("manifest.assumed");
        changes.Codes.ShouldContain("manifest.assumed");
        complete.Validated.Differences.Gone.ShouldContain(g => g.Kind == Records.RecordKind.Person);
        changes.Validated.Differences.Gone.ShouldBeEmpty();

        Fed Send(string mode)
        {
            var district = Known;
            district.Mappings = SourceMappings.Evolve(district.Mappings, new SourceRulesSaved("sis", SourceRules.None with { WithoutManifest = mode }));
            return district.When(export);
        }
    }

    [Fact]
    public void N34_hostile_containers_are_refused_before_a_row_is_read()
    {
        Rejected(TestData.BadInput("34-path-traversal-entry")).ShouldBe("zip.path");
        Rejected(Baseline[..(Baseline.Length / 2)]).ShouldBe("zip.damaged");
        Rejected("not a zip"u8.ToArray()).ShouldBe("zip.not-a-zip");
        Rejected(TestData.Zip(Files.ToDictionary().Append(new("bomb.csv", new byte[64 << 20])).Append(new("users.csv ", [])))).ShouldBeNull("an entry that is not read is not unpacked");
        Rejected(TestData.Zip(Files.Where(f => f.Key != "users.csv").Append(new("users.csv", new byte[64 << 20])))).ShouldBe("zip.ratio");
        Rejected(TestData.Zip(Files.Append(new("inner.zip", Baseline)))).ShouldBeNull("a zip within a zip is not opened");
    }

    [Fact]
    public void N34_a_line_without_end_rejects_its_file_and_is_not_held_in_memory()
    {
        var files = Files.ToDictionary();
        files["users.csv"] = [.. Files["users.csv"], .. Encoding.UTF8.GetBytes("u006,,,true,s1,student,user6,,"), .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Given6 ", 1 << 20)))];
        var stored = TestData.Zip(files, System.IO.Compression.CompressionLevel.NoCompression);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fed = Known.When(stored);
        fed.Plan.News.ShouldBeEmpty();
        fed.Plan.Total.WouldDelete.ShouldBe(0);
        fed.Validated.Issues.ShouldContain(i => i.File == "users.csv" && i.Severity != Rows.Severity.Warning);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64L << 20);
    }

    [Fact]
    public void N35_a_manifest_without_value_is_read_as_absent() => Known.When(TestData.BadInput("35-manifest-blank-values")).Codes.ShouldContain("manifest.blank");

    [Fact]
    public void N42_every_id_anew_holds_the_feed_and_linked_the_students_stay_who_they_are()
    {
        var (district, rekeyed) = (Known, Baseline.Rekeyed("u00", "n00"));
        var held = district.When(rekeyed);
        Holds(held, "id.rekeyed", "delete.threshold");
        Feeds.HoldLinks.Of(district.Links(held.Validated)).ShouldSatisfyAllConditions(l => (l.Students, l.Ambiguous).ShouldBe((5, 0)), l => l.Recognised.ShouldBe(new Dictionary<string, int> { ["local"] = 5 }));
        var linked = district.Linked(rekeyed);
        linked.Events.Cast<Unsealed>().Select(u => (u.StudentKey, Id: u.Private.ShouldBeOfType<Identity>().SourcedId)).ShouldBe(Enumerable.Range(1, 5).Select(n => (district.Person($"u00{n}").ToString("N"), $"n00{n}")));
        linked.Plan.Total.WouldDelete.ShouldBe(0);
        district.When(rekeyed).Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void N44_attendance_rows_without_a_mark_are_no_event()
    {
        var district = Known;
        district.Mappings = SourceMappings.Evolve(district.Mappings, new MappingSaved("sis", ShippedMappings.All.Single(m => m.Name == "x2-attendance") with { Files = ["att.csv"] }));
        var fed = district.Feed([new("att.csv", "ATT_STD_OID,ATT_SKL_OID,ATT_DATE,ATT_ABSENT_IND,ATT_TARDY_IND,ATT_DISMISSED_IND,ATT_EXCUSED_IND\nu001,s1,2024-10-01,0,0,0,0\nu002,s1,2024-10-01,1,0,0,1\n"u8.ToArray())]);
        fed.Events.OfType<AttendanceRecorded>().ShouldHaveSingleItem().Category.ShouldBe("absentExcused");
        fed.Validated.Issues.ShouldContain(i => i.Code == "mapping.no-record" && i.Arguments["count"] == "1");
    }

    [Fact]
    public void N49_a_code_that_nobody_mapped_waits_for_a_decision()
    {
        var district = Known;
        var mapping = new FileMapping("m", "m", ["p.csv"], new(), [], [new("programs.csv", null, new Dictionary<string, ColumnMapping> { ["userSourcedId"] = new("id"), ["program"] = new("code", Codes: new Dictionary<string, string> { ["SpEd"] = "iep" }) })]);
        district.Mappings = SourceMappings.Evolve(district.Mappings, new MappingSaved("sis", mapping));
        var fed = district.Feed([new("p.csv", "id,code\nu001,sped\nu002,SpEdd\n"u8.ToArray())]);
        fed.Events.OfType<StudentProgramRecorded>().ShouldHaveSingleItem().Program.ShouldBe("iep");
        fed.In("p.csv").ShouldBe([(3, "mapping.code-unknown")]);
    }

    [Fact]
    public void N52_a_change_of_school_years_waits_unless_it_was_declared()
    {
        var files = Files.ToDictionary();
        foreach (var name in new[] { "classes.csv", "enrollments.csv" })
            files[name] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(files[name]).Split('\n')[0] + "\n");
        Holds(new District { Today = new(2024, 10, 1) }.Given(Baseline).When(TestData.Zip(files)), "delete.threshold", "file.no-rows");
        // In a declared window up to 60 % of the persons, classes, places and demographics may go; all of them still wait
        const string window = "propertyName,value\nrollover.from,2024-09-15\nrollover.to,2024-10-15\n";
        var half = Baseline.With("enrollments.csv", "e1,,,k1,s1,u001,student,false,2024-08-19,2024-12-21\r\n", "").With("enrollments.csv", "e2,,,k1,s1,u002,student,false,2024-08-19,2024-12-21\r\n", "");
        Holds(new District { Today = new(2024, 10, 1) }.Given(Baseline).When(half), "delete.threshold");
        new District { Today = new(2024, 10, 1) }.Given(Baseline).When(half, ("declarations.csv", window)).Held.ShouldBeEmpty();
        Holds(new District { Today = new(2024, 10, 1) }.Given(Baseline).When(TestData.Zip(files), ("declarations.csv", window)), "file.no-rows");
    }

    static void Holds(Fed fed, params string[] codes)
    {
        foreach (var code in codes)
            fed.Held.ShouldContain(h => h.Code == code);
        fed.Plan.News.ShouldBeEmpty();
    }
}
