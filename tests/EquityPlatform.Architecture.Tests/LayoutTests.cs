namespace EquityPlatform.Architecture.Tests;

public sealed class LayoutTests
{
    static readonly string[] CodeFolders = ["services", "gateway", "tests"];

    [Fact]
    public void Root_holds_only_what_belongs_there() => Layout.AtRootOnly(Repository.RootEntries()).ShouldBeEmpty();

    [Fact]
    public void Files_stay_short()
    {
        var files = CodeFolders.SelectMany(folder => Repository.Files(Path.Combine(Repository.Root, folder), ".cs", ".razor"))
            .Select(file => (Repository.Relative(file), File.ReadLines(file).Count())).ToList();

        files.Count.ShouldBeGreaterThan(20);
        Layout.Sizes(files).ShouldBeEmpty();
    }

    [Fact]
    public void Folders_are_named_for_what_lies_in_them() =>
        Layout.FolderNames(CodeFolders.SelectMany(folder => Repository.Folders(Path.Combine(Repository.Root, folder))).Select(Repository.Relative)).ShouldBeEmpty();

    [Fact]
    public void The_image_restores_every_project_that_the_hosts_are_built_from()
    {
        var hosts = Path.Combine(Repository.Root, "deploy", "hosts.proj");
        var projects = new HashSet<string>(StringComparer.Ordinal);
        Collect(hosts, "Host");
        projects.Count.ShouldBeGreaterThan(8);
        var image = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "Dockerfile"));
        projects.Select(p => $"COPY {p}/*.csproj {p}/packages.lock.json {p}/").Where(line => !image.Contains(line, StringComparison.Ordinal)).ShouldBeEmpty();

        void Collect(string file, string reference)
        {
            foreach (var path in System.Xml.Linq.XDocument.Load(file).Descendants(reference).Select(r => Path.GetFullPath(r.Attribute("Include")!.Value, Path.GetDirectoryName(file)!)))
                if (projects.Add(Path.GetDirectoryName(Repository.Relative(path))!))
                    Collect(path, "ProjectReference");
        }
    }

    // Proof that the guards bite

    [Fact]
    public void Refuses_a_stranger_at_the_root() =>
        Layout.AtRootOnly(["services", "src", "notes.txt"]).ShouldBe(["src does not belong at the root.", "notes.txt does not belong at the root."]);

    [Fact]
    public void Refuses_long_files() =>
        Layout.Sizes([("services/A/Big.cs", 401), ("services/A/Fine.cs", 400), ("services/A/Program.cs", 61)])
            .ShouldBe(["services/A/Big.cs has 401 lines, more than 400.", "services/A/Program.cs has 61 lines, more than 60."]);

    [Fact]
    public void Refuses_empty_folder_names() =>
        Layout.FolderNames(["services/Ingestion/Helpers", "services/Ingestion/Feeds"]).ShouldHaveSingleItem().ShouldContain("Helpers");
}
