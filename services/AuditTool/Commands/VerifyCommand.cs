using System.CommandLine;
using EquityPlatform.AuditTool.Export;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Checks a file, without a network and without trust in whoever made it.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("what") { Description = "An export file (.equity-audit)." };
        var (key, json) = (CommonOptions.Key(), CommonOptions.Json());
        var checkpoint = new Option<FileInfo[]>("--checkpoint", "-c") { Description = "A checkpoint that you kept from an earlier day. The log must go on from it; so a log that was cut off or rewritten since is found." };
        var command = new Command("verify", "Checks every event, leaf, tile, checkpoint and signature, and names the first that is wrong.") { source, key, checkpoint, json };
        command.SetAction((parsed, cancellation) => Guard.RunAsync(parsed, async (output, _) =>
        {
            var keys = CommonOptions.ReadKeys(parsed.GetValue(key) ?? []);
            if (keys.Count == 0)
                throw new UsageException("Give the log's verification key with --key. The key inside a file proves nothing: whoever changes the file can change that key too.");
            var kept = (parsed.GetValue(checkpoint) ?? []).Select(file => File.ReadAllText(file.FullName)).ToArray();
            var report = new Report { Source = parsed.GetRequiredValue(source) };
            await using var log = new ExportFile(report.Source, report);
            await RunAsync(log, keys, kept, report, cancellation);
            return Output.Write(report, parsed.GetValue(json), output);
        }));
        return command;
    }

    public static Task RunAsync(ILogSource log, IReadOnlyList<VerifierKey> keys, IReadOnlyList<string> kept, Report report, CancellationToken cancellation) =>
        ProgressBar.RunAsync("Checking", () => report.To, progress => new LogVerifier(log, keys, kept, report, progress).RunAsync(cancellation));
}
