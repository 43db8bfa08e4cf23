using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EquityPlatform.Testing.Servers;

/// <summary>Runs and ends the programs that fixtures need. Only processes that were started here are ever signalled, by pid.</summary>
internal static partial class Programs
{
    public const int Interrupt = 2, Quit = 3, Kill = 9, Terminate = 15, Probe = 0;

    public static bool IsRoot => Environment.IsPrivilegedProcess;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin").Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Starts a program whose output goes to a file.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, string output, IReadOnlyDictionary<string, string>? environment = null)
    {
        // The shell gives the program the file as output, so that it never waits for a reader; exec keeps the pid
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", "out=$1; shift; exec \"$@\" >>\"$out\" 2>&1 </dev/null", "sh", output, program, .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>Runs a program to its end and gives its output.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {await output}{await errors}");
    }

    public static bool Signal(int pid, int signal) => kill(pid, signal) == 0;

    public static bool IsAlive(int pid) => Signal(pid, Probe);

    /// <summary>
    /// Ends a server and deletes its folder when this process is gone, however it went: a small shell waits for it. The pid is
    /// read from a file at that time, since fault tests restart servers, and only a process that belongs to the folder is ended.
    /// </summary>
    public static void EndWithThisProcess(string pidFile, string folder)
    {
        const string watch = """
            while kill -0 "$1" 2>/dev/null; do sleep 1; done
            pid=$(head -n1 "$2" 2>/dev/null)
            [ -n "$pid" ] && cat "/proc/$pid/environ" "/proc/$pid/cmdline" 2>/dev/null | tr '\0' '\n' | grep -qF "$3" && kill -9 "$pid"
            sleep 1; rm -rf "$3"
            """;
        Start("/usr/bin/setsid", ["/bin/sh", "-c", watch, "watch", $"{Environment.ProcessId}", pidFile, folder], "/dev/null");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
