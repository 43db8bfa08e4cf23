using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Testing;

namespace EquityPlatform.Indicators.Tests.Service;

public sealed class ConsistencyTests(IndicatorsHost host) : IClassFixture<IndicatorsHost>
{
    [Fact]
    public async Task Every_answer_given_while_events_stream_in_is_right_for_the_position_it_names()
    {
        var (tenant, feed) = ($"t-{Guid.NewGuid():N}", TestFeed.Small());
        for (var i = 0; i < 150; i++)
            feed.Student($"new{i:D3}", learner: null, ("A", 0, 20));
        await host.ApplyAsync(tenant, [.. feed.Events.Take(100)]);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => ReadAsync(tenant, feed, done.Token)).ToArray();

        foreach (var batch in feed.Events.Skip(100).Chunk(4))
            await host.ApplyAsync(tenant, batch);
        await done.CancelAsync();
        var answers = await Task.WhenAll(readers);

        answers.ShouldAllBe(count => count > 0);
        // What was committed before the question came is in the answer
        (await AskAsync(host.Client(Roles.Service, tenant), feed)).ShouldBe(feed.Position);
    }

    [Fact]
    public async Task The_interface_description_lists_every_route()
    {
        var description = await host.Client(Roles.EquityAnalyst, "any").GetFromJsonAsync<JsonElement>("openapi.json");
        var paths = description.GetProperty("paths").EnumerateObject().Select(path => path.Name.Replace("/api/indicators/v1", "", StringComparison.Ordinal)).ToList();
        foreach (var route in new[] { "/indicators", "/schools", "/school-years", "/values", "/gaps", "/attention", "/snapshots", "/snapshots/{id}", "/lineage" })
            paths.ShouldContain(route);
    }

    [Fact]
    public async Task A_parameter_that_cannot_be_read_is_refused_in_words_at_every_address() =>
        (await MalformedParameters.TryAllAsync(role => host.Client(role, "grand-bend"), "indicators")).ShouldContain("/api/indicators/v1/values?schoolYear");

    async Task<int> ReadAsync(string tenant, TestFeed feed, CancellationToken done)
    {
        var (answers, last, client) = (0, 0L, host.Client(Roles.Service, tenant));
        do
        {
            var position = await AskAsync(client, feed);
            position.ShouldBeGreaterThanOrEqualTo(last);
            (answers, last) = (answers + 1, position);
        }
        while (!done.IsCancellationRequested);
        return answers;
    }

    /// <summary>Asks, checks the number against the events up to the position that the answer names, and returns that position.</summary>
    static async Task<long> AskAsync(HttpClient client, TestFeed feed)
    {
        var values = await client.GetFromJsonAsync<IndicatorValues>("values?indicator=enrollment&schoolYear=2026&dimension=all&school=A");
        var position = values!.Positions["ingestion"];
        values.Cells.ShouldHaveSingleItem().Numerator.ShouldBe(feed.Events.Where(e => e.Seq <= position && e.Type == SchoolEnrollmentRecorded.Type)
            .Select(e => e.Data.Deserialize<SchoolEnrollmentRecorded>(EventSourcing.EventTypes.Json)!).Count(e => e.SchoolId == "A"));
        return position;
    }
}
