using System.Diagnostics;

namespace EquityPlatform.E2E.Tests;

/// <summary>The system under test, started by <c>deploy/eq e2e</c> or <c>deploy/eq bench</c> (or any other, named by <c>EQUITY_URL</c>).</summary>
static class RunningSystem
{
    public static readonly Uri Site = new(Environment.GetEnvironmentVariable("EQUITY_URL")
        ?? throw new InvalidOperationException("EQUITY_URL is not set. Run these tests with deploy/eq e2e."));

    public static readonly string Root = FindRoot();

    public static readonly string SampleFolder = Path.Combine(Root, "deploy/samples/grand-bend");

    public static readonly string SamplePackage = Path.Combine(SampleFolder, "grandbend-oneroster-1.1.zip");

    public static readonly IReadOnlyList<string> SampleSideFiles =
        [.. new[] { "attendance.csv", "programs.csv", "declarations.csv" }.Select(name => Path.Combine(SampleFolder, name))];

    public const int SampleYear = 2022;

    public static string KeyFile => Environment.GetEnvironmentVariable("EQUITY_IDENTITY_KEY")
        ?? Path.Combine(Environment.GetEnvironmentVariable("EQUITY_LOCAL") ?? Path.Combine(Root, ".local"), "identity.pem");

    public static string Chromium => Environment.GetEnvironmentVariable("EQUITY_CHROMIUM") is { Length: > 0 } path ? path : "/usr/bin/chromium";

    /// <summary>Where pictures and traces of a run go.</summary>
    public static string Pictures => Directory.CreateDirectory(Path.Combine(Root, ".local/e2e-pictures")).FullName;

    /// <summary>The file that <c>deploy/eq bench</c> prints at its end.</summary>
    public static string Figures => Path.Combine(Root, ".local/bench-figures.txt");

    /// <summary>The folder of data, keys and logs that <c>deploy/eq</c> keeps.</summary>
    public static string Data => Environment.GetEnvironmentVariable("EQUITY_LOCAL") ?? Path.Combine(Root, ".local");

    /// <summary>What <c>pg_dump</c> writes of one of the system's databases.</summary>
    public static async Task<string> DumpAsync(string database, params string[] options)
    {
        var settings = (await File.ReadAllLinesAsync(Path.Combine(Data, "settings.env"))).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        var program = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin/pg_dump")).LastOrDefault(File.Exists) : null;
        var start = new ProcessStartInfo(program ?? "pg_dump", ["-h", "127.0.0.1", "-p", settings["port_postgres"], "-U", "postgres", .. options, database]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = settings["postgres_password"];
        using var process = Process.Start(start) ?? throw new InvalidOperationException("pg_dump did not start.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"pg_dump of {database} failed: {await error}");
    }

    /// <summary>Runs a verb of <c>deploy/eq</c>, as an operator would.</summary>
    public static async Task OperateAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Root, "deploy/eq"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("deploy/eq did not start.");
        // What it starts in the background keeps no pipe of ours: their output goes to logs
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"deploy/eq {string.Join(' ', arguments)} failed: {await output} {await error}");
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EquityPlatform.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("EquityPlatform.sln was not found above the test assembly.");
    }
}
