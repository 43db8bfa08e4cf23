using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using Xunit.Abstractions;

namespace EquityPlatform.Indicators.Tests.Service;

/// <summary>A thousand students with a row for every day of a year. The counts are asserted, the times only printed: targets are for benchmarks.</summary>
public sealed class YearOfAttendanceTests(IndicatorsHost host, ITestOutputHelper output) : IClassFixture<IndicatorsHost>
{
    const int Students = 1_000, Days = 180, EventsPerCommit = 2_000;
    static readonly DateOnly First = new(2025, 9, 1);
    static readonly Guid Feed = Guid.NewGuid();

    [Fact]
    public async Task A_year_of_attendance_of_a_thousand_students_ends_in_exact_counts()
    {
        var tenant = $"t-{Guid.NewGuid():N}";
        var batches = Events().Chunk(EventsPerCommit).ToList();

        var watch = Stopwatch.StartNew();
        foreach (var batch in batches)
            await host.ApplyAsync(tenant, batch);
        var applied = watch.Elapsed;
        var client = host.Client(Roles.EquityAnalyst, tenant);
        var uri = new Uri("values?indicator=chronic-absence&schoolYear=2026", UriKind.Relative);
        watch.Restart();
        var values = await client.GetFromJsonAsync<IndicatorValues>(uri);
        var firstAnswer = watch.Elapsed;
        var times = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            watch.Restart();
            using var answer = await client.GetAsync(uri);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        times.Sort();

        var all = values!.Cells.Single(c => c is { School: "district", Dimension: "all" });
        (all.Numerator, all.Denominator).ShouldBe((Students / 10, Students));
        output.WriteLine($"{batches.Sum(b => b.Length):N0} events applied in {applied.TotalSeconds:0.0} s; first answer {firstAnswer.TotalMilliseconds:0} ms; warm p50 {times[25]:0.0} ms, p95 {times[47]:0.0} ms");
    }

    static IEnumerable<PublishedEvent> Events()
    {
        var seq = 0L;
        yield return Event(OrganizationRecorded.Type, new OrganizationRecorded("A", "school", "School A", null, null));
        yield return Event(AttendanceCoverageDeclared.Type, new AttendanceCoverageDeclared("all", First, First.AddYears(1), Derived: false));
        for (var day = 0; day < Days; day++)
            yield return Event(CalendarDayRecorded.Type, new CalendarDayRecorded("A", First.AddDays(day), "instructional"));
        for (var i = 0; i < Students; i++)
        {
            var key = $"student-{i:D6}-0123456789abcdef";
            yield return Event(SchoolEnrollmentRecorded.Type, new SchoolEnrollmentRecorded(key, "A", 2026, First, First.AddDays(Days), "05", false, [new(Feed, "enrollments.csv", i + 2)]));
            // Every tenth student misses every tenth day
            for (var day = 0; day < Days; day++)
                yield return i % 10 == 0 && day % 10 == 0
                    ? Event(AttendanceRecorded.Type, new AttendanceRecorded(key, "A", 2026, First.AddDays(day), "absentExcused", 10_000))
                    : Event(AttendanceRecorded.Type, new AttendanceRecorded(key, "A", 2026, First.AddDays(day), "present", 0));
        }

        PublishedEvent Event(string type, object data) => new(++seq, Guid.NewGuid(), type, "s", DateTimeOffset.UnixEpoch,
            JsonSerializer.SerializeToElement(data, data.GetType(), EventTypes.Json), new(Feed, "attendance.csv", (int)seq));
    }
}
