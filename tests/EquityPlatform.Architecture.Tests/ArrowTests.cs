using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace EquityPlatform.Architecture.Tests;

public sealed class ArrowTests
{
    [Fact]
    public void Project_files_keep_to_the_arrows()
    {
        var projects = Repository.Files(Repository.Root, ".csproj").Select(Arrows.Read).ToList();

        projects.Select(project => project.Name).ShouldBeUnique();
        Arrows.Projects.Keys.Except(projects.Select(project => project.Name)).ShouldBeEmpty();
        projects.SelectMany(Arrows.Violations).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiled_assemblies_keep_to_the_arrows(string name) =>
        Arrows.Violations(name, ReferencedBy(Repository.Assembly(Arrows.Projects[name].Folder, name))).ShouldBeEmpty();

    public static TheoryData<string> Names() => [.. Arrows.Projects.Keys];

    // Proof that the guards bite

    [Theory]
    [InlineData("Ingestion", "services/Ingestion", "Indicators", "", "Ingestion may not reference Indicators.")]
    [InlineData("Web", "services/Web", "ServiceHost", "", "Web may not reference ServiceHost.")]
    [InlineData("Web", "services/Web", "", "Npgsql", "Web may not use the package Npgsql.")]
    [InlineData("Interventions", "services/Interventions", "", "MassTransit.RabbitMQ", "Interventions may not use the package MassTransit.RabbitMQ.")]
    [InlineData("Contracts", "shared/Contracts", "", "", "Contracts lies in shared/Contracts, not in services/Contracts.")]
    [InlineData("Common", "services/Common", "", "", "Common in services/Common is not a project of the design.")]
    [InlineData("Ingestion.Tests", "tests/EquityPlatform.Ingestion.Tests", "Indicators", "", "Ingestion.Tests may not reference Indicators.")]
    public void Refuses_a_project_file_that_breaks_an_arrow(string name, string folder, string reference, string package, string violation) =>
        Arrows.Violations(new Project(name, folder, List(reference), List(package))).ShouldBe([violation]);

    [Theory]
    [InlineData("Reporting", "EquityPlatform.Indicators")]
    [InlineData("Gateway", "EquityPlatform.ServiceHost")]
    [InlineData("Ingestion", "MassTransit.Abstractions")]
    [InlineData("Hosting", "Npgsql")]
    [InlineData("Contracts", "Microsoft.AspNetCore.Http")]
    public void Refuses_an_assembly_that_breaks_an_arrow(string name, string assembly) =>
        Arrows.Violations(name, ["System.Runtime", assembly]).ShouldHaveSingleItem().ShouldContain(assembly);

    [Fact]
    public void Reads_references_from_compiled_code() =>
        Arrows.Violations("Contracts", ReferencedBy(typeof(ArrowTests).Assembly.Location)).ShouldContain("Contracts is compiled against Shouldly: it may reference nothing.");

    static string[] List(string one) => one.Length == 0 ? [] : [one];

    static List<string> ReferencedBy(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
