using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Reporting.Files;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Reporting.Jobs;

/// <summary>The job cannot go on now, but may later.</summary>
internal sealed class TryLaterException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>The release cannot be made as asked.</summary>
internal sealed class CannotReleaseException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Gets every value of a school year from the indicators service, all at the same event positions.</summary>
internal sealed class FetchValues(ServiceClients clients)
{
    /// <summary>Rounds until the indicators stand still; while a feed is being applied they move.</summary>
    const int Rounds = 5;
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<SourceValues> FetchAsync(string tenant, int schoolYear, CancellationToken cancellation)
    {
        var client = clients.For("indicators", tenant);
        var definitions = await GetAsync<List<IndicatorDefinition>>(client, "indicators", cancellation);
        for (var round = 0; round < Rounds; round++)
        {
            var schools = await GetAsync<List<SchoolSummary>>(client, "schools", cancellation);
            List<IndicatorValues> answers = [];
            foreach (var definition in definitions)
                answers.Add(await GetAsync<IndicatorValues>(client, FormattableString.Invariant($"values?indicator={Uri.EscapeDataString(definition.Code)}&schoolYear={schoolYear}"), cancellation));
            if (answers.Count == 0 || answers.TrueForAll(a => a.Cells.Count == 0))
                throw new CannotReleaseException("release.no-values", "There are no values for this school year.");
            if (answers.TrueForAll(a => SamePositions(a.Positions, answers[0].Positions)))
                return new(answers[0].Positions, answers[0].DataAsOf, [.. answers.SelectMany(a => a.Derived).Distinct(StringComparer.Ordinal)], [.. answers.Select(a => a.Definition)],
                    schools.ToDictionary(s => s.School, s => s.Name, StringComparer.Ordinal), [.. answers.SelectMany(a => a.Cells)]);
        }
        throw new TryLaterException("indicators.moving", "The indicators are being updated. The release waits until they stand still.");
    }

    static bool SamePositions(IReadOnlyDictionary<string, long> a, IReadOnlyDictionary<string, long> b) =>
        a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var position) && position == entry.Value);

    static async Task<T> GetAsync<T>(HttpClient client, string path, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri($"api/indicators/v1/{path}", UriKind.Relative), cancellation);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                throw new CannotReleaseException("release.no-values", "There are no values for this school year.");
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<T>(Json, cancellation) ?? throw new HttpRequestException("The answer is empty.");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new TryLaterException("indicators.unavailable", "The indicators service does not answer as expected. The release is tried again.");
        }
    }
}
