using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>Where a file stands, in the reader's words, for the script that keeps the page up to date.</summary>
/// <param name="Percent">Null while nobody can say how much is left.</param>
/// <param name="Done">Nothing more happens by itself: the page is loaded once more.</param>
public sealed record ProgressInWords(string State, int? Percent, string Words, bool Done);

/// <summary>Passes ingestion's server-sent events on, in words.</summary>
internal sealed class FeedProgress(ServiceDoor door, Language language)
{
    public async Task<IResult> Follow(Guid feed, Site page, CancellationToken ct)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await door.Raw(new HttpRequestMessage(HttpMethod.Get, ServiceDoor.Uri("ingestion", $"feeds/{feed}/progress")), HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (HttpRequestException)
        {
            return page.Refused(new Refusal(0, "site.service-down", null) { Service = "ingestion" });
        }
        if (answer.IsSuccessStatusCode)
            return TypedResults.ServerSentEvents(InWords(answer, ct), "progress");
        using (answer)
            return page.Refused(await ServiceDoor.ReadRefusal("ingestion", answer, ct));
    }

    private async IAsyncEnumerable<ProgressInWords> InWords(HttpResponseMessage answer, [EnumeratorCancellation] CancellationToken ct)
    {
        using (answer)
        {
            await using var body = await answer.Content.ReadAsStreamAsync(ct);
            await foreach (var item in SseParser.Create(body, (_, data) => JsonSerializer.Deserialize<Feed>(data, ServiceDoor.Json)).EnumerateAsync(ct))
                if (item.Data is { } feed)
                    yield return new(FeedTexts.State(language, feed), feed.Percent(), FeedTexts.ProgressOf(language, feed), !feed.IsWorking());
        }
    }
}
