using Yarp.ReverseProxy.Configuration;

namespace EquityPlatform.Gateway;

/// <summary>Routes and clusters, made from the addresses. An API route needs sign-in unless it is listed here as public.</summary>
internal static class GatewayRoutes
{
    const string SignedIn = "default";
    const string Public = "anonymous";
    const long FeedBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>What anyone may read without a token; the services decide the same again.</summary>
    public static readonly IReadOnlyList<string> PublicReporting =
    [
        "/api/reporting/v1/releases",
        "/api/reporting/v1/releases/{id}",
        "/api/reporting/v1/releases/{id}/tables",
        "/api/reporting/v1/releases/{id}/data.csv",
        "/api/reporting/v1/releases/{id}/data.json",
        "/api/reporting/v1/receipts/{code}",
    ];

    /// <summary>Uploads of whole district files; they stream through.</summary>
    static readonly string[] UploadPages = ["/feeds", "/es/feeds", "/feeds/mappings/look", "/es/feeds/mappings/look", "/feeds/mappings/try", "/es/feeds/mappings/try"];

    public static IReadOnlyList<RouteConfig> Routes(Upstreams upstreams)
    {
        var routes = new List<RouteConfig>();
        foreach (var service in upstreams.Present)
        {
            routes.Add(Route($"{service}-openapi", service, $"/api/{service}/v1/openapi.json", Public, order: 0, "GET", "HEAD"));
            routes.Add(Route(service, service, $"/api/{service}/{{**rest}}", SignedIn, order: 2));
            // One address for the audit logs of all services; each keeps its own
            routes.Add(Route($"{service}-audit", service, $"/api/audit/v1/{service}/{{**rest}}", SignedIn, order: 2, "GET", "HEAD"));
            routes.Add(Route($"{service}-audit-check", service, $"/api/audit/v1/{service}/{{tenant}}/check", SignedIn, order: 1, "POST"));
        }
        if (upstreams.Addresses.ContainsKey("reporting"))
            routes.AddRange(PublicReporting.Select((path, i) => Route($"reporting-public-{i}", "reporting", path, Public, order: 1, "GET", "HEAD")));
        if (upstreams.Addresses.ContainsKey("ingestion"))
        {
            routes.Add(Route("ingestion-upload", "ingestion", "/api/ingestion/v1/feeds", SignedIn, order: 1, "POST") with { MaxRequestBodySize = FeedBytes });
            routes.Add(Route("ingestion-upload-piece", "ingestion", "/api/ingestion/v1/uploads/{id}", SignedIn, order: 1, "PATCH") with { MaxRequestBodySize = FeedBytes });
        }
        if (upstreams.Addresses.ContainsKey(Upstreams.Web))
        {
            routes.Add(Page(Upstreams.Web, "/{**page}", order: 100));
            routes.AddRange(UploadPages.Select((path, i) => Page($"web-upload-{i}", path, order: 3, "POST") with { MaxRequestBodySize = FeedBytes }));
        }
        return routes;
    }

    public static IReadOnlyList<ClusterConfig> Clusters(Upstreams upstreams) =>
    [
        .. upstreams.Addresses.Select(upstream => new ClusterConfig
        {
            ClusterId = upstream.Key,
            Destinations = new Dictionary<string, DestinationConfig> { [upstream.Key] = new() { Address = upstream.Value } },
        }),
    ];

    /// <summary>The site sees the address that the browser used, so that its redirects lead back through the gateway.</summary>
    static RouteConfig Page(string id, string path, int order, params string[] methods) => Route(id, Upstreams.Web, path, Public, order, methods) with
    {
        Transforms = [new Dictionary<string, string> { ["RequestHeaderOriginalHost"] = "true" }],
    };

    static RouteConfig Route(string id, string cluster, string path, string policy, int order, params string[] methods) => new()
    {
        RouteId = id,
        ClusterId = cluster,
        Order = order,
        AuthorizationPolicy = policy,
        Match = new RouteMatch { Path = path, Methods = methods.Length == 0 ? null : methods },
    };
}
