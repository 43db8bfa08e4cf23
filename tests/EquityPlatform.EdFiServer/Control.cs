using System.Text.Json.Nodes;

namespace EquityPlatform.EdFiServer;

/// <summary>Routes for demos, beside the API: change and delete items, make requests fail.</summary>
static class Control
{
    public static void MapControl(this WebApplication app, Store store, Switches switches)
    {
        app.MapPut("/_control/{resource}", async (string resource, HttpRequest request) =>
        {
            if (await JsonNode.ParseAsync(request.Body) is not JsonObject item)
                return Results.BadRequest();
            store.Put(resource, item);
            return Results.NoContent();
        });
        app.MapDelete("/_control/{resource}/{id}", (string resource, string id) => store.Knows(resource) && store.Delete(resource, item => item["id"]?.ToString() == id) ? Results.NoContent() : Results.NotFound());
        app.MapPost("/_control/fail/{what}", (string what, int status, int times, int? retryAfter) =>
        {
            switches.Fail(what, new(status, times, retryAfter));
            return Results.NoContent();
        });
        app.MapPost("/_control/forbid/{resource}", (string resource) =>
        {
            switches.Forbidden.Add(resource);
            return Results.NoContent();
        });
        app.MapPost("/_control/change-queries/{on:bool}", (bool on) =>
        {
            switches.ChangeQueries = on;
            return Results.NoContent();
        });
    }
}
