using System.Text;

namespace EquityPlatform.Gateway;

/// <summary><c>/api</c>: one page that lists the interface description of every service.</summary>
internal static class Interfaces
{
    public static void MapInterfaces(this IEndpointRouteBuilder app) =>
        app.MapGet("/api", (Upstreams upstreams, HttpRequest request) => WantsJson(request)
            ? Results.Json(upstreams.Present.ToDictionary(service => service, Description))
            : Results.Content(Page(upstreams.Present), "text/html; charset=utf-8")).AllowAnonymous();

    static string Description(string service) => $"/api/{service}/v1/openapi.json";

    static bool WantsJson(HttpRequest request) => !request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    static string Page(IEnumerable<string> services)
    {
        var page = new StringBuilder("""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Interfaces of the equity platform</title><meta name="viewport" content="width=device-width, initial-scale=1"></head>
            <body><main><h1>Interfaces of the equity platform</h1><p>Each service describes its HTTP interface as OpenAPI 3.1. Send a bearer token with every request that is not public.</p><ul>
            """);
        foreach (var service in services)
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"<li><a href=\"{Description(service)}\">{service}</a></li>");
        return page.Append("</ul></main></body></html>").ToString();
    }
}
