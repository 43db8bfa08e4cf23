using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// What was signed last for each log, kept in a folder outside of the database. A restored database has forgotten what it signed; this has not,
/// so a second history under the same name is never signed.
/// </summary>
public sealed class SigningMemory(string folder)
{
    /// <summary>Size and root signed last; null if never.</summary>
    public (long Size, byte[] Root)? Last(string origin)
    {
        var path = PathOf(origin);
        if (!File.Exists(path))
            return null;
        var lines = File.ReadAllLines(path);
        return lines is [var name, var size, var root] && name == origin
            ? (long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture), Convert.FromBase64String(root))
            : throw new InvalidDataException($"{path} does not say what was signed for {origin}. Nothing is signed until it does.");
    }

    /// <summary>Writes it down durably: a new file, then renamed over the old one.</summary>
    public void Remember(string origin, long size, ReadOnlySpan<byte> root)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(origin);
        var next = $"{path}.{Guid.NewGuid():N}";
        using (var file = new FileStream(next, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{origin}\n{size}\n{Convert.ToBase64String(root)}\n")));
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }

    string PathOf(string origin) => Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)))[..32]}.signed");
}
