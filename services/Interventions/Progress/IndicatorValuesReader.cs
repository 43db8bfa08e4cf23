using System.Net;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary>What the indicators service says now about one school year. <paramref name="Cell"/> is null where it has none: missing.</summary>
/// <param name="LastDay">Last day of the school year, null if no session says.</param>
internal sealed record Reading(int IndicatorVersion, int SchoolYear, DateOnly? LastDay, IndicatorCell? Cell, IReadOnlyDictionary<string, long> Positions, IReadOnlyList<string> Derived);

/// <summary>Reads today's values of a goal's indicator, group and school, one per school year since its baseline.</summary>
internal sealed class IndicatorValuesReader(ServiceClients clients, ILogger<IndicatorValuesReader> logger)
{
    /// <summary>Null if the indicators service does not answer: the stored points are shown all the same.</summary>
    public async Task<IReadOnlyList<Reading>?> ReadAsync(string tenant, GoalSummary goal, CancellationToken cancellation)
    {
        var client = clients.For("indicators", tenant);
        try
        {
            var years = await client.GetFromJsonAsync<List<SchoolYearSummary>>("api/indicators/v1/school-years", cancellation) ?? [];
            var readings = await Task.WhenAll(years.Where(y => y.SchoolYear >= goal.Baseline.SchoolYear).Select(year => ReadAsync(client, goal, year, cancellation)));
            return [.. readings.OfType<Reading>()];
        }
        catch (Exception e) when (IndicatorsBorder.IsTrouble(e, cancellation))
        {
            logger.LogWarning(e, "Current values of goal {GoalId} could not be read", goal.GoalId);
            return null;
        }
    }

    static async Task<Reading?> ReadAsync(HttpClient client, GoalSummary goal, SchoolYearSummary year, CancellationToken cancellation)
    {
        var address = FormattableString.Invariant($"api/indicators/v1/values?indicator={Uri.EscapeDataString(goal.Indicator)}&schoolYear={year.SchoolYear}&dimension={Uri.EscapeDataString(goal.Dimension)}&school={Uri.EscapeDataString(goal.School)}");
        using var answer = await client.GetAsync(address, cancellation);
        if (answer.StatusCode == HttpStatusCode.NotFound) // the school or year is not known there any more
            return null;
        answer.EnsureSuccessStatusCode();
        var values = await answer.Content.ReadFromJsonAsync<IndicatorValues>(cancellation) ?? throw new System.Text.Json.JsonException("No values.");
        var cell = values.Cells.SingleOrDefault(c => c.School == goal.School && c.Dimension == goal.Dimension && c.Group == goal.Group);
        return new(values.Definition.Version, values.SchoolYear, year.EndDate?.AddDays(-1), cell, values.Positions, values.Derived);
    }
}
