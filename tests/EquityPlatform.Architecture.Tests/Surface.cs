using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace EquityPlatform.Architecture.Tests;

/// <summary>Types of a compiled assembly as others see them.</summary>
sealed record CompiledType(string Namespace, string Name, bool Public, bool Static, IReadOnlyList<string> Methods);

/// <summary>A service has two doors, <c>AddX</c> and <c>MapX</c>, in one internal class, and shows nothing else.</summary>
static class Surface
{
    public static readonly string[] Services = ["Ingestion", "Indicators", "Interventions", "Reporting"];

    public static IEnumerable<string> Violations(string service, IReadOnlyCollection<CompiledType> types)
    {
        foreach (var type in types.Where(type => type.Public && type.Name != "Program" && type.Namespace.StartsWith("EquityPlatform.", StringComparison.Ordinal)))
            yield return $"{type.Namespace}.{type.Name} is public; a service shows nothing.";
        var doors = types.SingleOrDefault(type => type.Name == $"{service}Service");
        if (doors is null or { Static: false } or { Public: true })
            yield return $"{service} needs one internal static class {service}Service with its doors.";
        else
            foreach (var door in new[] { $"Add{service}", $"Map{service}" }.Except(doors.Methods))
                yield return $"{service}Service lacks the door {door}.";
    }

    public static IReadOnlyList<CompiledType> Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        return
        [
            .. from handle in metadata.TypeDefinitions
               let type = metadata.GetTypeDefinition(handle)
               where !type.IsNested
               select new CompiledType(
                   metadata.GetString(type.Namespace), metadata.GetString(type.Name),
                   (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public,
                   type.Attributes.HasFlag(TypeAttributes.Abstract | TypeAttributes.Sealed),
                   [.. type.GetMethods().Select(method => metadata.GetString(metadata.GetMethodDefinition(method).Name))]),
        ];
    }
}
