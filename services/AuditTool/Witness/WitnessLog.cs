using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Witness;

/// <summary>What a witness answers.</summary>
internal sealed record WitnessAnswer(int Status, string Body, string Type = "text/plain; charset=utf-8");

/// <summary>
/// Remembers the latest checkpoint of each log and cosigns only what goes on from it (C2SP tlog-witness). So a district cannot show one history to one office
/// and another to the next, nor set its log back, without its witness noticing.
/// </summary>
/// <param name="logs">Verification keys of the logs that are watched.</param>
internal sealed class WitnessLog(WitnessKey key, IReadOnlyList<VerifierKey> logs, string folder, TimeProvider clock) : IDisposable
{
    const string SizeType = "text/x.tlog.size";

    readonly SemaphoreSlim one = new(1);

    /// <summary>Answers a request to <c>add-checkpoint</c>.</summary>
    public async Task<WitnessAnswer> AddAsync(string request, CancellationToken cancellation)
    {
        try
        {
            var (old, proof, note) = Read(request);
            var origin = note.Split('\n', 2)[0];
            var known = logs.Where(log => log.Name == origin && log.Type == VerifierKey.Signs).ToArray();
            if (known.Length == 0)
                return new(404, $"This witness does not watch the log {origin}.\n");
            if (Opened(note, known) is not { } signed)
                return new(403, "No key of this log that the witness knows has signed it.\n");
            var checkpoint = Checkpoint.Parse(signed.Text);
            if (old > checkpoint.Size)
                return new(400, "The old size is larger than the new one.\n");
            await one.WaitAsync(cancellation);
            try
            {
                return Add(old, proof, signed.Text, checkpoint);
            }
            finally
            {
                one.Release();
            }
        }
        catch (MalformedException e)
        {
            return new(400, e.Message + "\n");
        }
    }

    WitnessAnswer Add(long old, IReadOnlyList<byte[]> proof, string text, Checkpoint checkpoint)
    {
        var seen = Seen(checkpoint.Origin);
        if (old != (seen?.Size ?? 0))
            return new(409, string.Create(CultureInfo.InvariantCulture, $"{seen?.Size ?? 0}\n"), SizeType);
        if (ConsistencyProof.Fault(old, checkpoint.Size, seen?.Root ?? TreeHash.Empty, checkpoint.Root, proof) is { } fault)
            return new(422, $"The log does not go on from what this witness saw. {fault}\n");
        // On disk before anybody gets the signature: after a crash nothing smaller is ever cosigned
        Remember(checkpoint.Origin, text);
        return new(200, key.Cosign(text, clock.GetUtcNow()));
    }

    static (long Old, IReadOnlyList<byte[]> Proof, string Note) Read(string request)
    {
        var gap = request.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = gap < 0 ? [] : request[..gap].Split('\n');
        if (lines.Length == 0 || !lines[0].StartsWith("old ", StringComparison.Ordinal) || !long.TryParse(lines[0].AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var old)
            || old.ToString(CultureInfo.InvariantCulture) != lines[0][4..])
            throw new MalformedException("A request begins with 'old' and a size, then the proof, an empty line, and the checkpoint.");
        var proof = lines[1..].Select(line => Base64.TryDecode(line, out var hash) && hash.Length == TreeHash.Bytes ? hash : throw new MalformedException($"'{line}' is not a hash of 32 bytes.")).ToArray();
        return proof.Length <= 63 ? (old, proof, request[(gap + 2)..]) : throw new MalformedException("The proof has more hashes than any tree has levels.");
    }

    static SignedNote? Opened(string note, VerifierKey[] known)
    {
        try
        {
            return SignedNote.Open(note, known);
        }
        catch (MalformedException)
        {
            return null;
        }
    }

    /// <summary>The checkpoint of a log that was cosigned last; null if none was.</summary>
    public Checkpoint? Seen(string origin)
    {
        var path = PathOf(origin);
        return File.Exists(path) ? Checkpoint.Parse(File.ReadAllText(path)) is var seen && seen.Origin == origin ? seen : throw new InvalidDataException($"{path} is not of {origin}.") : null;
    }

    void Remember(string origin, string text)
    {
        Directory.CreateDirectory(folder);
        var next = $"{PathOf(origin)}.{Guid.NewGuid():N}";
        using (var file = new FileStream(next, FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        File.Move(next, PathOf(origin), overwrite: true);
    }

    string PathOf(string origin) => Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)))[..32]}.checkpoint");

    public void Dispose() => one.Dispose();
}
