namespace EquityPlatform.EdFiServer;

/// <summary>What the root of an ODS/API tells.</summary>
static class Discovery
{
    public static void MapDiscovery(this WebApplication app, Switches switches) => app.MapGet("/", (HttpRequest request) =>
    {
        var root = $"{request.Scheme}://{request.Host}";
        var urls = new Dictionary<string, string> { ["oauth"] = $"{root}/oauth/token", ["dataManagementApi"] = $"{root}/data/v3/", ["openApiMetadata"] = $"{root}/metadata/" };
        if (switches.ChangeQueries)
            urls["changeQueries"] = $"{root}/changeQueries/v1/";
        return Results.Json(new { version = switches.Version, informationalVersion = switches.Version, suite = "3", dataModels = new[] { new { name = "Ed-Fi", version = switches.DataStandard } }, urls });
    });
}
