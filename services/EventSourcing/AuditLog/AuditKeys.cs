using System.Security.Cryptography;
using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Signing keys of a service's audit logs, in a file outside of database and repository. Lines: <c>active SEED</c>, all of which sign, the first being the
/// current one; <c>retired PUBLICKEY</c>, whose seed is gone and by which earlier checkpoints are still checked. A running service notices a changed file.
/// </summary>
public sealed class AuditKeys
{
    const string Active = "active";
    const string Retired = "retired";

    readonly string file;
    readonly Lock sync = new();
    (DateTime Written, Ed25519Key[] Active, byte[][] Retired) held;

    /// <summary>The keys in a file; one that is not there is made, with one key.</summary>
    public AuditKeys(string file)
    {
        this.file = file;
        Parse(SecretFile.ReadOrMake(file, () => $"{Active} {NewSeed()}"));
    }

    /// <summary>Lines that verifiers need (<c>name+id+key</c>), the current key first, retired ones last.</summary>
    public IReadOnlyList<string> VerifierKeys(string origin)
    {
        var keys = Current();
        return [.. keys.Active.Select(key => key.PublicKey).Concat(keys.Retired).Select(key => NoteKey.VerifierKeyOf(origin, key))];
    }

    /// <summary>A signature line by each active key.</summary>
    internal string Sign(string origin, string text) => string.Concat(Current().Active.Select(key => new NoteKey(origin, key).Line(text)));

    /// <summary>Begins a rotation: a new key signs first, the earlier ones sign beside it until they are retired.</summary>
    public void Add() => Change(lines => lines.Insert(0, $"{Active} {NewSeed()}"));

    /// <summary>Ends a rotation: all keys but the current one sign no more; their seeds are forgotten, their public keys kept.</summary>
    public void RetireEarlier() => Change(lines =>
    {
        for (var i = 1; i < lines.Count; i++)
            if (lines[i].StartsWith(Active, StringComparison.Ordinal))
                using (var key = new Ed25519Key(Bytes(lines[i])))
                    lines[i] = $"{Retired} {Convert.ToBase64String(key.PublicKey)}";
    });

    void Change(Action<List<string>> change)
    {
        lock (sync)
        {
            List<string> lines = [.. Lines(SecretFile.Read(file))];
            change(lines);
            SecretFile.Write(file, string.Join('\n', lines), overwrite: true);
            Parse(SecretFile.Read(file));
        }
    }

    (DateTime, Ed25519Key[] Active, byte[][] Retired) Current()
    {
        lock (sync)
        {
            if (File.GetLastWriteTimeUtc(file) != held.Written)
                Parse(SecretFile.Read(file));
            return held;
        }
    }

    void Parse(string text)
    {
        var lines = Lines(text);
        held = (File.GetLastWriteTimeUtc(file), [.. lines.Where(line => line.StartsWith(Active, StringComparison.Ordinal)).Select(line => new Ed25519Key(Bytes(line)))],
            [.. lines.Where(line => line.StartsWith(Retired, StringComparison.Ordinal)).Select(Bytes)]);
        if (held.Active.Length == 0 || held.Active.Length + held.Retired.Length != lines.Length)
            throw new InvalidDataException($"{file} holds other lines than keys of the audit log, or none that signs.");
    }

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // The text itself never goes into a message
    byte[] Bytes(string line)
    {
        var bytes = new byte[Ed25519Key.SeedBytes + 3];
        return line.Split(' ') is [_, var text] && Convert.TryFromBase64String(text, bytes, out var length) && length == Ed25519Key.SeedBytes
            ? bytes[..length]
            : throw new InvalidDataException($"A line of {file} is not the base64 of {Ed25519Key.SeedBytes} bytes.");
    }

    static string NewSeed() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Ed25519Key.SeedBytes));
}
