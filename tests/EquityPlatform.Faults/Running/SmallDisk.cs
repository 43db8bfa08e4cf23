using System.Globalization;
using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Faults.Running;

/// <summary>A small file system in memory, which can be filled to the last byte and emptied again. Needs the right to mount.</summary>
sealed class SmallDisk : IAsyncDisposable
{
    SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }
    string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Null, with the reason, where this machine does not let us mount.</summary>
    public static async Task<(SmallDisk? Disk, string? Reason)> TryMountAsync(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("equity-disk-").FullName;
        try
        {
            await Programs.RunAsync("/bin/mount", ["-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=0777"), "tmpfs", folder]);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Directory.Delete(folder);
            return (null, $"this machine does not let us mount a small file system: {e.Message.Trim()}");
        }
        const string Watch = "while kill -0 \"$1\" 2>/dev/null; do sleep 1; done; umount -l \"$2\"; rmdir \"$2\"";
        Programs.Start("/usr/bin/setsid", ["/bin/sh", "-c", Watch, "watch", $"{Environment.ProcessId}", folder], "/dev/null");
        return (new(folder), null);
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append);
        foreach (var size in (int[])[1 << 20, 1 << 16, 1 << 12])
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                    file.Flush();
                }
            }
            catch (IOException) // full, to within this size
            {
            }
    }

    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await Programs.RunAsync("/bin/umount", ["-l", Folder]);
        Directory.Delete(Folder);
    }
}
