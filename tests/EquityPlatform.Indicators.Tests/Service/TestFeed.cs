using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Indicators.Tests.Service;

/// <summary>
/// Published events of a small district: schools A and B with 20 school days, all students enrolled for all of them, silence means present.
/// Every record has a row of its own.
/// </summary>
internal sealed class TestFeed
{
    public static readonly Guid Feed = new("11111111-2222-3333-4444-555555555555");
    static readonly DateTimeOffset Instant = new(2026, 1, 31, 6, 0, 0, TimeSpan.Zero);
    static readonly DateOnly First = new(2025, 9, 1);

    readonly List<PublishedEvent> events = [];

    public IReadOnlyList<PublishedEvent> Events => events;

    public long Position => events[^1].Seq;

    public static DateOnly Day(int n) => First.AddDays(n / 5 * 7 + n % 5);

    /// <summary>
    /// School A: ten students, a0..a9, even ones English learners; a0 and a2 missed 2 of 20 days (chronic), the others one day or none. School B: b0..b4, nobody missed
    /// more than a day. mover: ten days in A, three of them missed, then ten days in B.
    /// </summary>
    public static TestFeed Small()
    {
        var feed = new TestFeed();
        feed.Add("organization", OrganizationRecorded.Type, new OrganizationRecorded("D", "district", "Test District", null, null), "orgs.csv");
        foreach (var school in new[] { "A", "B" })
        {
            feed.Add("organization", OrganizationRecorded.Type, new OrganizationRecorded(school, "school", $"School {school}", "D", null), "orgs.csv");
            for (var n = 0; n < 20; n++)
                feed.Add("calendar", CalendarDayRecorded.Type, new CalendarDayRecorded(school, Day(n), "instructional"), "calendar.csv");
        }
        feed.Add("session", SessionRecorded.Type, new SessionRecorded("y", "2025-2026", "schoolYear", First, new(2026, 6, 1), null, 2026, null), "academicSessions.csv");
        feed.Add("coverage", AttendanceCoverageDeclared.Type, new AttendanceCoverageDeclared("exceptions", First, new(2026, 6, 1), Derived: true), "declarations.csv");
        for (var i = 0; i < 10; i++)
            feed.Student($"a{i}", learner: i % 2 == 0, ("A", 0, 20)).Absences($"a{i}", "A", i is 0 or 2 ? [3, 4] : i < 5 ? [i] : []);
        for (var i = 0; i < 5; i++)
            feed.Student($"b{i}", learner: null, ("B", 0, 20)).Absences($"b{i}", "B", [i]);
        return feed.Student("mover", learner: true, ("A", 0, 10), ("B", 10, 20)).Absences("mover", "A", [0, 1, 2]).Applied();
    }

    public TestFeed Student(string key, bool? learner, params (string School, int From, int To)[] spans)
    {
        Add(key, StudentDemographicsRecorded.Type, new StudentDemographicsRecorded(key, "female", false, ["white"], "white", "ED-2007"), "demographics.csv");
        if (learner is { } takes)
            Add(key, StudentProgramRecorded.Type, new StudentProgramRecorded(key, "englishLearner", takes, null, null), "programs.csv");
        foreach (var (school, from, to) in spans)
            Add(key, SchoolEnrollmentRecorded.Type, new SchoolEnrollmentRecorded(key, school, 2026, Day(from), Day(to), "05", Derived: true,
                [new(Feed, "users.csv", events.Count + 2), new(Feed, "enrollments.csv", events.Count + 2)]), "enrollments.csv");
        return this;
    }

    public TestFeed Absences(string key, string school, int[] days, int portion = 10_000)
    {
        foreach (var day in days)
            Add(key, AttendanceRecorded.Type, new AttendanceRecorded(key, school, 2026, Day(day), portion == 0 ? "present" : "absentExcused", portion), "attendance.csv");
        return this;
    }

    public TestFeed CalendarDay(string school, int day, int weight) =>
        Add("calendar", CalendarDayRecorded.Type, new CalendarDayRecorded(school, Day(day), "instructional", weight), "calendar.csv");

    public TestFeed Applied() => Add("feed", FeedApplied.Type, new FeedApplied(Feed, 1, 1, 0, 0, 0), null);

    TestFeed Add(string stream, string type, object data, string? file)
    {
        // Positions of one tenant are a subsequence of the log's
        var seq = events.Count * 3 + 5;
        events.Add(new(seq, Guid.NewGuid(), type, stream, Instant.AddSeconds(seq), JsonSerializer.SerializeToElement(data, data.GetType(), EventTypes.Json),
            file is null ? null : new(Feed, file, events.Count + 2)));
        return this;
    }
}
