using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EquityPlatform.EdFiServer;

/// <summary>Items, deletes and key changes, page by page.</summary>
static class Data
{
    const int DefaultLimit = 25, MaximumLimit = 500;
    static readonly string[] Reserved = ["offset", "limit", "totalCount", "minChangeVersion", "maxChangeVersion", "pageToken", "pageSize", "number"];

    public static void MapData(this WebApplication app, Store live, Switches switches, Tokens tokens, ConcurrentQueue<string> requests)
    {
        var snapshot = new Lazy<Store>(live.Copy);
        var asked = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        app.MapGet("/changeQueries/v1/availableChangeVersions", (HttpContext context) =>
            !tokens.Accepts(context.Request) ? Problem(401)
            : !switches.ChangeQueries ? Problem(404)
            : switches.Take("availableChangeVersions") is { } fault ? Answer(context, fault)
            : Results.Json(new { oldestChangeVersion = 0, newestChangeVersion = live.Newest }));
        app.MapGet("/data/v3/ed-fi/{resource}", (HttpContext context, string resource) => Serve(context, resource, "", (store, from, to) =>
            store.Items(resource, from, to).Where(item => Matches(item.Json, context.Request.Query)).Select(i => (i.Order, Node: (JsonNode)i.Json))));
        app.MapGet("/data/v3/ed-fi/{resource}/deletes", (HttpContext context, string resource) => Serve(context, resource, "/deletes", (store, from, to) =>
            store.Deletions(resource, from, to).Select(d => (d.ChangeVersion, Node: (JsonNode)Keyless(new JsonObject { ["id"] = d.Id, ["changeVersion"] = d.ChangeVersion, ["keyValues"] = d.Keys.DeepClone() })))));
        app.MapGet("/data/v3/ed-fi/{resource}/keyChanges", (HttpContext context, string resource) => Serve(context, resource, "/keyChanges", (store, from, to) =>
            store.KeyChanges(resource, from, to).Select(k => (k.ChangeVersion, Node: (JsonNode)new JsonObject { ["id"] = k.Id, ["changeVersion"] = k.ChangeVersion, ["oldKeyValues"] = k.Old.DeepClone(), ["newKeyValues"] = k.New.DeepClone() }))));

        JsonObject Keyless(JsonObject deletion)
        {
            if (!switches.KeysOfDeletes)
                deletion.Remove("keyValues");
            return deletion;
        }

        IResult Serve(HttpContext context, string resource, string suffix, Func<Store, long?, long?, IEnumerable<(long Order, JsonNode Node)>> rows)
        {
            var query = context.Request.Query;
            requests.Enqueue($"{resource}{suffix}{context.Request.QueryString}");
            if (!tokens.Accepts(context.Request))
                return Problem(401);
            if (switches.Take(resource + suffix) is { } fault)
                return Answer(context, fault);
            if (!live.Knows(resource) || (suffix.Length > 0 && !switches.ChangeQueries))
                return Problem(404);
            if (switches.Forbidden.Contains(resource))
                return Problem(403);
            var fromSnapshot = context.Request.Headers["Use-Snapshot"] == "true";
            if (fromSnapshot && switches.SnapshotIsGone)
                return Problem(410);
            switches.BeforePage?.Invoke(resource + suffix, asked.AddOrUpdate(resource + suffix, 0, (_, n) => n + 1));
            var store = fromSnapshot ? snapshot.Value : live;
            var all = rows(store, Number(query, "minChangeVersion"), Number(query, "maxChangeVersion")).ToList();
            return query.ContainsKey("pageSize") || query.ContainsKey("pageToken") ? ByCursor(context, suffix, all) : ByOffset(context, all);
        }
    }

    static IResult ByOffset(HttpContext context, List<(long Order, JsonNode Node)> all)
    {
        var (offset, limit) = (Number(context.Request.Query, "offset") ?? 0, Number(context.Request.Query, "limit") ?? DefaultLimit);
        if (limit is < 0 or > MaximumLimit || offset < 0)
            return Problem(400);
        if (context.Request.Query["totalCount"] == "true")
            context.Response.Headers["Total-Count"] = all.Count.ToString(CultureInfo.InvariantCulture);
        return Page(all.Skip((int)offset).Take((int)limit));
    }

    /// <summary>From 7.3: pages by the items' own order, which no change shifts. Not for deletes and key changes.</summary>
    static IResult ByCursor(HttpContext context, string suffix, List<(long Order, JsonNode Node)> all)
    {
        var size = Number(context.Request.Query, "pageSize") ?? DefaultLimit;
        var token = context.Request.Query["pageToken"].ToString();
        if (suffix.Length > 0 || size is < 1 or > MaximumLimit || context.Request.Query.ContainsKey("offset"))
            return Problem(400);
        var after = token.Length == 0 ? 0 : long.Parse(token, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var page = all.Where(row => row.Order > after).Take((int)size).ToList();
        if (page.Count > 0)
            context.Response.Headers["Next-Page-Token"] = page[^1].Order.ToString("x", CultureInfo.InvariantCulture);
        return Page(page);
    }

    static IResult Page(IEnumerable<(long Order, JsonNode Node)> rows) => Results.Text(new StringBuilder("[").AppendJoin(',', rows.Select(r => r.Node.ToJsonString())).Append(']').ToString(), "application/json");

    static bool Matches(JsonObject item, IQueryCollection query) =>
        query.Where(q => !Reserved.Contains(q.Key)).All(q => Store.Find(item, q.Key)?.ToString() == q.Value);

    static long? Number(IQueryCollection query, string name) => long.TryParse(query[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    static IResult Problem(int status) => Results.Json(new { status, title = $"Status {status}" }, statusCode: status, contentType: "application/problem+json");

    public static IResult Answer(HttpContext context, Fault fault)
    {
        if (fault.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problem(fault.Status);
    }
}
