using System.Diagnostics;
using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Faults.Running;

/// <summary>One replica of the rig as a process of its own, under a supervisor that starts it again when it is gone, as systemd or Kubernetes would.</summary>
sealed class RigProcess : IAsyncDisposable
{
    static readonly TimeSpan RestartPause = TimeSpan.FromMilliseconds(200);
    const int Continue = 18;
    const int Stop = 19;

    readonly string folder;
    readonly string name;
    readonly Dictionary<string, string> environment;
    readonly CancellationTokenSource stopping = new();
    readonly HttpClient http;
    Process? process;
    Task supervising = Task.CompletedTask;

    public RigProcess(string folder, string name, IReadOnlyDictionary<string, string> settings)
    {
        (this.folder, this.name) = (folder, name);
        Port = Programs.FreePort();
        environment = new(settings)
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{Port}",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_EnableWriteXorExecute"] = "0", // a start compiles much: without it, it is a quarter sooner
            ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0", // idle workers of six processes must not spin on two cores
            ["DOTNET_TC_CallCountThreshold"] = "7FFF", // it does not live long enough for better code to pay
            ["EQUITY_RIG_FOLDER"] = folder, // by this the watcher knows that the process is one of this run's
        };
        http = new() { BaseAddress = new($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(5) };
        Programs.EndWithThisProcess(PidFile, folder);
    }

    public int Port { get; }
    public int Pid => process?.Id ?? 0;

    /// <summary>Times that the supervisor had to start it again.</summary>
    public int Restarts { get; private set; }

    public string Output => Path.Combine(folder, $"{name}.log");
    string PidFile => Path.Combine(folder, $"{name}.pid");

    /// <summary>The checked-out repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The rig as built with fault points, beside this program's own build.</summary>
    public static string Program { get; } = Find();

    public void Start() => supervising = SuperviseAsync();

    async Task SuperviseAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            process = Programs.Start("dotnet", [Program], Output, environment);
            await File.WriteAllTextAsync(PidFile, $"{process.Id}\n");
            await process.WaitForExitAsync();
            if (stopping.IsCancellationRequested)
                return;
            Restarts++;
            await Task.Delay(RestartPause);
        }
    }

    public void Kill() => Programs.Signal(Pid, Programs.Kill);

    /// <summary>Stops a process without ending it (SIGSTOP).</summary>
    public void Suspend() => Programs.Signal(Pid, Stop);

    /// <summary>Wakes a process that was stopped (SIGCONT).</summary>
    public void Resume() => Programs.Signal(Pid, Continue);

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>Runs a one-shot verb of the rig to its end.</summary>
    public static Task<string> VerbAsync(IReadOnlyDictionary<string, string> settings, params string[] verb) =>
        Programs.RunAsync("dotnet", [Program, .. verb], new Dictionary<string, string>(settings) { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" });

    static string Find()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent?.Name ?? "Debug";
        var program = Path.Combine(Root, "tests", "EquityPlatform.Faults.Rig", "bin", "faults", configuration, "net10.0", "EquityPlatform.Faults.Rig.dll");
        return File.Exists(program) ? program : throw new FileNotFoundException($"{program} is missing: build tests/EquityPlatform.Faults first.");
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EquityPlatform.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("EquityPlatform.sln was not found above this program.");
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Kill();
        await supervising;
        http.Dispose();
        stopping.Dispose();
    }
}
