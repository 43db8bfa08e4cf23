using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;

namespace EquityPlatform.Testing.Tenancy;

/// <summary>Walks every route of a service that can be read, as found in its endpoints, with tokens of every role.</summary>
/// <param name="Services">The running host's services.</param>
/// <param name="Client">A client with a token of a role for a tenant; its base address may be anywhere on the host.</param>
/// <param name="Values">Ids of the tenant's own records, by name of the route's parameter; <c>{pattern}#{parameter}</c> where a name means different things.</param>
/// <param name="Query">Question that suits every route.</param>
public sealed partial record ForeignEyes(IServiceProvider Services, Func<string, string, HttpClient> Client, IReadOnlyDictionary<string, string> Values, string Query)
{
    /// <summary>An answer with content.</summary>
    public sealed record Seen(string Role, string Route, int Status, string Body);

    /// <summary>Every GET route but health and descriptions, with what it says to each role of the tenant. Streams that never end are read up to their first bytes.</summary>
    /// <param name="of">Tenant that addresses name, where they name one; the walking one if left out.</param>
    public async Task<IReadOnlyList<Seen>> WalkAsync(string tenant, bool withPublic = false, string? of = null)
    {
        var seen = new List<Seen>();
        foreach (var role in Roles.All)
        {
            using var client = Client(role, tenant);
            foreach (var route in Routes(withPublic, of ?? tenant))
            {
                using var answer = await client.GetAsync(new Uri(client.BaseAddress!, route), HttpCompletionOption.ResponseHeadersRead);
                var body = answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? await FirstAsync(answer) : await answer.Content.ReadAsStringAsync();
                seen.Add(new(role, route, (int)answer.StatusCode, body));
            }
        }
        return seen;
    }

    /// <summary>Another tenant's tokens see none of the marks, while the own ones do (so that the walk proves something).</summary>
    public async Task ShouldSeeNothingAsync(string own, IReadOnlyList<string> marks, int atLeastRoutes)
    {
        var own_ = await WalkAsync(own);
        own_.Where(s => s.Status == 200 && marks.Any(m => s.Body.Contains(m, StringComparison.Ordinal))).Select(s => s.Route).Distinct().Count()
            .ShouldBeGreaterThanOrEqualTo(atLeastRoutes, $"routes that show the own tenant something: {string.Join(", ", own_.Select(s => $"{s.Route} {s.Status}").Distinct())}");
        foreach (var stranger in new[] { "elsewhere", own.ToUpperInvariant(), $"{own} ", $"{own}/x", "%" })
            foreach (var answer in await WalkAsync(stranger, of: own))
            {
                (answer.Status is < 500 or 503).ShouldBeTrue($"{answer.Role} of {stranger} at {answer.Route}: {answer.Body}");
                foreach (var mark in marks)
                    answer.Body.ShouldNotContain(mark, Case.Sensitive, $"{answer.Role} of {stranger} at {answer.Route}");
            }
    }

    /// <summary>Every service has these; the tenant stands in the address.</summary>
    const string Audit = "/api/audit/";

    IEnumerable<string> Routes(bool withPublic, string own) =>
        from endpoint in Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true
        where withPublic || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        let pattern = endpoint.RoutePattern.RawText ?? ""
        select pattern.StartsWith(Audit, StringComparison.Ordinal)
            ? $"{Parameter().Replace(pattern, match => match.Groups[1].Value == "tenant" ? Uri.EscapeDataString(own) : match.Groups[1].Value == "path" ? "000.p/1" : "0")}?from=0&to=1000&purpose=test{(pattern.EndsWith("inclusion", StringComparison.Ordinal) ? "&index=0" : "&old=0&new=1")}"
            : $"{Parameter().Replace(pattern, match => Value(pattern, match.Groups[1].Value))}?{Query}";

    string Value(string pattern, string parameter)
    {
        foreach (var (key, value) in Values)
            if (key.Contains('#', StringComparison.Ordinal) && pattern.Contains(key[..key.IndexOf('#', StringComparison.Ordinal)], StringComparison.Ordinal) && key.EndsWith($"#{parameter}", StringComparison.Ordinal))
                return Uri.EscapeDataString(value);
        return Uri.EscapeDataString(Values.TryGetValue(parameter, out var known) ? known : Guid.Empty.ToString());
    }

    static async Task<string> FirstAsync(HttpResponseMessage answer)
    {
        var buffer = new byte[4096];
        await using var body = await answer.Content.ReadAsStreamAsync();
        return System.Text.Encoding.UTF8.GetString(buffer, 0, await body.ReadAsync(buffer));
    }

    [GeneratedRegex(@"\{\**([A-Za-z]+)[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")]
    private static partial Regex Parameter();
}
