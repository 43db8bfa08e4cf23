using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Http;

namespace EquityPlatform.Web.Tests;

public sealed class LiveProgressTests(StandIn stand) : IClassFixture<StandIn>
{
    private static readonly Feed Received = new(Guid.NewGuid(), "received", 0, "sis", DateTimeOffset.UnixEpoch, "demo:data-steward", null, 100, new string('a', 64), false, null, null, null, new(0, 0, 0, 0, 0), []);

    [Fact]
    public async Task Events_are_passed_on_in_words_while_they_come()
    {
        var shown = new TaskCompletionSource();
        stand.Says($"ingestion/feeds/{Received.FeedId}/progress", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await Send(context, Received);
            // Nothing is kept back until the end
            await shown.Task;
            await Send(context, Received with { State = "applying", Progress = 40 });
            await Send(context, Received with { State = "held" });
        });
        using var browser = await stand.SignedIn(Roles.DataSteward);
        using var answer = await browser.GetAsync($"/es/feeds/{Received.FeedId}/progress", HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        (await NextAsync(lines)).ShouldBe(new ProgressInWords("recibido, en espera", null, "Espera su turno.", false));
        shown.SetResult();
        (await NextAsync(lines)).ShouldBe(new ProgressInWords("aplicándose", 40, "40 por ciento hecho.", false));
        (await NextAsync(lines)).Done.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_may_not_see_the_file_sees_no_progress_either()
    {
        stand.Refuses($"ingestion/feeds/{Received.FeedId}/progress", 403, "auth.role", "Your role may not do this.");
        using var browser = await stand.SignedIn(Roles.Principal);
        using var answer = await browser.GetAsync($"/feeds/{Received.FeedId}/progress");
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
    }

    private static async Task Send(HttpContext context, Feed feed)
    {
        await context.Response.WriteAsync($"event: feed\ndata: {JsonSerializer.Serialize(feed, ServiceDoor.Json)}\n\n");
        await context.Response.Body.FlushAsync();
    }

    private static async Task<ProgressInWords> NextAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync() is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return JsonSerializer.Deserialize<ProgressInWords>(line["data: ".Length..], ServiceDoor.Json)!;
        throw new EndOfStreamException("The events ended too early.");
    }
}
