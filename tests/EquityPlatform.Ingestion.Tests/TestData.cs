using System.IO.Compression;
using System.Text;
using EquityPlatform.Ingestion.Packages;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>Packages from the data folder, and packages written in a test.</summary>
internal static class TestData
{
    static readonly string Root = Path.Combine(AppContext.BaseDirectory, "data");

    public static byte[] BadInput(string name) => File.ReadAllBytes(Path.Combine(Root, "bad-inputs", name + ".zip"));
    public static byte[] GrandBend(string file = "grandbend-oneroster-1.1.zip") => File.ReadAllBytes(Path.Combine(Root, "grand-bend", file));
    public static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Root, path));
    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IReadOnlyList<UploadPart> AsUpload(this byte[] zip, params (string Name, string Text)[] side) =>
        [new(UploadPart.Zip, zip), .. side.Select(s => new UploadPart(s.Name, Encoding.UTF8.GetBytes(s.Text)))];

    public static byte[] Zip(IEnumerable<KeyValuePair<string, byte[]>> files, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        return target.ToArray();
    }

    public static Dictionary<string, byte[]> Unzip(byte[] content)
    {
        using var zip = new ZipArchive(new MemoryStream(content));
        return zip.Entries.ToDictionary(e => e.FullName, e =>
        {
            using var source = e.Open();
            using var target = new MemoryStream();
            source.CopyTo(target);
            return target.ToArray();
        });
    }

    /// <summary>The package with text of one file replaced; the file must hold the text exactly once.</summary>
    public static byte[] With(this byte[] package, string file, string old, string replacement)
    {
        var files = Unzip(package);
        var text = Encoding.UTF8.GetString(files[file]);
        if (text.Split(old).Length != 2)
            throw new ArgumentException($"{file} holds '{old}' {text.Split(old).Length - 1} times.", nameof(old));
        files[file] = Encoding.UTF8.GetBytes(text.Replace(old, replacement, StringComparison.Ordinal));
        return Zip(files);
    }

    /// <summary>The package with every student's id anew, in all of its files.</summary>
    public static byte[] Rekeyed(this byte[] package, string old, string anew) => Zip(Unzip(package).Select(file => KeyValuePair.Create(file.Key,
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(file.Value).Replace($"\n{old}", $"\n{anew}", StringComparison.Ordinal).Replace($",{old}", $",{anew}", StringComparison.Ordinal)))));

    public static byte[] WithFile(this byte[] package, string file, string text)
    {
        var files = Unzip(package);
        files[file] = Encoding.UTF8.GetBytes(text);
        return Zip(files);
    }

    public static byte[] WithoutFile(this byte[] package, string file)
    {
        var files = Unzip(package);
        files.Remove(file);
        return Zip(files);
    }
}
