namespace EquityPlatform.Architecture.Tests;

/// <summary>Rules about places, sizes and names.</summary>
static class Layout
{
    const int LongestFile = 400;
    const int LongestProgram = 60;

    static readonly string[] AtRoot =
    [
        "EquityPlatform.sln", "README.md", "docker-compose.yml", "services", "gateway", "tests", "deploy", ".github", ".ci",
        "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "global.json", "BannedSymbols.txt", ".gitignore", ".gitattributes", ".dockerignore",
    ];

    static readonly string[] EmptyWords = ["Services", "Helpers", "Common", "Managers"];

    public static IEnumerable<string> AtRootOnly(IEnumerable<string> entries) =>
        entries.Except(AtRoot).Select(entry => $"{entry} does not belong at the root.");

    public static IEnumerable<string> Sizes(IEnumerable<(string Path, int Lines)> files) =>
        from file in files
        let limit = Path.GetFileName(file.Path) == "Program.cs" ? LongestProgram : LongestFile
        where file.Lines > limit
        select $"{file.Path} has {file.Lines} lines, more than {limit}.";

    public static IEnumerable<string> FolderNames(IEnumerable<string> folders) =>
        folders.Where(folder => EmptyWords.Contains(Path.GetFileName(folder))).Select(folder => $"{folder} says nothing about what lies in it.");
}
