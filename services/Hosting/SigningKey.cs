using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace EquityPlatform.Hosting;

/// <summary>An RSA key in a PEM file that several hosts share; the first one makes it.</summary>
internal static class SigningKey
{
    const int Bits = 2048;

    /// <summary>Reads the key, or makes it: readable by the owner only, and complete or not there, however many hosts start at once.</summary>
    public static RsaSecurityKey LoadOrCreate(string path)
    {
        if (!File.Exists(path))
            Create(path);
        var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(path));
        return new RsaSecurityKey(rsa) { KeyId = Convert.ToHexStringLower(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()))[..16] };
    }

    static void Create(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new ArgumentException("The key file needs a folder.", nameof(path));
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var rsa = RSA.Create(Bits))
            using (var writer = new StreamWriter(draft, options))
                writer.Write(rsa.ExportPkcs8PrivateKeyPem());
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another host was faster; its key is the one to use
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
