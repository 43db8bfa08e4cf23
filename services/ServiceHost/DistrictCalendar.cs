using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;

namespace EquityPlatform.ServiceHost;

/// <summary>A district's own day: its IANA zone (<c>TimeZones:{tenant}</c>, else <c>TimeZones:default</c>, else UTC) decides what "today" is.</summary>
public sealed class DistrictCalendar(TimeProvider clock, IConfiguration configuration)
{
    readonly ConcurrentDictionary<string, TimeZoneInfo> zones = new(StringComparer.Ordinal);

    public DateOnly Today(string tenant) => DayOf(tenant, clock.GetUtcNow());

    public DateOnly DayOf(string tenant, DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone(tenant)).DateTime);

    /// <summary>IANA name, as PostgreSQL takes it.</summary>
    public string ZoneName(string tenant) => Zone(tenant).Id;

    public TimeZoneInfo Zone(string tenant) => zones.GetOrAdd(tenant, t => TimeZoneInfo.FindSystemTimeZoneById(
        configuration[$"TimeZones:{t}"] ?? configuration["TimeZones:default"] ?? "UTC"));
}
