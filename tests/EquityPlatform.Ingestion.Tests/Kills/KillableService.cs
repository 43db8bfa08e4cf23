using System.Diagnostics;
using System.Net;
using EquityPlatform.Contracts;
using EquityPlatform.Hosting;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Ingestion.Tests.Kills;

/// <summary>The service in its build with fault points, as a process that kills itself (SIGKILL) between two steps and is started again.</summary>
internal sealed class KillableService : IAsyncDisposable
{
    /// <summary>The service as built with fault points, beside its normal build.</summary>
    public static readonly string Program = Path.Combine(Root(), "services", "Ingestion", "bin", "faults", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "EquityPlatform.Ingestion.dll");

    readonly string folder = Directory.CreateTempSubdirectory("equity-kill-").FullName;
    readonly FaultSwitch faults;
    readonly Dictionary<string, string> environment = [];
    Process? process;

    KillableService(Dictionary<string, string?> settings)
    {
        faults = new(folder);
        var address = $"http://127.0.0.1:{Programs.FreePort()}";
        foreach (var (key, value) in settings)
            environment[key.Replace(":", "__", StringComparison.Ordinal)] = value ?? "";
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["urls"] = address,
            ["ASPNETCORE_URLS"] = address,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["EQUITY_FAULT_CONTROL"] = folder,
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_TC_CallCountThreshold"] = "7FFF", // it does not live long enough for better code to pay
        })
            environment[key] = value;
        Client = IngestionHost.Client(address, Roles.DataSteward, IngestionHost.Tenant, new DemoIdentity(IngestionHost.IdentityKeyFile, TimeProvider.System));
        Programs.EndWithThisProcess(Path.Combine(folder, "pid"), folder);
    }

    public HttpClient Client { get; }

    /// <summary>How often it was killed between the two steps that were meant.</summary>
    public int Kills { get; private set; }

    public static async Task<KillableService> StartAsync(string database, params (string Key, string Value)[] settings)
    {
        await IngestionHost.MigrateAsync(database);
        var all = IngestionHost.Settings(database);
        foreach (var (key, value) in settings)
            all[key] = value;
        return new(all);
    }

    /// <summary>Returns when the service answers.</summary>
    public async Task RunAsync()
    {
        if (process is null)
            await LaunchAsync();
        await Eventually.Async(async () =>
        {
            process!.HasExited.ShouldBeFalse();
            return (await Client.GetAsync("/health/ready")).IsSuccessStatusCode;
        }, TimeSpan.FromSeconds(60), "the service answers");
    }

    /// <summary>
    /// The process dies at this point for the <paramref name="nth"/> time; <paramref name="cause"/>, if it needs one, makes it go there. A process that does not arrive there, or
    /// dies of something else, fails the test. It is started again by whatever comes next.
    /// </summary>
    public async Task KillAsync(string point, Func<Task>? cause = null, string? about = null, int nth = 1)
    {
        var armed = faults.Arm(point, "kill", nth, about: about);
        if (cause is null && process is null)
            await LaunchAsync();
        if (cause is not null)
        {
            await RunAsync();
            try
            {
                await cause();
            }
            catch (HttpRequestException)
            {
                // It died before it answered
            }
        }
        var struck = await faults.StruckAsync(armed, TimeSpan.FromSeconds(60));
        struck.Pid.ShouldBe(process!.Id, point);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(128 + Programs.Kill, point);
        process.Dispose();
        process = null;
        Kills++;
    }

    async Task LaunchAsync()
    {
        process = Programs.Start("dotnet", [Program], Path.Combine(folder, "output.log"), environment);
        await File.WriteAllTextAsync(Path.Combine(folder, "pid"), $"{process.Id}\n");
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EquityPlatform.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("EquityPlatform.sln was not found above the tests.");
        return folder.FullName;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        Client.Dispose();
    }
}
