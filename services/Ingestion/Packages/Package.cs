using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Packages;

/// <summary>A part of an upload: the zip file, or a side file sent beside it.</summary>
/// <param name="Name">Name of a side file, or <see cref="Zip"/>.</param>
internal sealed record UploadPart(string Name, byte[] Content)
{
    public const string Zip = "package.zip";
}

/// <summary>Bounds on what a zip file may unpack to.</summary>
internal sealed record PackageLimits(int Entries = 200, long UnpackedBytes = 1L << 30, int Ratio = 200)
{
    /// <summary>Small files may pack well without being an attack.</summary>
    public const long RatioAppliesAbove = 10 << 20;
}

/// <summary>Files of a feed by canonical name, with what the manifest says about them.</summary>
/// <param name="Deltas">Files that hold changes only, as the manifest says.</param>
/// <param name="Version">Of OneRoster; 1.1 where there is no manifest.</param>
internal sealed record Package(IReadOnlyDictionary<string, byte[]> Files, IReadOnlySet<string> Deltas, string Version);
