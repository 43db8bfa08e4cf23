using System.CommandLine;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Checks a file without a network, or a live log, without trust in whoever made it.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("what") { Description = "An export file (.equity-audit), a proof file (.tlog-proof), or a live address (https://.../api/audit/v1/SERVICE/DISTRICT)." };
        var (key, json, token, purpose) = (CommonOptions.Key(), CommonOptions.Json(), Sources.Token(), Sources.Purpose("verification of the audit log"));
        var (from, until) = (Sources.From(), Sources.Until());
        var checkpoint = new Option<FileInfo[]>("--checkpoint", "-c") { Description = "A checkpoint that you kept from an earlier day. The log must go on from it; so a log that was cut off or rewritten since is found." };
        var leaf = new Option<FileInfo?>("--leaf") { Description = "For a proof file: the leaf that it proves. Without it the file beside it that ends in .leaf.json is read." };
        var record = new Option<FileInfo?>("--event") { Description = "For a proof file: the event that the leaf speaks of. Without it the file beside it that ends in .event.json is read, if it is there." };
        var command = new Command("verify", "Checks every event, leaf, tile, checkpoint and signature, and names the first that is wrong.") { source, key, checkpoint, leaf, record, from, until, token, purpose, json };
        command.SetAction((parsed, cancellation) => Guard.RunAsync(parsed, async (output, _) =>
        {
            var keys = CommonOptions.ReadKeys(parsed.GetValue(key) ?? []);
            if (keys.Count == 0)
                throw new UsageException("Give the log's verification key with --key. The key inside a file proves nothing: whoever changes the file can change that key too.");
            var report = new Report { Source = parsed.GetRequiredValue(source) };
            if (ProofCheck.IsProof(report.Source))
            {
                ProofCheck.Run(report.Source, parsed.GetValue(leaf)?.FullName, parsed.GetValue(record)?.FullName, keys, report);
                return Output.Write(report, parsed.GetValue(json), output);
            }
            var kept = (parsed.GetValue(checkpoint) ?? []).Select(file => File.ReadAllText(file.FullName)).ToArray();
            await using var log = Sources.Open(report.Source, parsed.GetValue(token), parsed.GetValue(purpose) ?? "", new(parsed.GetValue(from), parsed.GetValue(until)), report);
            await RunAsync(log, keys, kept, report, cancellation);
            return Output.Write(report, parsed.GetValue(json), output);
        }));
        return command;
    }

    public static Task RunAsync(ILogSource log, IReadOnlyList<VerifierKey> keys, IReadOnlyList<string> kept, Report report, CancellationToken cancellation) =>
        ProgressBar.RunAsync("Checking", () => report.To, progress => new LogVerifier(log, keys, kept, report, progress).RunAsync(cancellation));
}
