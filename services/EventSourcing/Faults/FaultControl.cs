#if FAULT_POINTS
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EquityPlatform.EventSourcing.Faults;

/// <summary>
/// What a test tells this process, in the folder <c>EQUITY_FAULT_CONTROL</c>. One file <c>{id}.armed</c> a fault, with one line
/// <c>point action nth argument about</c> (<c>-</c> for none). The process that arrives there for the nth time renames the file to <c>{id}.struck</c>
/// (so that of several processes exactly one strikes, once), appends a line to <c>history.jsonl</c>, makes it durable, and acts.
/// </summary>
static class FaultControl
{
    const int Killed = 9;
    const int Stop = 19;
    static readonly string? Folder = Environment.GetEnvironmentVariable("EQUITY_FAULT_CONTROL");
    static readonly HashSet<string> Mutations = [.. (Environment.GetEnvironmentVariable("EQUITY_MUTATION") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    static readonly ConcurrentDictionary<string, int> arrivals = new(StringComparer.Ordinal);
    static readonly Lock sync = new();

    sealed record Armed(string File, string Point, string Action, int Nth, string Argument, string About);

    public static bool IsMutated(string name) => Mutations.Contains(name);

    public static void Reached(string point, string? about)
    {
        if (Folder is null)
            return;
        foreach (var file in Directory.EnumerateFiles(Folder, "*.armed"))
            if (Read(file) is { } one && one.Point == point && (one.About == "-" || one.About == about)
                && arrivals.AddOrUpdate(one.File, 1, (_, n) => n + 1) >= one.Nth && Claimed(one))
                Strike(one, about);
    }

    static Armed? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Split(' ', StringSplitOptions.TrimEntries) is [var point, var action, var nth, var argument, var about]
                ? new(file, point, action, int.Parse(nth, CultureInfo.InvariantCulture), argument, about)
                : throw new InvalidOperationException($"{file} is no fault.");
        }
        catch (FileNotFoundException) // another process struck meanwhile
        {
            return null;
        }
    }

    static bool Claimed(Armed one)
    {
        try
        {
            File.Move(one.File, Path.ChangeExtension(one.File, ".struck"));
            return true;
        }
        catch (IOException) // another process struck, or the test took it back
        {
            return false;
        }
    }

    static void Strike(Armed one, string? about)
    {
        var id = Path.GetFileNameWithoutExtension(one.File);
        if (one.Action == "powercut") // at once: what others write meanwhile would save what this process wrote
            PowerCut(int.Parse(one.Argument, CultureInfo.InvariantCulture));
        Record(new { id, one.Point, one.Action, about, pid = Environment.ProcessId, at = Stopwatch.GetTimestamp() });
        switch (one.Action)
        {
            case "kill":
                Process.GetCurrentProcess().Kill(); // SIGKILL
                Wait(() => false);
                break;
            case "stop":
                _ = raise(Stop); // sent to this thread, which therefore does not take one more step
                break;
            case "delay":
                var until = Stopwatch.GetTimestamp() + (long.Parse(one.Argument, CultureInfo.InvariantCulture) * Stopwatch.Frequency / 1000);
                Wait(() => Stopwatch.GetTimestamp() >= until);
                break;
            case "wait":
                var released = Path.ChangeExtension(one.File, ".released");
                Wait(() => File.Exists(released));
                break;
            case "throw":
                throw new IOException($"Told to fail at {one.Point}.");
            case "powercut" or "note":
                break;
            default:
                throw new InvalidOperationException($"No such action: {one.Action}.");
        }
    }

    /// <summary>Kills a server with all its children at once, so that none of them writes anything down after it.</summary>
    static void PowerCut(int server)
    {
        int[] children = [.. File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        foreach (var pid in children.Prepend(server))
            _ = kill(pid, Killed);
    }

    /// <summary>Holds this thread only; the rest of the process goes on.</summary>
    static void Wait(Func<bool> over)
    {
        using var pause = new ManualResetEventSlim();
        while (!over())
            pause.Wait(2);
    }

    static void Record(object struck)
    {
        lock (sync)
        {
            using var history = new FileStream(Path.Combine(Folder!, "history.jsonl"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            history.Write([.. JsonSerializer.SerializeToUtf8Bytes(struck), (byte)'\n']);
            history.Flush(flushToDisk: true);
        }
    }

    [DllImport("libc")]
    static extern int kill(int pid, int signal);

    [DllImport("libc")]
    static extern int raise(int signal);
}
#endif
