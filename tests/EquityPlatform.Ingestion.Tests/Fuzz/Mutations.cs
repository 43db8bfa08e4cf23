using System.IO.Compression;
using System.Text;

namespace EquityPlatform.Ingestion.Tests.Fuzz;

/// <summary>Breaks a package as districts, spreadsheets, networks and attackers do: in its rows, in its bytes, in its container. The same seed breaks it the same way.</summary>
internal sealed class Mutations(int seed)
{
    readonly Random random = new(seed);

    static readonly string[] Values =
    [
        "", " ", "NULL", "N/A", "-", "\"", "\"\"", "\\\"", "'", "=HYPERLINK(\"http://x\")", "+1", "@cmd", "1/05/2023", "2024-02-30", "0003-01-01", "9999-12-31", "2024-10-01T25:61:00Z", "6.05E+05",
        "078-05-1120", "true", "TRUE", "yes", "2", "-1", "99999999999999999999", "0.33333", "1e309", "NaN", "ext:other", "student", "STUDENT", "tobedeleted", "active", "inactive", "u001", "U001", "s1", "k1", "d1",
        "\u00a0\u200b", "Rene\u0301", "\ud83d\ude00", "\u0000", "\u0001", "\r\n", "a\nb", "a,b", "a;b", "{state:1}", "{:}", "{state", "2025", "absentExcused", "day", "period",
    ];

    static readonly string[] Headers = ["sourcedId", "SOURCEDID", "status", "dateLastModified", "ssn", "SocialSecurityNumber", "metadata.x", "", " ", "\ufeffsourcedId", "role", "userSourcedId", "name", "\"", "x'y"];

    /// <summary>The package, broken in one to six ways.</summary>
    public byte[] Of(IReadOnlyDictionary<string, byte[]> files)
    {
        var changed = files.ToDictionary();
        for (var i = random.Next(1, 7); i > 0; i--)
        {
            var name = Pick([.. changed.Keys]);
            switch (random.Next(12))
            {
                case < 6: changed[name] = Lines(changed[name]); break;
                case 6: changed[name] = Form(changed[name]); break;
                case 7: changed[name] = Bytes(changed[name]); break;
                case 8: changed.Remove(name); break;
                case 9: changed[Pick(["junk.csv", "__MACOSX/._users.csv", "USERS.CSV", "sub/users.csv", "nested.zip", "attendance.csv", "roles.csv", "results.csv"])] = changed[name]; break;
                case 10 when changed.TryGetValue("manifest.csv", out var manifest): changed["manifest.csv"] = Manifest(manifest); break;
                default: changed[name] = Lines(Lines(changed[name])); break;
            }
            if (changed.Count == 0)
                changed["manifest.csv"] = [];
        }
        var zip = Zip(changed);
        return random.Next(8) == 0 ? Bytes(zip) : zip;
    }

    byte[] Lines(byte[] content)
    {
        var lines = Encoding.UTF8.GetString(content).ReplaceLineEndings("\n").Split('\n').ToList();
        var at = random.Next(lines.Count);
        var fields = lines[at].Split(',').ToList();
        var field = random.Next(fields.Count);
        switch (random.Next(9))
        {
            case 0: lines.RemoveAt(at); break;
            case 1: lines.Insert(random.Next(lines.Count + 1), lines[at]); break;
            case 2: fields[field] = at == 0 ? Pick(Headers) : Pick(Values); break;
            case 3: fields.RemoveAt(field); break;
            case 4: fields.Insert(field, Pick(Values)); break;
            case 5: (fields[field], fields[0]) = (fields[0], fields[field]); break;
            case 6: fields[field] = new string('x', random.Next(1, 200_000)); break;
            case 7: fields[field] = "\"" + fields[field]; break;
            default: lines = [lines[0], .. lines.Skip(1).OrderBy(_ => random.Next())]; return Encoding.UTF8.GetBytes(string.Join('\n', lines));
        }
        if (at < lines.Count && random.Next(9) > 1)
            lines[at] = string.Join(',', fields);
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    byte[] Form(byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        return random.Next(8) switch
        {
            0 => [0xEF, 0xBB, 0xBF, .. content],
            1 => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)],
            2 => Encoding.Latin1.GetBytes(text.Replace('e', '\u00e9')),
            3 => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r")),
            4 => Encoding.UTF8.GetBytes(text.Replace(',', Pick([";", "\t", "|"])[0])),
            5 => [.. content.Take(random.Next(content.Length + 1))],
            6 => [],
            _ => Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n\n", StringComparison.Ordinal)),
        };
    }

    byte[] Bytes(byte[] content)
    {
        var copy = content.ToArray();
        for (var i = random.Next(1, 20); i > 0 && copy.Length > 0; i--)
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? copy[..random.Next(copy.Length + 1)] : copy;
    }

    byte[] Manifest(byte[] content) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace(Pick(["bulk", "absent", "1.1", "users", "value"]), Pick(["delta", "bulk", "absent", "", "1.2", "9", "x"]), StringComparison.Ordinal));

    byte[] Zip(Dictionary<string, byte[]> files)
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using (var entry = zip.CreateEntry(random.Next(60) == 0 ? "../" + name : name, Pick([CompressionLevel.Fastest, CompressionLevel.NoCompression])).Open())
                    entry.Write(content);
                if (random.Next(60) == 0)
                    using (var twice = zip.CreateEntry(name).Open())
                        twice.Write(content);
            }
        return target.ToArray();
    }

    T Pick<T>(T[] list) => list[random.Next(list.Length)];
}
