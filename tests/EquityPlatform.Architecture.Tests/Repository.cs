namespace EquityPlatform.Architecture.Tests;

/// <summary>The checked-out repository: where it lies and what is in it, without build output.</summary>
static class Repository
{
    static readonly string[] NotOurs = ["bin", "obj", ".git", ".local", ".vs", ".idea", "TestResults", "node_modules"];

    public static readonly string Root = FindRoot();

    /// <summary>Build configuration of this test run: the other assemblies are looked up in the same one.</summary>
    public static readonly string Configuration =
        new DirectoryInfo(AppContext.BaseDirectory).Parent?.Name ?? throw new InvalidOperationException("No configuration folder.");

    public static IEnumerable<string> Files(string under, params string[] endings) =>
        Directory.Exists(under) ? Walk(under).Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal))) : [];

    public static IEnumerable<string> Folders(string under) =>
        Directory.EnumerateDirectories(under).Where(IsOurs).SelectMany(folder => Folders(folder).Prepend(folder));

    public static IEnumerable<string> RootEntries() =>
        Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName).OfType<string>().Where(name => !NotOurs.Contains(name));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The compiled assembly of a project in <paramref name="folder"/>.</summary>
    public static string Assembly(string folder, string name)
    {
        var path = Path.Combine(Root, folder, "bin", Configuration, "net10.0", name switch { "AuditTool" => "equity-audit.dll", "SampleData" => "equity-sample.dll", _ => $"EquityPlatform.{name}.dll" });
        return File.Exists(path) ? path : throw new FileNotFoundException($"Build the solution first ({Configuration}): {Relative(path)} is missing.");
    }

    static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder).Where(IsOurs).SelectMany(Walk));

    static bool IsOurs(string path) => !NotOurs.Contains(Path.GetFileName(path));

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EquityPlatform.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("EquityPlatform.sln was not found above the test assembly.");
    }
}
