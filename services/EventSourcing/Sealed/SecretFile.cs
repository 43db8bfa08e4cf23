using System.Globalization;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>A file with secrets in it, for this program alone (mode 600).</summary>
internal static class SecretFile
{
    const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;

    /// <summary>Two hosts may start at once: the first to write wins, both then read the same file.</summary>
    public static string ReadOrMake(string file, Func<string> make)
    {
        if (!File.Exists(file))
            try
            {
                Write(file, make(), overwrite: false);
            }
            catch (IOException) when (File.Exists(file))
            {
                // The other host was faster
            }
        return Read(file);
    }

    /// <exception cref="InvalidOperationException">Others may read or change it.</exception>
    public static string Read(string file) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Others) == 0
        ? File.ReadAllText(file)
        : throw new InvalidOperationException($"Others may read or change the keys in {file}: set its mode to 600.");

    /// <summary>Whole or not at all, and durable.</summary>
    public static void Write(string file, string text, bool overwrite)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}"));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text + "\n"));
            stream.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(draft, file, overwrite);
        }
        finally
        {
            File.Delete(draft); // where the move failed
        }
    }
}
