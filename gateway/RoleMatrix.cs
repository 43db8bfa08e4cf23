using System.Text.Json;
using EquityPlatform.Hosting;

namespace EquityPlatform.Gateway;

/// <summary>Who may call a route.</summary>
/// <param name="Public">Without signing in.</param>
/// <param name="Roles">Empty where every role may (or where the route is public).</param>
internal sealed record RouteAccess(string Service, string Method, string Path, bool Public, IReadOnlyList<string> Roles);

/// <summary>The role-by-route matrix, read from the services' own descriptions (which are made from what they enforce), so that it cannot be out of date.</summary>
internal sealed class RoleMatrix(Upstreams upstreams, IHttpClientFactory clients)
{
    static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    public async Task<IReadOnlyList<RouteAccess>> ReadAsync(CancellationToken cancellation)
    {
        var rows = new List<RouteAccess>();
        foreach (var service in upstreams.Present)
            rows.AddRange(await ReadAsync(service, cancellation));
        return rows;
    }

    async Task<IEnumerable<RouteAccess>> ReadAsync(string service, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(ServicesHealth.Client);
        try
        {
            await using var body = await client.GetStreamAsync(new Uri(new Uri(upstreams.Addresses[service]), Interfaces.Description(service)), cancellation);
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellation);
            return [.. document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
                .Where(operation => Methods.Contains(operation.Name))
                .Select(operation => Access(service, operation.Name, path.Name, operation.Value)))];
        }
        catch (HttpRequestException)
        {
            throw new ProblemException(StatusCodes.Status502BadGateway, "service.unreachable", $"The service {service} does not answer.");
        }
    }

    static RouteAccess Access(string service, string method, string path, JsonElement operation) => new(service, method.ToUpperInvariant(), path,
        operation.TryGetProperty("security", out var security) && security.GetArrayLength() == 0,
        operation.TryGetProperty("x-roles", out var roles) ? [.. roles.EnumerateArray().Select(role => role.GetString() ?? "")] : []);
}
