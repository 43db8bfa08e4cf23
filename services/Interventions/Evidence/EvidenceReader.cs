using System.Net;
using System.Text.Json;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary>Fetches evidence snapshots from the indicators service. What a client says about their content is never used.</summary>
internal sealed class EvidenceReader(ServiceClients clients)
{
    public async Task<EvidenceFact> FetchAsync(string tenant, Guid? snapshot, CancellationToken cancellation)
    {
        if (snapshot is not { } id || id == Guid.Empty)
            return new EvidenceFact.NotNamed();
        var client = clients.For("indicators", tenant);
        try
        {
            using var answer = await client.GetAsync($"api/indicators/v1/snapshots/{id:D}", cancellation);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return new EvidenceFact.Unknown(id);
            answer.EnsureSuccessStatusCode();
            using var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
            var found = EvidenceFact.Of(document.RootElement);
            return found.Copy.SnapshotId == id ? found : throw new JsonException("Another snapshot than asked for.");
        }
        catch (Exception e) when (IndicatorsBorder.IsTrouble(e, cancellation))
        {
            throw IndicatorsBorder.Problem(e);
        }
    }
}

/// <summary>What can go wrong between this service and the indicators service, said once.</summary>
internal static class IndicatorsBorder
{
    public static bool IsTrouble(Exception e, CancellationToken cancellation) =>
        e is HttpRequestException or JsonException or IOException or InvalidOperationException || (e is OperationCanceledException && !cancellation.IsCancellationRequested);

    public static ProblemException Problem(Exception e) => e is JsonException or InvalidOperationException
        ? new(StatusCodes.Status502BadGateway, "indicators.bad-answer", "The indicators service gave an answer that cannot be read. Nothing was recorded.")
        : new(StatusCodes.Status503ServiceUnavailable, "indicators.unavailable", "The indicators service does not answer, so the numbers cannot be fetched. Nothing was recorded; try again in a moment.");
}
