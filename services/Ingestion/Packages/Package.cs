using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Packages;

/// <summary>A part of an upload: the zip file, or a side file sent beside it.</summary>
/// <param name="name">Name of a side file, or <see cref="Zip"/>.</param>
internal sealed class UploadPart(string name, Func<Stream> open)
{
    /// <summary>A part that lies in memory.</summary>
    public UploadPart(string name, byte[] content) : this(name, () => new MemoryStream(content, writable: false))
    {
    }

    public string Name { get; } = name;

    /// <summary>Opens it at its beginning, seekable; whoever opens it closes it.</summary>
    public Stream Open() => open();

    public const string Zip = "package.zip";
}

/// <summary>Bounds on what a zip file may unpack to.</summary>
internal sealed record PackageLimits(int Entries = 200, long UnpackedBytes = 8L << 30, int Ratio = 200)
{
    /// <summary>Small files may pack well without being an attack.</summary>
    public const long RatioAppliesAbove = 10 << 20;
}

/// <summary>Files of a feed by canonical name, with what the manifest says about them.</summary>
/// <param name="Deltas">Files that hold changes only, as the manifest says.</param>
/// <param name="Version">Of OneRoster; 1.1 where there is no manifest.</param>
internal sealed record Package(IReadOnlyDictionary<string, PackageFile> Files, IReadOnlySet<string> Deltas, string Version)
{
    /// <summary>Items of an Ed-Fi API, where the package is one of those.</summary>
    public EdFi.EdFiFeed? EdFi { get; init; }
}
