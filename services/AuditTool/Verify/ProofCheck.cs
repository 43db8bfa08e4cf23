using System.Globalization;
using System.Text;
using System.Text.Json;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>Checks the proof of one event: that its leaf stands in a signed log, and that the leaf is that of the event.</summary>
internal static class ProofCheck
{
    public const string Extension = ".tlog-proof";
    public const string LeafExtension = ".leaf.json";
    public const string EventExtension = ".event.json";
    const string FirstLine = "c2sp.org/tlog-proof@";

    public static bool IsProof(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = File.OpenRead(path);
        var start = new byte[FirstLine.Length];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && Encoding.ASCII.GetString(start) == FirstLine;
    }

    public static void Run(string path, string? leafPath, string? eventPath, IReadOnlyList<VerifierKey> keys, Report report)
    {
        var beside = path.EndsWith(Extension, StringComparison.Ordinal) ? path[..^Extension.Length] : path;
        var eventFile = eventPath ?? (File.Exists(beside + EventExtension) ? beside + EventExtension : null);
        Check(File.ReadAllText(path), File.ReadAllBytes(leafPath ?? beside + LeafExtension), eventFile is null ? null : File.ReadAllBytes(eventFile), keys, report);
        if (eventFile is null)
            report.Note("Only the leaf was checked. It holds hashes of the event; give the event itself with --event to check that too.");
    }

    /// <param name="record">The event as a line of an export; null to check the leaf alone.</param>
    public static void Check(string proofText, byte[] leaf, byte[]? record, IReadOnlyList<VerifierKey> keys, Report report)
    {
        try
        {
            var proof = TlogProof.Parse(proofText);
            var (origin, id) = OriginOf(leaf);
            var signers = new CheckpointSigners(origin, keys, []);
            var checkpoint = signers.Count(proof.Checkpoint);
            (report.Origin, report.From, report.To, report.Size, report.Root) = (origin, proof.Index, proof.Index + 1, checkpoint.Size, Convert.ToBase64String(checkpoint.Root));
            (report.Signers, report.Checkpoints) = (signers.Seen, 1);
            if (InclusionProof.Fault(proof.Index, checkpoint.Size, TreeHash.Leaf(leaf), proof.Path, checkpoint.Root) is { } fault)
                report.Add("not-included", fault, proof.Index, id);
            if (record is not null)
                CheckEvent(proof.Index, origin, leaf, record, report);
        }
        catch (MalformedException e)
        {
            report.Add("proof-malformed", e.Message);
        }
    }

    static void CheckEvent(long index, string origin, byte[] leaf, byte[] record, Report report)
    {
        var line = new EventLine();
        line.Read(record.AsMemory().TrimEnd((byte)'\n'));
        var ours = new LeafBytes(origin).Of(line, line.LacksEnvelope ? LeafBytes.HashOfSealed(leaf) : null);
        report.Events = 1;
        report.FirstRecorded = report.LastRecorded = line.Recorded;
        if (line.Index != index)
            report.Add("event-differs", string.Create(CultureInfo.InvariantCulture, $"The event is number {line.Index}; the proof speaks of number {index}."), index, line.Id);
        else if (!line.Canonical.Span.SequenceEqual(record.AsSpan().TrimEnd((byte)'\n')))
            report.Add("event-form", "The event was changed: it is not in the one form in which it was written.", index, line.Id);
        else if (!ours.SequenceEqual(leaf))
            report.Add("event-changed", $"The event was changed: it differs from its leaf in {LeafBytes.Difference(ours.ToArray(), leaf)}.", index, line.Id);
    }

    static (string Origin, string? Id) OriginOf(byte[] leaf)
    {
        try
        {
            using var document = JsonDocument.Parse(leaf);
            return (document.RootElement.GetProperty("origin").GetString() ?? "", document.RootElement.GetProperty("event").GetProperty("id").GetString());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new MalformedException("The leaf is damaged: it is not in the form of a leaf.");
        }
    }
}
