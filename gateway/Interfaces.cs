using System.Text;
using System.Text.Encodings.Web;

namespace EquityPlatform.Gateway;

/// <summary><c>/api</c>: one page that lists the interface of every service; <c>/api/roles</c>: who may call what.</summary>
internal static class Interfaces
{
    public static void MapInterfaces(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api", (Upstreams upstreams, HttpRequest request) => WantsHtml(request)
            ? Page("Interfaces of the equity platform", List(upstreams.Present))
            : Results.Json(upstreams.Present.ToDictionary(service => service, Description))).AllowAnonymous();
        app.MapGet("/api/roles", async (RoleMatrix matrix, HttpRequest request, CancellationToken cancellation) =>
        {
            var rows = await matrix.ReadAsync(cancellation);
            return WantsHtml(request) ? Page("Who may call what", Table(rows)) : Results.Json(rows);
        }).AllowAnonymous();
    }

    public static string Description(string service) => $"/api/{service}/v1/openapi.json";

    static bool WantsHtml(HttpRequest request) => request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    static IResult Page(string title, string body) => Results.Content($"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><meta name="viewport" content="width=device-width, initial-scale=1"></head>
        <body><main><h1>{title}</h1>{body}</main></body></html>
        """, "text/html; charset=utf-8");

    static string List(IEnumerable<string> services)
    {
        var page = new StringBuilder("<p>Each service describes its HTTP interface as OpenAPI 3.1. Send a bearer token with every request that is not public. <a href=\"/api/roles\">Who may call what</a></p><ul>");
        foreach (var service in services)
            page.Append("<li><a href=\"").Append(Description(service)).Append("\">").Append(service).Append("</a></li>");
        return page.Append("</ul>").ToString();
    }

    static string Table(IEnumerable<RouteAccess> rows)
    {
        var page = new StringBuilder("<table><caption>Made from what each service enforces</caption><thead><tr><th scope=\"col\">Method</th><th scope=\"col\">Address</th><th scope=\"col\">Roles</th></tr></thead><tbody>");
        foreach (var row in rows)
            page.Append("<tr><td>").Append(HtmlEncoder.Default.Encode(row.Method)).Append("</td><th scope=\"row\">").Append(HtmlEncoder.Default.Encode(row.Path)).Append("</th><td>")
                .Append(row.Public ? "everyone, without signing in" : row.Roles.Count == 0 ? "every role" : HtmlEncoder.Default.Encode(string.Join(", ", row.Roles))).Append("</td></tr>");
        return page.Append("</tbody></table>").ToString();
    }
}
