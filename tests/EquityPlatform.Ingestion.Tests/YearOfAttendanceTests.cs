using System.Diagnostics;
using System.Globalization;
using System.Text;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Testing;
using Xunit.Abstractions;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>
/// 960 students, 13,972 section enrolments, a year of exceptions. Counts are asserted; clock and processor time are
/// only printed, since targets belong to benchmarks.
/// </summary>
public sealed class YearOfAttendanceTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_year_of_a_thousand_students_is_accepted_row_by_row()
    {
        var files = TestData.Unzip(TestData.GrandBend());
        var attendance = new StringBuilder("userSourcedId,schoolSourcedId,date,scope,category,portion,reason\n");
        var rows = 0;
        foreach (var line in Encoding.UTF8.GetString(files["users.csv"]).Split('\n').Where(l => l.StartsWith("stu-", StringComparison.Ordinal)))
        {
            var user = line.Split(',');
            for (var day = rows % 7; day < 270; day += 17, rows++)
                attendance.Append(CultureInfo.InvariantCulture, $"{user[0]},{user[4]},{new DateOnly(2021, 8, 23).AddDays(day):yyyy-MM-dd},day,absentExcused,,\n");
        }
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        await client.FeedAsync(TestData.BadInput("00-valid-baseline").AsBody(), "?source=warm-up");
        var (before, watch) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.StartNew());
        var feed = await client.FeedAsync(new UploadPart[] { new("package.zip", TestData.GrandBend()), new("attendance.csv", Encoding.UTF8.GetBytes(attendance.ToString())) }.AsMultipart());
        var spent = Process.GetCurrentProcess().TotalProcessorTime - before;
        output.WriteLine($"{feed.Counts.Accepted} rows, {feed.Position} events: {watch.Elapsed.TotalSeconds:F1} s by the clock, {spent.TotalSeconds:F1} s of processor");
        feed.Files.Single(f => f.File == "attendance.csv").Counts.ShouldBe(new(rows, rows, 0, 0, 0));
    }
}
