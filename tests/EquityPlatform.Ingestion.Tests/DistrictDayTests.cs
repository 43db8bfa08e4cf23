using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>An instant is of the day that it is in the district.</summary>
public sealed class DistrictDayTests
{
    [Theory]
    [InlineData("America/Chicago", 20)]
    [InlineData("UTC", 21)]
    public void A_change_in_the_evening_is_one_of_that_day(string zone, int day)
    {
        var known = new KnownRecords(new Keyed(new byte[32], "t", "s"), _ => new KnownKind(), new KnownKind(), new Dictionary<string, int>());
        var reading = new Reading(known, new IssueLog(), new(2024, 10, 1), new Differences(known, new(2024, 10, 1))) { Zone = TimeZoneInfo.FindSystemTimeZoneById(zone) };
        reading.DayOf(DateTimeOffset.Parse("2024-09-21T02:00:00Z", System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(new(2024, 9, day));
    }
}
