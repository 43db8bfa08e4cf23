using System.Security.Cryptography;
using Microsoft.Extensions.FileProviders;

namespace EquityPlatform.Web;

/// <summary>Links to our own files with a mark of their content, so that browsers may keep them for a year.</summary>
public sealed class Assets(IWebHostEnvironment environment)
{
    public string Styles { get; } = Link(environment.WebRootFileProvider, "site.css");

    /// <summary>Keeps a file's page up to date while it is read. The pages work without it.</summary>
    public string Progress { get; } = Link(environment.WebRootFileProvider, "progress.js");

    private static string Link(IFileProvider files, string path)
    {
        using var stream = files.GetFileInfo(path).CreateReadStream();
        return $"/{path}?v={Convert.ToHexStringLower(SHA256.HashData(stream))[..12]}";
    }
}
