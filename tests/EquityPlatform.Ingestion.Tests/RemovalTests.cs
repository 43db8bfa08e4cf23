using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>What complete files leave out and what changes delete: removed, ended, or left as it was true.</summary>
public sealed class RemovalTests
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");
    static readonly DateOnly October = new(2024, 10, 1);

    /// <summary>The baseline in the middle of its term.</summary>
    static District InOctober() => new District { Today = October }.Given(Baseline);

    static byte[] Delta(string file, params string[] rows)
    {
        var header = System.Text.Encoding.UTF8.GetString(TestData.Unzip(Baseline)[file]).Split("\r\n")[0];
        return TestData.Zip(new Dictionary<string, byte[]>
        {
            ["manifest.csv"] = System.Text.Encoding.UTF8.GetBytes($"propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.1\r\nfile.{file[..^4]},delta\r\n"),
            [file] = System.Text.Encoding.UTF8.GetBytes($"{header}\r\n{string.Join("\r\n", rows)}\r\n"),
        });
    }

    [Fact]
    public void A_place_in_a_class_that_vanishes_after_it_began_is_ended_and_the_school_enrolment_follows()
    {
        var district = InOctober();
        var fed = district.Released(Baseline.With("enrollments.csv", "e3,,,k1,s1,u003,student,false,2024-08-19,2024-12-21\r\n", ""));
        fed.Held.ShouldHaveSingleItem().ShouldSatisfyAllConditions(h => h.Code.ShouldBe("delete.threshold"), h => (h.Kind, h.Count, h.Known).ShouldBe(("sectionEnrollment", 1, 6)));
        var ended = fed.Events.OfType<SectionEnrollmentRecorded>().ShouldHaveSingleItem();
        (ended.PersonKey, ended.ClassId, ended.BeginDate, ended.EndDate).ShouldBe((district.Person("u003").ToString("N"), "k1", new DateOnly(2024, 8, 19), October));
        fed.Events.OfType<SchoolEnrollmentDerived>().ShouldHaveSingleItem().ExitDate.ShouldBe(October);
        fed.Plan.News[0].Event.Source.ShouldBe(new(fed.Feed, "enrollments.csv", 1));
        fed.Counts("enrollments.csv").WouldDelete.ShouldBe(1);
        // Again: nothing more; and when the row comes back, so does the rest of the term
        district.When(Baseline.With("enrollments.csv", "e3,,,k1,s1,u003,student,false,2024-08-19,2024-12-21\r\n", "")).Plan.News.ShouldBeEmpty();
        district.When(Baseline).Events.OfType<SectionEnrollmentRecorded>().ShouldHaveSingleItem().EndDate.ShouldBe(new(2024, 12, 21));
    }

    [Fact]
    public void A_place_that_had_not_begun_is_removed_and_one_that_was_over_stays()
    {
        var gone = Baseline.With("enrollments.csv", "e3,,,k1,s1,u003,student,false,2024-08-19,2024-12-21\r\n", "");
        var early = new District { Today = new(2024, 8, 1) }.Given(Baseline).Released(gone);
        early.Events.OfType<RecordRemoved>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => (r.Kind, r.Cause, r.SchoolId, r.SchoolYear).ShouldBe(("sectionEnrollment", "missing", "s1", 2025)));
        early.Events.OfType<SchoolEnrollmentDerived>().ShouldHaveSingleItem().Withdrawn.ShouldBeTrue();
        var late = new District { Today = new(2025, 3, 1) }.Given(Baseline).When(gone);
        (late.Held.Count, late.Plan.News.Count, late.Plan.Total.WouldDelete).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void A_complete_file_speaks_only_for_its_school_years()
    {
        var next = Baseline.With("academicSessions.csv", "sy25,,,2024-2025,schoolYear,2024-08-19,2025-06-07,,2025", "sy26,,,2025-2026,schoolYear,2025-08-18,2026-06-06,,2026")
            .With("academicSessions.csv", "t1,,,Fall,semester,2024-08-19,2024-12-21,sy25,2025", "t2,,,Fall,semester,2025-08-18,2025-12-20,sy26,2026")
            .With("courses.csv", "c1,,,sy25", "c2,,,sy26").With("classes.csv", "k1,,,Algebra 1 - P1,09,c1", "k2,,,Algebra 1 - P1,09,c2").With("classes.csv", ",s1,t1,", ",s1,t2,")
            .WithFile("enrollments.csv", "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\r\ne21,,,k2,s1,u001,student,false,,\r\n");
        var district = new District { Today = new(2025, 9, 1) }.Given(Baseline);
        var fed = district.When(next);
        fed.Held.ShouldBeEmpty();
        fed.Plan.Total.WouldDelete.ShouldBe(0);
        fed.Events.OfType<RecordRemoved>().ShouldBeEmpty();
        fed.Events.OfType<SchoolEnrollmentDerived>().ShouldHaveSingleItem().SchoolYear.ShouldBe(2026);
        district.Records.Count(r => r.Key.Kind == RecordKind.SectionEnrollment && !r.Value.Removed).ShouldBe(7);
    }

    [Fact]
    public void Who_leaves_keeps_what_was_true_of_them()
    {
        var district = InOctober();
        var fed = district.Released(Without("u005", Baseline));
        var removed = fed.Events.OfType<RecordRemoved>().ToList();
        removed.Select(r => (r.Kind, r.StudentKey, r.Cause)).ShouldBe([("person", district.Person("u005").ToString("N"), "missing")]);
        fed.Events.OfType<SectionEnrollmentRecorded>().ShouldHaveSingleItem().EndDate.ShouldBe(October);
        // Nothing more the next time, and nothing is held for those who left long ago
        var again = district.When(Without("u005", Baseline));
        (again.Held.Count, again.Plan.News.Count).ShouldBe((0, 0));
        // Back again: recorded again under the same pseudonym
        district.When(Baseline).Events.OfType<StudentRecorded>().ShouldHaveSingleItem().StudentKey.ShouldBe(district.Person("u005").ToString("N"));
    }

    [Fact]
    public void Of_who_leaves_every_place_is_ended_by_an_event_of_its_own()
    {
        var two = Baseline.With("classes.csv", "k1,,,Algebra 1 - P1,09,c1", "k2,,,Algebra 2 - P2,09,c1,,scheduled,,s1,t1,,,\r\nk1,,,Algebra 1 - P1,09,c1")
            .With("enrollments.csv", "e3,,,k1,s1,u003,student,false,2024-08-19,2024-12-21\r\n", "e3,,,k1,s1,u003,student,false,2024-08-19,2024-12-21\r\ne33,,,k2,s1,u003,student,false,2024-08-19,2024-12-21\r\n");
        var fed = new District { Today = October }.Given(two).Released(Without("u003", two));
        fed.Events.OfType<SectionEnrollmentRecorded>().Select(e => (e.ClassId, e.EndDate)).ShouldBe([("k1", October), ("k2", October)], ignoreOrder: true);
        fed.Plan.News.Select(n => n.Event.Id).ShouldBeUnique();
    }

    static byte[] Without(string user, byte[] package)
    {
        foreach (var file in new[] { "users.csv", "enrollments.csv", "demographics.csv" })
        {
            var text = System.Text.Encoding.UTF8.GetString(TestData.Unzip(package)[file]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            package = package.WithFile(file, string.Concat(text.Where(line => !line.Split(',').Contains(user)).Select(line => line + "\r\n")));
        }
        return package;
    }

    [Fact]
    public void Demographics_of_somebody_who_is_still_there_are_removed()
    {
        var fed = InOctober().Released(Baseline.WithFile("demographics.csv", string.Join("\r\n", System.Text.Encoding.UTF8.GetString(TestData.Unzip(Baseline)["demographics.csv"]).Split("\r\n").Where(l => !l.StartsWith("u003", StringComparison.Ordinal)))));
        fed.Events.OfType<RecordRemoved>().Select(r => r.Kind).ShouldBe(["demographics", "birthDate"], ignoreOrder: true);
    }

    [Fact]
    public void A_delta_touches_only_what_it_names()
    {
        var district = InOctober();
        var fed = district.When(Delta("enrollments.csv", "e1,active,2024-10-01T08:00:00.000Z,k1,s2,u001,student,false,2024-08-19,2024-12-21"));
        fed.Held.ShouldBeEmpty();
        fed.Events.OfType<SectionEnrollmentRecorded>().ShouldHaveSingleItem().SchoolId.ShouldBe("s2");
        (fed.Plan.Total.Read, fed.Plan.Total.Accepted, fed.Plan.Total.WouldDelete).ShouldBe((1, 1, 0));
    }

    [Fact]
    public void Of_changes_the_newest_counts_in_a_file_and_across_files()
    {
        var district = InOctober();
        var fed = district.When(Delta("demographics.csv", "u001,active,2024-10-03T00:00:00Z,2010-01-15,male,false,false,false,false,true,false,false,US,,,", "u001,active,2024-10-02T00:00:00Z,2010-01-15,other,false,false,false,false,true,false,false,US,,,"));
        fed.Events.OfType<StudentDemographicsRecorded>().ShouldHaveSingleItem().Sex.ShouldBe("male");
        fed.In("demographics.csv").ShouldBe([(3, "delta.superseded")]);
        var stale = district.When(Delta("demographics.csv", "u001,active,2024-10-01T00:00:00Z,2010-01-15,female,false,false,false,false,true,false,false,US,,,"));
        stale.Plan.News.ShouldBeEmpty();
        stale.In("demographics.csv").ShouldBe([(2, "delta.stale")]);
    }

    [Fact]
    public void To_be_deleted_ends_a_place_on_the_day_of_the_change()
    {
        var district = InOctober();
        var fed = district.When(Delta("enrollments.csv", "e1,tobedeleted,2024-09-20T08:00:00.000Z,,,,,,,"));
        fed.Held.ShouldBeEmpty();
        fed.Events.OfType<SectionEnrollmentRecorded>().ShouldHaveSingleItem().EndDate.ShouldBe(new(2024, 9, 20));
        fed.Plan.News[0].Event.Source.ShouldBe(new(fed.Feed, "enrollments.csv", 2));
        (fed.Plan.Total.Accepted, fed.Plan.Total.WouldDelete).ShouldBe((1, 1));
        district.When(Delta("enrollments.csv", "e77,tobedeleted,2024-09-20T08:00:00.000Z,,,,,,,")).Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void A_few_rows_that_the_source_deletes_one_by_one_hold_nothing_but_most_of_a_kind_do()
    {
        static byte[] Deleting(params string[] sessions) => Delta("academicSessions.csv", [.. sessions.Select(id => $"{id},tobedeleted,2024-09-20T08:00:00.000Z,,,,,,")]);
        var three = Baseline.With("academicSessions.csv", "t1,,,Fall,semester,2024-08-19,2024-12-21,sy25,2025", "t1,,,Fall,semester,2024-08-19,2024-12-21,sy25,2025\r\nt2,,,Spring,semester,2025-01-06,2025-06-07,sy25,2025");
        District InThree() => new District { Today = October }.Given(three);
        var one = InThree().When(Deleting("t2"));
        one.Held.ShouldBeEmpty();
        one.Events.OfType<RecordRemoved>().ShouldHaveSingleItem().RecordId.ShouldBe("t2");
        InThree().When(Deleting("t1", "t2")).Held.ShouldHaveSingleItem().ShouldBe(new HoldReason("delete.threshold", "session", 2, 3, 10));
        // The same record missing in a complete file is another matter: nobody said that it goes
        InThree().When(Baseline).Held.ShouldHaveSingleItem().ShouldBe(new HoldReason("delete.threshold", "session", 1, 3, 10));
    }

    [Fact]
    public void Many_deletions_are_asked_about_however_they_are_said()
    {
        static KindChange Of(int known, int gone, int deleted) => new() { Known = known, Gone = gone, Deleted = deleted };
        static bool Holds(KindChange change) => Verdict.Of(new Dictionary<RecordKind, KindChange> { [RecordKind.Person] = change }, [], rollover: false).Count > 0;
        Holds(Of(400, 50, 50)).ShouldBeFalse();
        Holds(Of(400, 51, 51)).ShouldBeTrue();
        Holds(Of(1000, 51, 51)).ShouldBeFalse();
        Holds(Of(400, 90, 50)).ShouldBeFalse();
        Holds(Of(400, 91, 50)).ShouldBeTrue();
    }

    [Fact]
    public void A_reference_that_is_not_there_waits_in_changes()
    {
        var fed = InOctober().When(Delta("enrollments.csv", "e9,active,2024-10-01T08:00:00.000Z,k1,s1,u077,student,false,,"));
        fed.Plan.Total.ShouldBe(new(1, 0, 0, 0, 0, Parked: 1));
        fed.In("enrollments.csv").ShouldBe([(2, "ref.missing")]);
    }

    [Fact]
    public void Attendance_goes_only_from_a_file_that_is_declared_complete_and_only_within_its_span()
    {
        const string header = "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\n";
        const string declared = "propertyName,value\nattendance.mode,exceptions\nattendance.from,2024-09-02\nattendance.to,2024-09-30\n";
        static string Days(params int[] days) => header + string.Concat(days.Select(d => $"u001,s1,2024-09-{d:D2},day,absentExcused,,\n"));
        var all = Enumerable.Range(2, 20).ToArray();
        var district = InOctober().Given(Baseline, ("declarations.csv", declared), ("attendance.csv", Days(all) + "u001,s1,2024-08-20,day,absentExcused,,\n"));
        district.When(Baseline, ("attendance.csv", Days(all[1..]))).Plan.News.ShouldBeEmpty();
        var fed = district.When(Baseline, ("declarations.csv", declared + "complete.attendance,true\n"), ("attendance.csv", Days(all[1..])));
        fed.Held.ShouldBeEmpty();
        fed.Events.OfType<RecordRemoved>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            r => (r.Kind, r.StudentKey, r.SchoolId, r.SchoolYear, r.Date).ShouldBe(("attendance", district.Person("u001").ToString("N"), "s1", 2025, new DateOnly(2024, 9, 2))),
            r => r.Salt.ShouldNotBeNull());
    }

    [Fact]
    public void In_a_declared_change_of_school_years_more_may_go()
    {
        var half = Without("u004", Without("u005", Baseline));
        InOctober().When(half).Held.Select(h => h.Kind).ShouldContain("person");
        var fed = InOctober().When(half, ("declarations.csv", "propertyName,value\nrollover.from,2024-09-01\nrollover.to,2024-10-15\n"));
        fed.Held.ShouldBeEmpty();
        fed.Events.OfType<RecordRemoved>().Count().ShouldBe(2);
    }

    [Fact]
    public void Files_of_another_school_year_may_come_at_any_time_if_they_declare_its_beginning()
    {
        var next = Without("u004", Without("u005", Baseline)).With("academicSessions.csv", "t1,,,Fall,semester,2024-08-19,2024-12-21,sy25,2025", "t1,,,Fall,semester,2024-08-19,2024-12-21,sy25,2025\r\nsy26,,,2025-2026,schoolYear,2025-08-18,2026-06-06,,2026");
        InOctober().When(next).Held.ShouldNotBeEmpty();
        var declared = ("declarations.csv", "propertyName,value\nrollover.from,2025-07-01\nrollover.to,2025-09-15\n");
        InOctober().When(next, declared).Held.ShouldBeEmpty();
        // Once the year is known, the window of its beginning counts only while it lasts
        InOctober().Given(Baseline.With("academicSessions.csv", "t1,,,Fall,semester", "sy26,,,2025-2026,schoolYear,2025-08-18,2026-06-06,,2026\r\nt1,,,Fall,semester")).When(next, declared).Held.ShouldNotBeEmpty();
    }

    [Fact]
    public void All_ids_changed_at_once_is_asked_about()
    {
        var fed = InOctober().When(TestData.Zip(TestData.Unzip(Baseline).ToDictionary(f => f.Key, f => System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(f.Value).Replace("u00", "9u00", StringComparison.Ordinal)))));
        fed.Held.Select(h => h.Code).ShouldContain("id.rekeyed");
        fed.Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void A_held_feed_says_what_it_would_do_by_kind_and_school()
    {
        var district = InOctober();
        var fed = district.When(Without("u005", Baseline).With("demographics.csv", "u001,,,2010-01-15,female", "u001,,,2010-01-15,male"));
        var gone = fed.Validated.Differences.Gone.GroupBy(g => (g.Kind, district.Records[(g.Kind, g.Key)].Facts.School)).ToDictionary(g => g.Key, g => g.Count());
        Hold.EffectsOf(fed.Validated.Differences, gone).ShouldBe([new("person", "s1", 0, 0, 1), new("demographics", null, 0, 1, 0), new("sectionEnrollment", "s1", 0, 0, 1)]);
    }
}
