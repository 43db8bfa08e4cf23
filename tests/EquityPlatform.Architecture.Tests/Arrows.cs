using System.Xml.Linq;

namespace EquityPlatform.Architecture.Tests;

/// <summary>One project as its file states it.</summary>
sealed record Project(string Name, string Folder, IReadOnlyList<string> References, IReadOnlyList<string> Packages);

/// <summary>Who may reference whom. A project or an arrow that is not listed here needs a decision record.</summary>
static class Arrows
{
    static readonly string[] Service = ["Contracts", "EventSourcing", "ServiceHost"];

    public static readonly IReadOnlyDictionary<string, (string Folder, string[] MayReference)> Projects = new Dictionary<string, (string, string[])>
    {
        ["Contracts"] = ("services/Contracts", []),
        ["EventSourcing"] = ("services/EventSourcing", []),
        ["Hosting"] = ("services/Hosting", []),
        ["ServiceHost"] = ("services/ServiceHost", ["Hosting", "Contracts", "EventSourcing"]),
        ["Ingestion"] = ("services/Ingestion", Service),
        ["Indicators"] = ("services/Indicators", Service),
        ["Interventions"] = ("services/Interventions", Service),
        ["Reporting"] = ("services/Reporting", Service),
        ["Web"] = ("services/Web", ["Hosting", "Contracts"]),
        ["Gateway"] = ("gateway", ["Hosting"]),
        // Checks what the services wrote, so it shares no line with them
        ["AuditTool"] = ("services/AuditTool", []),
        ["SampleData"] = ("services/SampleData", ["Contracts"]),
    };

    /// <summary>Libraries that only these projects may name, in their project files and in their compiled code.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Reserved = new Dictionary<string, string[]>
    {
        // The bus stays behind ServiceHost: handlers never call it
        ["MassTransit"] = ["ServiceHost"],
        ["Npgsql"] = ["EventSourcing", "ServiceHost", "Ingestion", "Indicators", "Interventions", "Reporting", "AuditTool"],
        ["Yarp.ReverseProxy"] = ["Gateway"],
    };

    public static Project Read(string file)
    {
        var document = XDocument.Load(file);
        IReadOnlyList<string> Included(string item) => [.. document.Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>()];
        return new(
            ShortName(Path.GetFileNameWithoutExtension(file)),
            Repository.Relative(Path.GetDirectoryName(file) ?? ""),
            [.. Included("ProjectReference").Select(path => ShortName(Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))))],
            Included("PackageReference"));
    }

    /// <summary>What the project file may not say.</summary>
    public static IEnumerable<string> Violations(Project project)
    {
        if (project.Name.EndsWith(".Tests", StringComparison.Ordinal) || project.Name is "Testing" or "Benchmarks" or "EdFiServer" or "Faults" or "Faults.Rig")
            return TestViolations(project);
        if (!Projects.TryGetValue(project.Name, out var rule))
            return [$"{project.Name} in {project.Folder} is not a project of the design."];
        return
        [
            .. project.Folder == rule.Folder ? [] : new[] { $"{project.Name} lies in {project.Folder}, not in {rule.Folder}." },
            .. project.References.Except(rule.MayReference).Select(other => $"{project.Name} may not reference {other}."),
            .. project.Packages.Where(package => ReservedFor(package) is { } owners && !owners.Contains(project.Name))
                .Select(package => $"{project.Name} may not use the package {package}."),
        ];
    }

    /// <summary>What the compiled assembly may not reference: other projects beyond the arrows (also indirectly reached ones), reserved libraries.</summary>
    public static IEnumerable<string> Violations(string project, IEnumerable<string> referencedAssemblies)
    {
        var reachable = Reachable(project);
        foreach (var assembly in referencedAssemblies)
        {
            if (assembly.StartsWith("EquityPlatform.", StringComparison.Ordinal) && !reachable.Contains(ShortName(assembly)))
                yield return $"{project} is compiled against {assembly}.";
            else if (ReservedFor(assembly) is { } owners && !owners.Contains(project))
                yield return $"{project} is compiled against {assembly}.";
            else if (project == "Contracts" && !IsFramework(assembly))
                yield return $"Contracts is compiled against {assembly}: it may reference nothing.";
        }
    }

    static IEnumerable<string> TestViolations(Project project)
    {
        var subject = project.Name.Replace(".Tests", "", StringComparison.Ordinal);
        string[] allowed = project.Name switch
        {
            "Testing" => ["EventSourcing", "ServiceHost"],
            "Benchmarks" => ["AuditTool", "EventSourcing", "Ingestion", "ServiceHost", "Testing"],
            // The rig is a service, which the suite builds with fault points and starts as processes
            "Faults.Rig" => Service,
            "Faults" => ["Faults.Rig", "Testing"],
            // Somebody else's API, for tests and demos: shares no line with the platform
            "EdFiServer" => [],
            "Ingestion.Tests" => [subject, "EdFiServer", "Testing"],
            // The browser walks the site against it
            "E2E.Tests" => ["EdFiServer", "Testing"],
            // Holds the tool against what the services write
            "AuditTool.Tests" => [subject, "EventSourcing", "ServiceHost", "Testing"],
            _ => [subject, "Testing"],
        };
        return project.References.Except(allowed).Select(other => $"{project.Name} may not reference {other}.");
    }

    static HashSet<string> Reachable(string project)
    {
        var direct = Projects.TryGetValue(project, out var rule) ? rule.MayReference : [];
        return [.. direct, .. direct.SelectMany(Reachable)];
    }

    static string[]? ReservedFor(string library) =>
        Reserved.FirstOrDefault(rule => library == rule.Key || library.StartsWith(rule.Key + ".", StringComparison.Ordinal)).Value;

    static bool IsFramework(string assembly) =>
        assembly is "netstandard" or "mscorlib" || assembly.StartsWith("System", StringComparison.Ordinal);

    static string ShortName(string name) => name.Replace("EquityPlatform.", "", StringComparison.Ordinal);
}
