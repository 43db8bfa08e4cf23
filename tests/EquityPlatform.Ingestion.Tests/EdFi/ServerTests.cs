using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EquityPlatform.EdFiServer;

namespace EquityPlatform.Ingestion.Tests.EdFi;

/// <summary>The server behaves as the rules of the Ed-Fi API say, so that tests against it mean something.</summary>
public sealed class ServerTests : IAsyncLifetime
{
    EdFiHost server = null!;
    string token = "";

    public async Task InitializeAsync()
    {
        server = await EdFiHost.StartAsync(EdFiDistrict.Folder, "http://127.0.0.1:0", "k", "s");
        token = (await (await TokenAsync("k:s", new() { ["grant_type"] = "client_credentials" })).Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.ToString();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    async Task<HttpResponseMessage> TokenAsync(string? basic, Dictionary<string, string> form)
    {
        using var http = new HttpClient { BaseAddress = new(server.Address) };
        if (basic is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        return await http.PostAsync("/oauth/token", new FormUrlEncodedContent(form));
    }

    async Task<(HttpStatusCode Status, JsonArray Items, HttpResponseHeaders Headers)> GetAsync(string query)
    {
        using var http = new HttpClient { BaseAddress = new(server.Address), DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        var answer = await http.GetAsync("/data/v3/ed-fi/" + query);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonArray>())! : [], answer.Headers);
    }

    [Fact]
    public async Task A_token_is_given_for_the_secret_in_one_place_only()
    {
        var body = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = "k", ["client_secret"] = "s" };
        (await TokenAsync(null, body)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TokenAsync("k:s", body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await TokenAsync("k:x", new() { ["grant_type"] = "client_credentials" })).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await new HttpClient { BaseAddress = new(server.Address) }.GetAsync("/data/v3/ed-fi/schools")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Pages_have_25_items_or_at_most_500_and_filters_are_flat()
    {
        (await GetAsync("students")).Items.Count.ShouldBe(25);
        (await GetAsync("students?limit=501")).Status.ShouldBe(HttpStatusCode.BadRequest);
        var (_, items, headers) = await GetAsync("students?offset=950&limit=500&totalCount=true");
        (items.Count, headers.GetValues("Total-Count").Single()).ShouldBe((10, "960"));
        (await GetAsync("studentSchoolAttendanceEvents?studentUniqueId=604822&limit=500")).Items.ShouldAllBe(i => i!["studentReference"]!["studentUniqueId"]!.ToString() == "604822");
        (await GetAsync("nothing")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Windows_of_change_versions_include_both_ends_and_deletes_and_key_changes_have_keys()
    {
        var newest = server.Store.Newest;
        server.Store.Change("students", EdFiDistrict.OfStudent("604822"), s => s["firstName"] = "New");
        server.Store.Delete("students", EdFiDistrict.OfStudent("604821"));
        server.Store.Change("studentSchoolAssociations", EdFiDistrict.OfStudent("604822"), s => s["entryDate"] = "2021-09-01");
        server.Store.Change("studentSchoolAssociations", EdFiDistrict.OfStudent("604822"), s => s["entryDate"] = "2021-09-02");
        (await GetAsync($"students?minChangeVersion={newest + 1}&maxChangeVersion={newest + 1}")).Items.Count.ShouldBe(1);
        (await GetAsync($"students/deletes?minChangeVersion={newest + 2}")).Items.Single()!["keyValues"]!["studentUniqueId"]!.ToString().ShouldBe("604821");
        var moved = (await GetAsync($"studentSchoolAssociations/keyChanges?minChangeVersion={newest + 1}")).Items.Single()!;
        (moved["oldKeyValues"]!["entryDate"]!.ToString(), moved["newKeyValues"]!["entryDate"]!.ToString()).ShouldBe(("2021-08-23", "2021-09-02"));
    }

    [Fact]
    public async Task Pages_by_token_reach_every_item_once()
    {
        var seen = new List<string>();
        for (var next = ""; ;)
        {
            var (_, items, headers) = await GetAsync("students?pageSize=300" + (next.Length == 0 ? "" : $"&pageToken={next}"));
            seen.AddRange(items.Select(i => i!["id"]!.ToString()));
            if (items.Count == 0)
                break;
            next = headers.GetValues("Next-Page-Token").Single();
        }
        seen.Distinct().Count().ShouldBe(960);
        seen.Count.ShouldBe(960);
    }
}
