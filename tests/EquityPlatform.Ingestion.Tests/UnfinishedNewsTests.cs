using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>What a feed that is given up left behind: kept, taken back, in doubt or removed. The whole way, with real kills, is in Kills/StoppedTests.</summary>
public sealed class UnfinishedNewsTests
{
    static readonly EventTypes Types = IngestionService.Definition.Types;
    static readonly Guid Feed = new(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), Student = Guid.NewGuid(), Key = Guid.NewGuid(), Before = Guid.NewGuid(), After = Guid.NewGuid();
    static readonly DateOnly Day = new(2024, 10, 1);

    /// <summary>Whoever adds a kind of records adds it there.</summary>
    [Fact]
    public void Every_event_about_a_record_is_known()
    {
        // They follow from other records, and are derived anew
        Type[] follow = [typeof(SchoolEnrollmentDerived), typeof(SchoolEnrollmentStated)];
        var missing = Types.All.Where(t => t.Value.GetProperty("Change")?.PropertyType == typeof(Change) && !follow.Contains(t.Value))
            .Where(t => Told.By(Recorded(t.Key, File.ReadAllText(Path.Combine(Corpus, $"{t.Key.Replace('/', '.')}.json")))) is null).Select(t => t.Key).ToList();
        missing.ShouldBeEmpty();
    }

    [Fact]
    public void What_reached_its_record_is_kept()
    {
        var news = Of(Attended(null), new StateOf(RecordKind.Attendance, Key, After, Student, Feed, new(School: "s1", Year: 2025, Day: Day), false));
        (news.TakenBack.Count, news.InDoubt.Count, news.Removed.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void A_day_that_its_periods_add_up_to_is_kept_by_a_record_of_its_own() =>
        Of(Attended(null), new StateOf(RecordKind.PeriodDay, Key, After, Student, Feed, new(School: "s1", Year: 2025, Day: Day), false)).TakenBack.ShouldBeEmpty();

    [Fact]
    public void A_new_record_without_state_is_taken_back() => Of(Attended(null)).TakenBack.ShouldHaveSingleItem().Told.Facts.Day.ShouldBe(Day);

    [Fact]
    public void A_record_that_went_before_is_taken_back_again() =>
        Of(Attended(null), new StateOf(RecordKind.Attendance, Key, Before, Student, Guid.NewGuid(), new(School: "s1", Year: 2025, Day: Day), true)).TakenBack.Count.ShouldBe(1);

    [Fact]
    public void A_known_record_that_changed_comes_into_doubt_and_no_other()
    {
        var news = Of(Attended(Before), new StateOf(RecordKind.Attendance, Key, Before, Student, Guid.NewGuid(), new(School: "s1", Year: 2025, Day: Day), false),
            new StateOf(RecordKind.Attendance, Guid.NewGuid(), Guid.NewGuid(), Student, Guid.NewGuid(), new(School: "s1", Year: 2025, Day: Day.AddDays(1)), false));
        news.InDoubt.ShouldBe([(RecordKind.Attendance, Key)]);
        news.TakenBack.ShouldBeEmpty();
    }

    [Fact]
    public void A_record_that_went_over_to_somebody_else_comes_into_doubt() =>
        Of(Attended(Before), new StateOf(RecordKind.Attendance, Key, Before, Guid.NewGuid(), Guid.NewGuid(), default, false)).InDoubt.ShouldBe([(RecordKind.Attendance, Key)]);

    [Fact]
    public void What_was_removed_is_removed() =>
        Of(new RecordRemoved("attendance", "missing", Student.ToString("N"), null, null, "s1", 2025, Day, null, Before.ToString("N"), "salt"),
            new StateOf(RecordKind.Attendance, Key, Before, Student, Guid.NewGuid(), default, false)).Removed.ShouldBe([(RecordKind.Attendance, Key)]);

    [Fact]
    public void Of_what_is_sealed_the_feed_tells_whether_it_is_kept()
    {
        var mine = new StateOf(RecordKind.BirthDate, Key, After, Student, Feed, default, false);
        Of(Sealed(), mine).InDoubt.ShouldBeEmpty();
        Of(Sealed(), mine with { Feed = Guid.NewGuid() }).InDoubt.Count.ShouldBe(1);
        Of(Sealed()).TakenBack.Count.ShouldBe(1);
    }

    static object Sealed() => Types.Deserialize(StudentBirthDateRecorded.Type, File.ReadAllText(Path.Combine(Corpus, "student-birth-date-recorded.1.json")));

    static AttendanceRecorded Attended(Guid? before) => new(Student.ToString("N"), "s1", 2025, Day, "absentExcused", 10_000, new(before?.ToString("N"), After.ToString("N")), "salt");

    static UnfinishedNews Of(object happened, params StateOf[] states)
    {
        var type = Types.All.Single(t => t.Value == happened.GetType()).Key;
        var recorded = Recorded(type, System.Text.Json.JsonSerializer.Serialize(happened, EventTypes.Json));
        return UnfinishedNews.Of(Feed, [(recorded, Told.By(recorded)!.Value)], states);
    }

    static RecordedEvent Recorded(string type, string json) => new(1, Guid.NewGuid(), "t", $"student-{Student:N}", 1, type, json, DateTimeOffset.UnixEpoch, "u", null, null, null, null, Types);

    static string Corpus => Path.Combine(Path.GetDirectoryName(Here())!, "Corpus");

    static string Here([System.Runtime.CompilerServices.CallerFilePath] string here = "") => here;
}
