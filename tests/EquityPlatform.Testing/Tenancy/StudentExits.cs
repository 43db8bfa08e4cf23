using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using EquityPlatform.Contracts;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost.Disclosing;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;

namespace EquityPlatform.Testing.Tenancy;

/// <summary>
/// Finds every route by which data about single students could leave, from what the routes say that they answer, so that none can be forgotten: such a route
/// records a disclosure (<see cref="DisclosingRoutes.DisclosesStudents"/>), or stands in a list with the reason why it need not.
/// </summary>
public static class StudentExits
{
    /// <summary>Routes of every service whose answers say nothing about single students, though their types could hold it.</summary>
    static readonly Dictionary<string, string> Harmless = new()
    {
        ["/openapi.json"] = "describes the interface",
        ["/health/live"] = "no data",
        ["/health/ready"] = "no data",
        ["/operations/halts/retry"] = "says nothing but yes or no",
        ["/checkpoint"] = "a hash and a signature",
        ["/vkey"] = "public keys",
        ["/tile/entries/{**path}"] = "hashes, and names of streams with random keys",
        ["/tile/{level:int:range(0,6)}/{**path}"] = "hashes",
        ["/leaf/{index:long:min(0)}"] = "hashes, and the name of a stream; of streams about students only for those who may read the log",
        ["/proof/inclusion"] = "hashes",
        ["/proof/consistency"] = "hashes",
    };

    /// <summary>Names of members that hold the key of a student.</summary>
    static readonly HashSet<string> Keys = new(StringComparer.OrdinalIgnoreCase) { "StudentKey", "StudentKeys", "PersonKey" };

    /// <summary>Checks every route of a host; returns those that record disclosures.</summary>
    /// <param name="exempt">Routes of this service, by the end of their address, with the reason why nothing about single students leaves by them.</param>
    public static IReadOnlyList<string> ShouldAllBeRecorded(IServiceProvider services, IReadOnlyDictionary<string, string>? exempt = null)
    {
        var recorded = new List<string>();
        var reasons = Harmless.Keys.Concat(exempt?.Keys ?? []).ToHashSet();
        foreach (var route in services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Where(IsForPeople))
        {
            var name = $"{route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0]} {route.RoutePattern.RawText}";
            if (route.Metadata.GetMetadata<DisclosesStudents>() is not null)
                recorded.Add(name);
            else if (Objection(route) is { } objection)
                reasons.ShouldContain(reason => name.EndsWith(reason, StringComparison.Ordinal), $"{name} {objection} and neither records a disclosure nor stands in the list of those that need not");
        }
        return recorded;
    }

    /// <summary>What another service asks for stays within the platform.</summary>
    static bool IsForPeople(RouteEndpoint route) =>
        route.Metadata.GetOrderedMetadata<RequiredRoles>() is not { Count: > 0 } required || required.Any(roles => roles.Roles.Any(role => role != Roles.Service));

    static string? Objection(RouteEndpoint route)
    {
        var types = route.Metadata.OfType<IProducesResponseTypeMetadata>().Where(produced => produced.StatusCode is >= 200 and < 300 && produced.Type is not null && produced.Type != typeof(void)).Select(produced => produced.Type!).ToList();
        return types.Count == 0 ? "does not say what it answers" : types.Select(type => Member(type, [])).FirstOrDefault(member => member is not null);
    }

    static string? Member(Type type, HashSet<Type> seen)
    {
        if (type == typeof(object) || type == typeof(JsonElement) || type == typeof(JsonDocument) || typeof(JsonNode).IsAssignableFrom(type) || type == typeof(byte[]) || type == typeof(string) && seen.Count == 0)
            return $"answers with something that can hold anything ({type.Name})";
        if (type.IsPrimitive || type.IsEnum || type.Namespace is "System" && !type.IsGenericType || !seen.Add(type))
            return null;
        var inner = type.IsArray ? [type.GetElementType()!] : type.IsGenericType ? type.GetGenericArguments() : Type.EmptyTypes;
        if (inner.Select(one => one == typeof(string) ? null : Member(one, seen)).FirstOrDefault(found => found is not null) is { } within)
            return within;
        if (typeof(IEnumerable).IsAssignableFrom(type))
            return null;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            if (Keys.Contains(property.Name))
                return $"answers with {type.Name}.{property.Name}";
            else if (property.PropertyType != typeof(string) && Member(property.PropertyType, seen) is { } found)
                return found;
        return null;
    }
}
